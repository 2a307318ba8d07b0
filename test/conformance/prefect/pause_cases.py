"""Cases of pauses. A thread is the person who answers. The same cases, by the same names, stand in ../pause-cases.ts."""

import threading
import time

from prefect import pause_flow_run, suspend_flow_run, task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.exceptions import FlowPauseTimeout
from prefect.input import RunInput

from flow_cases import boom, case, child, fails_first, hooked, one, the_flow


class Decision(RunInput):
    approved: bool


def answered(run, answers):
    """Runs the flow while somebody answers each of its pauses in turn; None = only the word to go on."""
    ended = threading.Event()

    def answer():
        paused = FlowRunFilter.model_validate({"state": {"type": {"any_": ["PAUSED"]}}})
        with get_client(sync_client=True) as client:
            for given in answers:
                found = []
                while not found and not ended.is_set():
                    found = client.read_flow_runs(flow_run_filter=paused)
                    time.sleep(0.2)
                if found:
                    client.resume_flow_run(found[0].id, run_input=given)
                time.sleep(0.2)

    person = threading.Thread(target=answer)
    person.start()
    try:
        run(return_state=True)
    finally:
        ended.set()
        person.join()


@case("A flow pauses and is resumed; its hooks")
def pause_is_resumed():
    called = []

    @hooked(called)
    def run():
        pause_flow_run(poll_interval=1)

    answered(run, [None])
    return called


@case("A flow pauses and gets an answer")
def pause_gets_answer():
    @the_flow
    def run():
        if not pause_flow_run(wait_for_input=Decision, poll_interval=1).approved:
            boom()

    answered(run, [{"approved": True}])


@case("A flow pauses and gets an answer that does not fit, then one that does")
def pause_gets_misfit():
    @the_flow
    def run():
        pause_flow_run(wait_for_input=Decision, poll_interval=1)

    answered(run, [{"approved": "boom"}, {"approved": True}])


@case("A flow pauses twice")
def pauses_twice():
    @the_flow
    def run():
        pause_flow_run(poll_interval=1)
        pause_flow_run(poll_interval=1)

    answered(run, [None, None])


@case("Nobody resumes a flow in time")
def pause_comes_to_its_deadline():
    @the_flow
    def run():
        pause_flow_run(timeout=2, poll_interval=1)

    run()


@case("Nobody resumes a flow in time, and it handles that")
def pause_deadline_is_caught():
    @the_flow
    def run():
        try:
            pause_flow_run(timeout=2, poll_interval=1)
        except FlowPauseTimeout:
            pass
        return 1

    run()


@case("A flow with retries pauses before it fails once")
def pause_in_each_attempt():
    stumble = fails_first()

    @the_flow(retries=1)
    def run():
        pause_flow_run(poll_interval=1)
        stumble()

    answered(run, [None, None])


@case("A flow pauses and then throws")
def pause_then_throws():
    @the_flow
    def run():
        pause_flow_run(poll_interval=1)
        boom()

    answered(run, [None])


@case("A flow takes longer than its limit while it is paused")
def flow_times_out_while_paused():
    @the_flow(timeout_seconds=3)
    def run():
        pause_flow_run(poll_interval=1)

    run()


@case("A flow calls a task before and after a pause")
def pause_between_tasks():
    @the_flow
    def run():
        one()
        pause_flow_run(poll_interval=1)
        one()

    answered(run, [None])


@case("A subflow pauses")
def subflow_pauses():
    @child
    def inner():
        pause_flow_run(poll_interval=1)

    @the_flow
    def run():
        inner()

    answered(run, [None])


@case("A task pauses")
def task_pauses():
    @task(name="a")
    def asks():
        pause_flow_run(poll_interval=1)

    @the_flow
    def run():
        asks()

    answered(run, [None])


@case("A flow that no deployment has started is suspended")
def suspended_without_deployment():
    @the_flow
    def run():
        suspend_flow_run()

    run()
