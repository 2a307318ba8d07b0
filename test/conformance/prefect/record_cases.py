"""What Prefect's server makes of proposed states: every state of a run against every proposal, and what its background services do.

A run is put into its first state by force; then the proposal is made as a client makes it. The answer that counts is the state afterwards:
`TYPE Name`, or `stays`, or `waits` when the client is told to ask again later.
"""

import asyncio
from datetime import datetime, timedelta, timezone
from uuid import uuid4

from prefect.client.orchestration import get_client
from prefect.server.database import provide_database_interface
from prefect.server.services import cancellation_cleanup, late_runs, pause_expirations


def instant(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()


def state(type, name=None, **details):
    made = {"type": type, "state_details": details, "message": None}
    if name:
        made["name"] = name
    return made


def flow_states():
    """Name of the row, the state, whether a process holds the run."""
    return {
        "Scheduled": (state("SCHEDULED", scheduled_time=instant(-1)), False),
        "Scheduled later": (state("SCHEDULED", scheduled_time=instant(3600)), False),
        "Late": (state("SCHEDULED", "Late", scheduled_time=instant(-60)), False),
        "AwaitingRetry": (state("SCHEDULED", "AwaitingRetry", scheduled_time=instant(-1)), True),
        "AwaitingConcurrencySlot": (state("SCHEDULED", "AwaitingConcurrencySlot", scheduled_time=instant(-1)), False),
        "Resuming": (state("SCHEDULED", "Resuming", scheduled_time=instant(-1)), False),
        "Pending": (state("PENDING"), True),
        "Submitting": (state("PENDING", "Submitting"), True),
        "Running": (state("RUNNING"), True),
        "Retrying": (state("RUNNING", "Retrying"), True),
        "Paused": (state("PAUSED", "Paused", pause_timeout=instant(3600), pause_key="p"), True),
        "Paused, expired": (state("PAUSED", "Paused", pause_timeout=instant(-1), pause_key="p"), True),
        "Suspended": (state("PAUSED", "Suspended", pause_timeout=instant(3600), pause_reschedule=True, pause_key="p"), False),
        "Suspended, expired": (state("PAUSED", "Suspended", pause_timeout=instant(-1), pause_reschedule=True, pause_key="p"), False),
        "Cancelling": (state("CANCELLING"), True),
        "Completed": (state("COMPLETED"), False),
        "Failed": (state("FAILED"), False),
        "TimedOut": (state("FAILED", "TimedOut"), False),
        "Cancelled": (state("CANCELLED"), False),
        "Crashed": (state("CRASHED"), False),
    }


def flow_proposals():
    return {
        "Scheduled": state("SCHEDULED", scheduled_time=instant(0)),
        "Scheduled later": state("SCHEDULED", scheduled_time=instant(3600)),
        "Late": state("SCHEDULED", "Late", scheduled_time=instant(-60)),
        "Pending": state("PENDING"),
        "Submitting": state("PENDING", "Submitting"),
        "Running": state("RUNNING"),
        "Paused": state("PAUSED", "Paused", pause_timeout=instant(3600), pause_key="q"),
        "Suspended": state("PAUSED", "Suspended", pause_timeout=instant(3600), pause_reschedule=True, pause_key="q"),
        "Cancelling": state("CANCELLING"),
        "Completed": state("COMPLETED"),
        "Failed": state("FAILED"),
        "Cancelled": state("CANCELLED"),
        "Crashed": state("CRASHED"),
    }


def task_states():
    return {
        "Pending": state("PENDING"),
        "NotReady": state("PENDING", "NotReady"),
        "Running": state("RUNNING"),
        "AwaitingRetry": state("SCHEDULED", "AwaitingRetry", scheduled_time=instant(-1)),
        "AwaitingRetry later": state("SCHEDULED", "AwaitingRetry", scheduled_time=instant(3600)),
        "Completed": state("COMPLETED"),
        "Failed": state("FAILED"),
        "Cancelled": state("CANCELLED"),
        "Crashed": state("CRASHED"),
    }


def task_proposals():
    return {name: state(name.upper()) for name in ("Pending", "Running", "Completed", "Failed", "Cancelled", "Crashed", "Cancelling")}


class Server:
    def __init__(self, client):
        self.http = client

    async def post(self, path, body):
        answer = await self.http.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    async def setup(self):
        self.flow = (await self.post("/flows/", {"name": f"flow-{uuid4()}"}))["id"]
        deployment = {"name": "main", "flow_id": self.flow, "paused": False}
        self.deployment = (await self.post("/deployments/", deployment))["id"]

    async def make_run(self, first, held=False, deployed=True, **more):
        body = {"flow_id": self.flow, "state": {"type": "PENDING"}, **more}
        run = await self.post("/flow_runs/", body)
        update = {}
        if held:
            update["infrastructure_pid"] = "host:1"
        if update:
            (await self.http.patch(f"/flow_runs/{run['id']}", json=update)).raise_for_status()
        if deployed:
            await self.adopt(run["id"])
        await self.post(f"/flow_runs/{run['id']}/set_state", {"state": first, "force": True})
        return run["id"]

    async def adopt(self, run_id):
        """Says that the run is of the deployment (a run of a deployment cannot be made in every state)."""
        import sqlalchemy as sa

        db = provide_database_interface()
        async with db.session_context(begin_transaction=True) as session:
            await session.execute(sa.update(db.FlowRun).where(db.FlowRun.id == run_id).values(deployment_id=self.deployment))

    async def propose(self, run_id, proposal, kind="flow_runs", force=False):
        answer = await self.http.post(f"/{kind}/{run_id}/set_state", json={"state": proposal, "force": force})
        answer.raise_for_status()
        before = answer.json()
        return before["status"]

    async def read(self, run_id, kind="flow_runs"):
        answer = await self.http.get(f"/{kind}/{run_id}")
        answer.raise_for_status()
        return answer.json()

    async def outcome(self, run_id, proposal, kind="flow_runs", force=False):
        first = (await self.read(run_id, kind))["state"]
        status = await self.propose(run_id, proposal, kind, force)
        after = (await self.read(run_id, kind))["state"]
        if status == "WAIT":
            return "waits"
        return "stays" if after["id"] == first["id"] else f"{after['type']} {after['name']}"


async def flow_matrix(server, deployed):
    matrix = {}
    for row, (first, held) in flow_states().items():
        matrix[row] = {}
        for column, proposal in flow_proposals().items():
            run_id = await server.make_run(first, held, deployed)
            matrix[row][column] = await server.outcome(run_id, proposal)
    return matrix


async def forced(server):
    """What a person makes of a run by force."""
    matrix = {}
    for row, (first, held) in flow_states().items():
        matrix[row] = {}
        for column in ("Completed", "Failed", "Cancelled", "Crashed"):
            run_id = await server.make_run(first, held)
            matrix[row][column] = await server.outcome(run_id, state(column.upper()), force=True)
    return matrix


async def task_matrix(server):
    matrix = {}
    flow_run = await server.make_run(state("RUNNING"), True, False)
    for row, first in task_states().items():
        matrix[row] = {}
        for column, proposal in task_proposals().items():
            task_run = await server.post(
                "/task_runs/", {"flow_run_id": flow_run, "task_key": "a", "dynamic_key": str(uuid4()), "state": {"type": "PENDING"}}
            )
            await server.post(f"/task_runs/{task_run['id']}/set_state", {"state": first, "force": True})
            matrix[row][column] = await server.outcome(task_run["id"], proposal, "task_runs")
    return matrix


async def task_starts(server):
    """Whether a task starts while its flow run is in each state."""
    row = {}
    for name, (first, held) in flow_states().items():
        flow_run = await server.make_run(first, held, True)
        task_run = await server.post(
            "/task_runs/", {"flow_run_id": flow_run, "task_key": "a", "dynamic_key": str(uuid4()), "state": {"type": "PENDING"}}
        )
        row[name] = await server.outcome(task_run["id"], state("RUNNING"), "task_runs")
    return row


class Docket:
    """Runs at once what a service would queue."""

    def add(self, function, **_):
        db = provide_database_interface()
        more = {"docket": self} if function is cancellation_cleanup.cancel_subflow_run else {}
        return lambda *arguments: function(*arguments, db=db, **more)

    def replace(self, *_, **__):
        """A check for later is of no interest here."""

        async def never(*_, **__):
            pass

        return never


async def duties(server):
    db, docket = provide_database_interface(), Docket()
    seen = {}

    async def after(name, run_id, duty):
        first = (await server.read(run_id))["state"]
        await duty()
        last = (await server.read(run_id))["state"]
        seen[name] = "stays" if first["id"] == last["id"] else f"{last['type']} {last['name']}"

    async def late():
        await late_runs.monitor_late_runs(docket=docket, db=db, perpetual=None)

    async def pauses():
        await pause_expirations.monitor_expired_pauses(docket=docket, db=db, perpetual=None)

    async def subflows():
        await cancellation_cleanup.monitor_subflow_runs(docket=docket, db=db, perpetual=None)

    # A run made in this state, not forced into it: the service looks at the time that is kept beside the state.
    async def scheduled(seconds, name=None):
        return await server.make_run(state("SCHEDULED", name, scheduled_time=instant(seconds)))

    await after("late: due 20 s ago", await scheduled(-20), late)
    await after("late: due 5 s ago", await scheduled(-5), late)
    await after("late: waits for a retry, due 20 s ago", await scheduled(-20, "AwaitingRetry"), late)
    await after("late: to be resumed, due 20 s ago", await scheduled(-20, "Resuming"), late)
    await after("pause: its deadline has passed", await server.make_run(flow_states()["Paused, expired"][0], True), pauses)
    await after("pause: suspended, and its deadline has passed", await server.make_run(flow_states()["Suspended, expired"][0]), pauses)
    await after("pause: its deadline is to come", await server.make_run(flow_states()["Paused"][0], True), pauses)

    async def child_of(parent_state, child_state, held, deployed):
        parent = await server.make_run(state(parent_state), parent_state != "CANCELLED", False)
        stand_in = await server.post(
            "/task_runs/", {"flow_run_id": parent, "task_key": "child", "dynamic_key": str(uuid4()), "state": {"type": "PENDING"}}
        )
        first = state(child_state, scheduled_time=instant(0)) if child_state == "SCHEDULED" else state(child_state)
        return await server.make_run(first, held, deployed, parent_task_run_id=stand_in["id"])

    await after("child of a cancelled run: a running subflow", await child_of("CANCELLED", "RUNNING", True, False), subflows)
    await after("child of a cancelled run: deployed, running", await child_of("CANCELLED", "RUNNING", True, True), subflows)
    await after("child of a cancelled run: deployed, scheduled", await child_of("CANCELLED", "SCHEDULED", False, True), subflows)
    await after("child of a cancelled run: deployed, completed", await child_of("CANCELLED", "COMPLETED", False, True), subflows)
    await after("child of a cancelling run: deployed, running", await child_of("CANCELLING", "RUNNING", True, True), subflows)
    await after("child of a failed run: deployed, running", await child_of("FAILED", "RUNNING", True, True), subflows)
    return seen


async def retried(server):
    """RUNNING, then FAILED: by retries of the run and how often it has run."""
    seen = {}
    for retries in (0, 1, 2):
        for attempt in (1, 2, 3):
            run = await server.post("/flow_runs/", {"flow_id": server.flow, "state": {"type": "PENDING"},
                                                    "empirical_policy": {"retries": retries, "retry_delay": 0}})
            for number in range(attempt):
                if number > 0:
                    await server.post(f"/flow_runs/{run['id']}/set_state", {"state": state("PENDING"), "force": True})
                await server.post(f"/flow_runs/{run['id']}/set_state", {"state": state("RUNNING"), "force": True})
            seen[f"{retries} retries, attempt {attempt}"] = await server.outcome(run["id"], state("FAILED"))
    return seen


async def collisions(server):
    """A run is to be taken while the limit of its deployment, 1, is full; and beside it the one that takes the place."""
    seen = {}
    for name, strategy in (("waits", "ENQUEUE"), ("cancels", "CANCEL_NEW")):
        deployment = await server.post("/deployments/", {
            "name": f"limited-{name}", "flow_id": server.flow, "concurrency_limit": 1, "concurrency_options": {"collision_strategy": strategy}})
        for run_name in ("the first run", "the second run"):
            run = await server.post(f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
            seen[f"{strategy}, {run_name}"] = await server.outcome(run["id"], state("PENDING"))
    return seen


SECTIONS = {
    "deployed": lambda server: flow_matrix(server, True),
    "script": lambda server: flow_matrix(server, False),
    "forced": forced,
    "retried": retried,
    "tasks": task_matrix,
    "taskStarts": task_starts,
    "duties": duties,
    "collisions": collisions,
}


async def observe(sections):
    async with get_client() as client:
        server = Server(client._client)
        await server.setup()
        return {name: await SECTIONS[name](server) for name in sections}


def observe_record(sections):
    return asyncio.run(observe(sections))
