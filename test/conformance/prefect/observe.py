"""Runs every case on a Prefect of its own and writes what came out to ../observed.json.

    python -m venv venv && venv/bin/pip install prefect==3.8.4 fastapi==0.150.0 sqlalchemy==2.0.58
    venv/bin/python test/conformance/prefect/observe.py          # about five minutes

Messages are not kept: only whether there is one, and whether it names what went wrong (`boom`).
"""

import json
import os
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).parent
os.environ.update(
    PREFECT_HOME=tempfile.mkdtemp(prefix="conformance-"),
    PREFECT_LOGGING_LEVEL="CRITICAL",
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    PREFECT_CLI_COLORS="false",
    PREFECT_SERVER_DATABASE_TIMEOUT="60",
)
sys.path.insert(0, str(HERE))

import prefect  # noqa: E402
from prefect.client.orchestration import get_client  # noqa: E402
from prefect.flow_engine import FlowRunEngine  # noqa: E402
from prefect.task_engine import SyncTaskRunEngine  # noqa: E402
from prefect.testing.utilities import prefect_test_harness  # noqa: E402

import attempt_cases  # noqa: E402, F401
import nested_cases  # noqa: E402, F401
import pause_cases  # noqa: E402, F401
import returned_cases  # noqa: E402, F401
from flow_cases import CASES  # noqa: E402
from record_cases import SECTIONS, observe_record  # noqa: E402


class Watch:
    """What the engines said during one case: runs of flows by id, the state of each task run."""

    def __init__(self):
        self.flows = {}
        self.tasks = {}
        self.counts = {}
        self.ways = {}


watch = Watch()
set_flow_state = FlowRunEngine.set_state
set_task_state = SyncTaskRunEngine.set_state


def watch_flow(self, state, force=False):
    watch.flows[self.flow_run.id] = self.flow.name
    return set_flow_state(self, state, force)


def watch_task(self, state, force=False):
    new = set_task_state(self, state, force)
    watch.tasks[self.task_run.id] = (self.task.name, new)
    watch.counts[self.task_run.id] = self.task_run.run_count
    watch.ways.setdefault(self.task_run.id, []).append(new.name)
    return new


FlowRunEngine.set_state = watch_flow
SyncTaskRunEngine.set_state = watch_task


def said(message):
    if not message:
        return "nothing"
    return "what" if "boom" in message else "something"


def way_of(names):
    """A run is Pending before it begins: that is no part of its way."""
    return [name for at, name in enumerate(names) if at > 0 or name != "Pending"]


def seen_run(client, name, flow_run):
    state = flow_run.state
    states = sorted(client.read_flow_run_states(flow_run.id), key=lambda each: each.timestamp)
    return {
        "flow": name,
        "type": state.type.value,
        "name": state.name,
        "says": said(state.message),
        "attempts": flow_run.run_count,
        "way": way_of([each.name for each in states]),
    }


def observe_flow(title, run):
    global watch
    watch = Watch()
    begun = datetime.now(timezone.utc)
    hooks = None
    try:
        hooks = run()
    except BaseException as error:  # a case may end the process, as a signal does
        if isinstance(error, KeyboardInterrupt):
            raise
    seen = {"title": title}
    runs = []
    with get_client(sync_client=True) as client:
        for flow_run_id, name in watch.flows.items():
            flow_run = client.read_flow_run(flow_run_id)
            runs.append(seen_run(client, name, flow_run))
        if not runs:
            # In a process of its own: the newest runs, which come after all that are known.
            for flow_run in client.read_flow_runs(limit=2, sort=prefect.client.schemas.sorting.FlowRunSort.EXPECTED_START_TIME_DESC):
                if flow_run.expected_start_time >= begun:
                    runs.append(seen_run(client, client.read_flow(flow_run.flow_id).name, flow_run))
    seen["flows"] = sorted(runs, key=lambda each: (["case", "child", "grandchild"].index(each["flow"]), each["type"], each["way"]))
    seen["tasks"] = sorted(
        (
            {
                "task": name,
                "type": state.type.value,
                "name": state.name,
                "says": said(state.message),
                "attempts": watch.counts[key],
                "way": way_of(watch.ways[key]),
            }
            for key, (name, state) in watch.tasks.items()
        ),
        key=lambda each: (each["task"], each["type"], each["name"], each["attempts"], each["way"]),
    )
    if hooks is not None:
        seen["hooks"] = hooks
    return seen


def main():
    """`observe.py` observes everything; `observe.py flows` only what flows come to, `observe.py flows CASE …` some of that; `observe.py deployed tasks …` parts
    of the record: the keys of observed.json."""
    wanted = sys.argv[1:] or ["flows", *SECTIONS]
    path = HERE.parent / "observed.json"
    table = json.loads(path.read_text()) if path.exists() else {}
    table["prefect"] = prefect.__version__
    with prefect_test_harness(server_startup_timeout=120):
        table.update(observe_record([name for name in SECTIONS if name in wanted]))
        if "flows" in wanted:
            # Further words are the names of cases: only these are observed anew.
            named = [word for word in wanted if word in CASES]
            known = table.get("flows", {}) if named else {}
            table["flows"] = {name: known.get(name) for name in CASES}
            for name, (title, run) in CASES.items():
                if named and name not in named:
                    continue
                table["flows"][name] = observe_flow(title, run)
                print(name, flush=True)
    path.write_text(json.dumps(table, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
