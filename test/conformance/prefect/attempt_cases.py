"""Cases of retries, time limits and caches. The same cases, by the same names, stand in ../attempt-cases.ts."""

import time
import uuid

from prefect import task
from prefect.cache_policies import INPUTS
from prefect.states import Cancelled, Failed

from flow_cases import case, failing_task, fails, fails_first, follows, the_flow


@case("A flow with retries returns a cancelled state")
def flow_cancelled_is_not_retried():
    @the_flow(retries=2)
    def run():
        return Cancelled(message="boom")

    run()


@case("A task with retries returns a cancelled state")
def task_cancelled_is_not_retried():
    @task(name="a", retries=2)
    def t():
        return Cancelled(message="boom")

    @the_flow
    def run():
        t.submit().wait()
        return 1

    run()


@case("A task has fewer delays than retries")
def task_has_fewer_delays_than_retries():
    unsteady = failing_task(3, retries=3, retry_delay_seconds=[0.1, 0.05])

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task is retried at once, and then after a delay")
def task_retry_without_delay_first():
    unsteady = failing_task(2, retries=2, retry_delay_seconds=[0, 0.1])

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task takes longer than its limit, twice, and is retried after a delay")
def task_times_out_twice():
    calls = {"n": 0}

    @task(name="a", timeout_seconds=0.2, retries=2, retry_delay_seconds=0.1)
    def slow():
        calls["n"] += 1
        if calls["n"] <= 2:
            time.sleep(1)

    @the_flow
    def run():
        slow()

    run()


@case("A task fails, is retried, and takes longer than its limit")
def task_fails_then_times_out():
    stumble = fails_first()

    @task(name="a", timeout_seconds=0.2, retries=1)
    def slow():
        stumble()
        time.sleep(1)

    @the_flow
    def run():
        try:
            slow()
        except Exception:
            pass
        return 1

    run()


@case("A retry condition says no to a task that takes longer than its limit")
def task_time_out_is_not_retried_by_condition():
    @task(name="a", timeout_seconds=0.2, retries=2, retry_condition_fn=lambda *_: False)
    def slow():
        time.sleep(1)

    @the_flow
    def run():
        try:
            slow()
        except Exception:
            pass
        return 1

    run()


@case("A retry condition says yes, and then no")
def task_retry_condition_yes_once():
    n = {"n": 0}

    def cond(*_):
        n["n"] += 1
        return n["n"] == 1

    unsteady = failing_task(9, retries=5, retry_condition_fn=cond)

    @the_flow
    def run():
        unsteady()

    run()


@case("A task returns failed states with a name more often than it is retried")
def task_returned_failures_are_used_up():
    @task(name="a", retries=2)
    def t():
        return Failed(name="Rejected", message="boom")

    @the_flow
    def run():
        return [t.submit()]

    run()


@case("A retry condition says no to a failed state with a name")
def task_returned_failure_condition_no():
    @task(name="a", retries=2, retry_condition_fn=lambda *_: False)
    def t():
        return Failed(name="Rejected", message="boom")

    @the_flow
    def run():
        return [t.submit()]

    run()


@case("A flow with retries returns the future of a task that fails once")
def flow_returned_future_is_retried():
    unsteady = failing_task(1)

    @the_flow(retries=1)
    def run():
        return unsteady.submit()

    run()


@case("A flow and its task are retried, and the task always fails")
def flow_and_task_are_retried():
    unsteady = failing_task(9, retries=1)

    @the_flow(retries=1)
    def run():
        unsteady()

    run()


@case("A flow and its task are retried, and the task fails three times")
def flow_and_task_retries_help():
    unsteady = failing_task(3, retries=1)

    @the_flow(retries=1)
    def run():
        unsteady()

    run()


@case("A task and the task that it calls are retried, and that one always fails")
def nested_retries():
    unsteady = failing_task(9, retries=1)

    @task(name="b", retries=1)
    def outer():
        return unsteady()

    @the_flow
    def run():
        outer()

    run()


@case("A mapped task is retried for the one element for which it fails")
def mapped_task_is_retried():
    stumble = fails_first()

    @task(name="a", retries=1)
    def t(n):
        if n == 2:
            stumble()
        return n

    @the_flow
    def run():
        return t.map([1, 2, 3])

    run()


@case("A task with retries takes the future of one that fails")
def never_started_is_not_retried():
    @task(name="b", retries=2)
    def after(*v):
        return 1

    @the_flow
    def run():
        return after.submit(fails.submit())

    run()


@case("A task takes the future of one that fails once and is retried")
def upstream_is_retried():
    unsteady = failing_task(1, retries=1, retry_delay_seconds=0.1)

    @the_flow
    def run():
        return follows.submit(unsteady.submit())

    run()


@case("A flow with retries calls a cached task before it fails")
def flow_retry_finds_cached_task():
    stumble = fails_first()
    key = str(uuid.uuid4())

    @task(name="a", cache_policy=INPUTS, persist_result=True)
    def t(key):
        return 1

    @the_flow(retries=1)
    def run():
        t(key)
        stumble()

    run()


@case("A cached task fails, and is called twice more")
def cached_task_fails_first():
    key = str(uuid.uuid4())
    stumble = fails_first()

    @task(name="a", cache_policy=INPUTS, persist_result=True)
    def t(key):
        stumble()
        return 1

    @the_flow
    def run():
        try:
            t(key)
        except ValueError:
            pass
        t(key)
        t(key)

    run()


@case("A cached task returns a failed state, and is called again")
def cached_task_returns_failed_state_first():
    key = str(uuid.uuid4())
    calls = {"n": 0}

    @task(name="a", cache_policy=INPUTS, persist_result=True)
    def t(key):
        calls["n"] += 1
        if calls["n"] == 1:
            return Failed(message="boom")
        return 1

    @the_flow
    def run():
        t.submit(key).wait()
        t.submit(key).wait()
        return 1

    run()


@case("A task calls one that takes longer than its limit")
def nested_task_times_out():
    @task(name="a", timeout_seconds=0.2)
    def slow():
        time.sleep(1)

    @task(name="b")
    def outer():
        return slow()

    @the_flow
    def run():
        outer.submit().wait()
        return 1

    run()


@case("A task waits for a future with a limit, which passes")
def task_waits_no_longer_for_future():
    @task(name="a")
    def slow():
        time.sleep(0.8)

    @task(name="b")
    def outer():
        return slow.submit().result(timeout=0.1)

    @the_flow
    def run():
        outer.submit().wait()
        return 1

    run()


@case("A flow takes longer than its limit while a task that it called runs")
def flow_times_out_while_called_task_runs():
    @task(name="a")
    def slow():
        time.sleep(2)

    @the_flow(timeout_seconds=0.5)
    def run():
        slow()

    run()


@case("A flow takes longer than its limit while a task that it submitted runs")
def flow_times_out_while_submitted_task_runs():
    @task(name="a")
    def slow():
        time.sleep(1.2)

    @the_flow(timeout_seconds=0.5)
    def run():
        slow.submit()
        time.sleep(2)

    run()
