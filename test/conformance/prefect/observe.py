"""Runs every case on a Prefect of its own and writes what came out to ../observed.json.

    python -m venv venv && venv/bin/pip install prefect==3.8.4
    venv/bin/python test/conformance/prefect/observe.py          # about five minutes

Messages are not kept: only whether there is one, and whether it names what went wrong (`boom`).
"""

import json
import os
import sys
import tempfile
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

from flow_cases import CASES  # noqa: E402
from record_cases import SECTIONS, observe_record  # noqa: E402


class Watch:
    """What the engines said during one case: runs of flows by id, the state of each task run."""

    def __init__(self):
        self.flows = {}
        self.tasks = {}
        self.counts = {}


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
    return new


FlowRunEngine.set_state = watch_flow
SyncTaskRunEngine.set_state = watch_task


def said(message):
    if not message:
        return "nothing"
    return "what" if "boom" in message else "something"


def observe_flow(title, run):
    global watch
    watch = Watch()
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
            state = flow_run.state
            runs.append({"flow": name, "type": state.type.value, "name": state.name, "says": said(state.message), "attempts": flow_run.run_count})
        if not runs:
            newest = client.read_flow_runs(limit=1, sort=prefect.client.schemas.sorting.FlowRunSort.EXPECTED_START_TIME_DESC)
            state = newest[0].state
            runs.append({"flow": "case", "type": state.type.value, "name": state.name, "says": said(state.message), "attempts": newest[0].run_count})
    seen["flows"] = sorted(runs, key=lambda each: (["case", "child", "grandchild"].index(each["flow"]), each["type"]))
    seen["tasks"] = sorted(
        (
            {"task": name, "type": state.type.value, "name": state.name, "says": said(state.message), "attempts": watch.counts[key]}
            for key, (name, state) in watch.tasks.items()
        ),
        key=lambda each: (each["task"], each["type"], each["name"], each["attempts"]),
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
