"""Cases of what flows and tasks come to. Each is a function that makes a flow called `case` and runs it; `boom` is the error that fails them.

The same cases, by the same names, stand in ../flow-cases.ts for Weir's own engine.
"""

import os
import subprocess
import sys
import time
from itertools import count

import prefect
from prefect import allow_failure, flow, task
from prefect.states import Cancelled, Completed, Failed

CASES = {}


def case(title):
    def register(function):
        CASES[function.__name__.replace("_", "-")] = (title, function)
        return function

    return register


def the_flow(function=None, **options):
    """A flow called `case`, with the options that the case is about."""
    if function is None:
        return lambda given: the_flow(given, **options)
    return flow(name="case", **options)(function)


def child(function=None, **options):
    if function is None:
        return lambda given: child(given, **options)
    return flow(name="child", **options)(function)


def boom():
    raise ValueError("boom")


def fails_first(times=1):
    """Fails this many times, then says how often it was called."""
    calls = count(1)

    def step():
        call = next(calls)
        return boom() if call <= times else call

    return step


def run_script(script):
    """Runs this in a process of its own, against the same Prefect: the case ends it."""
    environment = {**os.environ, "PREFECT_API_URL": prefect.settings.PREFECT_API_URL.value()}
    subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60)


@task(name="a")
def fails():
    boom()


@task(name="a")
def one():
    return 1


@task(name="b")
def follows(*values):
    return 2


@task(name="c")
def follows_last(*values):
    return 3


# --- what a flow returns -------------------------------------------------------------------------


@case("A flow returns a value")
def flow_returns_value():
    @the_flow
    def run():
        return 1

    run()


@case("A flow returns nothing")
def flow_returns_nothing():
    @the_flow
    def run():
        pass

    run()


@case("A flow throws")
def flow_throws():
    @the_flow
    def run():
        raise ValueError("boom")

    run()


@case("A flow returns a completed state")
def flow_returns_completed_state():
    @the_flow
    def run():
        return Completed()

    run()


@case("A flow returns a completed state with a name and a message of its own")
def flow_returns_named_state():
    @the_flow
    def run():
        return Completed(name="Skipped", message="boom")

    run()


@case("A flow returns a failed state")
def flow_returns_failed_state():
    @the_flow
    def run():
        return Failed(message="boom")

    run()


@case("A flow returns a failed state with a name of its own")
def flow_returns_named_failed_state():
    @the_flow
    def run():
        return Failed(name="Rejected", message="boom")

    run()


@case("A flow returns a cancelled state")
def flow_returns_cancelled_state():
    @the_flow
    def run():
        return Cancelled(message="boom")

    run()


@case("A flow returns a list of completed states")
def flow_returns_completed_states():
    @the_flow
    def run():
        return [Completed(), Completed()]

    run()


@case("A flow returns a list of states, one of them failed")
def flow_returns_states_one_failed():
    @the_flow
    def run():
        return [Completed(), Failed(message="boom")]

    run()


@case("A flow returns a failed state inside an object")
def flow_returns_failed_state_in_object():
    @the_flow
    def run():
        return {"state": Failed(message="boom")}

    run()


@case("A flow returns a failed state in a list beside a value")
def flow_returns_failed_state_beside_value():
    @the_flow
    def run():
        return [Failed(message="boom"), 1]

    run()


@case("A flow returns the future of a task that completes")
def flow_returns_completed_future():
    @the_flow
    def run():
        return one.submit()

    run()


@case("A flow returns the future of a task that fails")
def flow_returns_failed_future():
    @the_flow
    def run():
        return fails.submit()

    run()


@case("A flow returns futures, one of a task that fails")
def flow_returns_futures_one_failed():
    @the_flow
    def run():
        return [fails.submit(), follows.submit()]

    run()


@case("A flow returns futures in a nested list, one of a task that fails")
def flow_returns_futures_nested():
    @the_flow
    def run():
        return [[fails.submit()], [follows.submit()]]

    run()


@case("A flow returns the future of a failed task beside a value")
def flow_returns_failed_future_beside_value():
    @the_flow
    def run():
        return [fails.submit(), 1]

    run()


@case("A flow submits a task that fails, waits for it and returns a value")
def failed_future_is_not_read():
    @the_flow
    def run():
        fails.submit().wait()
        return 1

    run()


@case("A flow reads the result of a task that failed")
def failed_future_is_read():
    @the_flow
    def run():
        fails.submit().result()

    run()


@case("A flow reads the result of a task that failed, without raising")
def failed_future_is_read_as_value():
    @the_flow
    def run():
        fails.submit().result(raise_on_failure=False)
        return 1

    run()


# --- tasks ---------------------------------------------------------------------------------------


@case("A called task throws")
def task_throws():
    @the_flow
    def run():
        fails()

    run()


@case("A called task throws and the flow catches it")
def task_throws_caught():
    @the_flow
    def run():
        try:
            fails()
        except ValueError:
            pass
        return 1

    run()


@case("A called task completes")
def task_completes():
    @the_flow
    def run():
        return one()

    run()


@case("A task returns a completed state with a name of its own")
def task_returns_named_state():
    @task(name="a")
    def skips():
        return Completed(name="Skipped")

    @the_flow
    def run():
        skips.submit().wait()
        return 1

    run()


@case("A task returns a failed state")
def task_returns_failed_state():
    @task(name="a")
    def gives_up():
        return Failed(message="boom")

    @the_flow
    def run():
        return gives_up.submit()

    run()


@case("A task returns a cancelled state")
def task_returns_cancelled_state():
    @task(name="a")
    def gives_up():
        return Cancelled(message="boom")

    @the_flow
    def run():
        return gives_up.submit()

    run()


@case("A task calls a task that throws")
def nested_task_throws():
    @task(name="b")
    def outer():
        return fails()

    @the_flow
    def run():
        outer()

    run()


@case("A task calls a task that throws and catches it")
def nested_task_throws_caught():
    @task(name="b")
    def outer():
        try:
            fails()
        except ValueError:
            return 1

    @the_flow
    def run():
        return outer()

    run()


@case("A task returns the future of a task that fails")
def task_returns_failed_future():
    @task(name="b")
    def outer():
        return fails.submit()

    @the_flow
    def run():
        return outer.submit()

    run()


@case("A mapped task fails for one element; the futures are returned")
def mapped_task_fails_once():
    @task(name="a")
    def odd_only(n):
        if n == 2:
            raise ValueError("boom")

    @the_flow
    def run():
        return odd_only.map([1, 2, 3])

    run()


@case("A mapped task completes for all elements")
def mapped_task_completes():
    @task(name="a")
    def any_number(n):
        return n

    @the_flow
    def run():
        return any_number.map([1, 2, 3])

    run()


@case("A mapped task follows a mapped task that failed for one element")
def mapped_task_follows_mapped_failure():
    @task(name="a")
    def odd_only(n):
        if n == 2:
            raise ValueError("boom")
        return n

    @task(name="b")
    def after(n):
        return n

    @the_flow
    def run():
        return after.map(odd_only.map([1, 2]))

    run()


# --- upstream ------------------------------------------------------------------------------------


@case("A submitted task takes the future of one that fails")
def upstream_failed():
    @the_flow
    def run():
        return follows.submit(fails.submit())

    run()


@case("A called task takes the future of one that fails")
def upstream_failed_called():
    @the_flow
    def run():
        follows(fails.submit())
        return 1

    run()


@case("Three tasks in a row, the first fails")
def upstream_failed_chain():
    @the_flow
    def run():
        return follows_last.submit(follows.submit(fails.submit()))

    run()


@case("A task takes a list with the future of one that fails")
def upstream_failed_in_list():
    @the_flow
    def run():
        return follows.submit([fails.submit(), 1])

    run()


@case("A task takes an object with the future of one that fails")
def upstream_failed_in_object():
    @the_flow
    def run():
        return follows.submit({"inside": {"deeper": fails.submit()}})

    run()


@case("A failed upstream is allowed to fail")
def upstream_failure_allowed():
    @the_flow
    def run():
        return follows.submit(allow_failure(fails.submit()))

    run()


@case("A task waits for one that fails")
def wait_for_failed():
    @the_flow
    def run():
        return follows.submit(wait_for=[fails.submit()])

    run()


@case("A task waits for one that is allowed to fail")
def wait_for_allowed_failure():
    @the_flow
    def run():
        return follows.submit(wait_for=[allow_failure(fails.submit())])

    run()


@case("A task waits for one that completes")
def wait_for_completed():
    @the_flow
    def run():
        return follows.submit(wait_for=[one.submit()])

    run()


# --- retries -------------------------------------------------------------------------------------


def failing_task(times, **options):
    return task(name="a", **options)(fails_first(times))


@case("A task fails once and is retried")
def task_retry_helps():
    unsteady = failing_task(1, retries=1)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task fails more often than it is retried")
def task_retries_are_used_up():
    unsteady = failing_task(9, retries=2)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task is retried after a delay")
def task_retry_after_delay():
    unsteady = failing_task(1, retries=1, retry_delay_seconds=0.1)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task is retried after delays of a list")
def task_retry_after_listed_delays():
    unsteady = failing_task(2, retries=2, retry_delay_seconds=[0.1, 0.05])

    @the_flow
    def run():
        return unsteady()

    run()


@case("A retry condition says no")
def task_retry_condition_no():
    unsteady = failing_task(1, retries=2, retry_condition_fn=lambda *_: False)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A retry condition says yes")
def task_retry_condition_yes():
    unsteady = failing_task(1, retries=2, retry_condition_fn=lambda *_: True)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A retry condition throws")
def task_retry_condition_throws():
    def condition(*_):
        raise RuntimeError("broken condition")

    unsteady = failing_task(1, retries=2, retry_condition_fn=condition)

    @the_flow
    def run():
        return unsteady()

    run()


@case("A task that returns a failed state has retries")
def task_returned_failure_is_retried():
    calls = {"n": 0}

    @task(name="a", retries=1)
    def unsteady():
        calls["n"] += 1
        return Failed(message="boom") if calls["n"] == 1 else 1

    @the_flow
    def run():
        return unsteady.submit()

    run()


@case("A flow fails once and is retried")
def flow_retry_helps():
    stumble = fails_first()

    @the_flow(retries=1)
    def run():
        stumble()

    run()


@case("A flow fails more often than it is retried")
def flow_retries_are_used_up():
    @the_flow(retries=2)
    def run():
        raise ValueError("boom")

    run()


@case("A flow is retried after a delay")
def flow_retry_after_delay():
    stumble = fails_first()

    @the_flow(retries=1, retry_delay_seconds=1)
    def run():
        stumble()

    run()


@case("A flow with retries returns a failed state")
def flow_returned_failure_is_retried():
    calls = {"n": 0}

    @the_flow(retries=1)
    def run():
        calls["n"] += 1
        return Failed(message="boom") if calls["n"] == 1 else 1

    run()


@case("A flow with retries runs a task before it fails")
def flow_retry_runs_task_again():
    stumble = fails_first()

    @the_flow(retries=1)
    def run():
        one()
        stumble()

    run()


@case("A flow with retries: a task fails at the first attempt")
def flow_retry_after_failed_task():
    unsteady = failing_task(1)

    @the_flow(retries=1)
    def run():
        return unsteady()

    run()


# --- timeouts ------------------------------------------------------------------------------------


@case("A task takes longer than its limit")
def task_times_out():
    @task(name="a", timeout_seconds=0.2)
    def slow():
        time.sleep(2)

    @the_flow
    def run():
        slow()

    run()


@case("A task takes longer than its limit, once, and is retried")
def task_times_out_once():
    calls = {"n": 0}

    @task(name="a", timeout_seconds=0.2, retries=1)
    def slow():
        calls["n"] += 1
        if calls["n"] == 1:
            time.sleep(2)

    @the_flow
    def run():
        slow()

    run()


@case("A flow takes longer than its limit")
def flow_times_out():
    @the_flow(timeout_seconds=0.2)
    def run():
        time.sleep(2)

    run()


@case("A task throws a timeout error of its own")
def task_throws_timeout_error():
    @task(name="a")
    def times_itself():
        raise TimeoutError("boom")

    @the_flow
    def run():
        times_itself.submit().wait()
        return 1

    run()


@case("A flow throws a timeout error of its own")
def flow_throws_timeout_error():
    @the_flow
    def run():
        raise TimeoutError("boom")

    run()


# --- subflows ------------------------------------------------------------------------------------


@case("A subflow completes")
def subflow_completes():
    @child
    def inner():
        return 1

    @the_flow
    def run():
        return inner()

    run()


@case("A subflow throws")
def subflow_throws():
    @child
    def inner():
        raise ValueError("boom")

    @the_flow
    def run():
        inner()

    run()


@case("A subflow throws and the parent catches it")
def subflow_throws_caught():
    @child
    def inner():
        raise ValueError("boom")

    @the_flow
    def run():
        try:
            inner()
        except ValueError:
            pass
        return 1

    run()


@case("A subflow fails; the parent asks for its state and returns a value")
def subflow_failed_state_ignored():
    @child
    def inner():
        raise ValueError("boom")

    @the_flow
    def run():
        inner(return_state=True)
        return 1

    run()


@case("A subflow fails; the parent asks for its state and returns it")
def subflow_failed_state_returned():
    @child
    def inner():
        raise ValueError("boom")

    @the_flow
    def run():
        return inner(return_state=True)

    run()


@case("A subflow completes; the parent asks for its state and returns it")
def subflow_completed_state_returned():
    @child
    def inner():
        return 1

    @the_flow
    def run():
        return inner(return_state=True)

    run()


@case("A subflow returns a failed state; the parent reads its value")
def subflow_returns_failed_state():
    @child
    def inner():
        return Failed(message="boom")

    @the_flow
    def run():
        inner()
        return 1

    run()


@case("A subflow returns a completed state with a name of its own")
def subflow_returns_named_state():
    @child
    def inner():
        return Completed(name="Skipped")

    @the_flow
    def run():
        inner(return_state=True)
        return 1

    run()


@case("A subflow of a subflow throws")
def subflow_of_subflow_throws():
    @flow(name="grandchild")
    def innermost():
        raise ValueError("boom")

    @child
    def inner():
        innermost()

    @the_flow
    def run():
        inner()

    run()


@case("A subflow's task throws")
def subflow_task_throws():
    @child
    def inner():
        fails()

    @the_flow
    def run():
        inner()

    run()


@case("A task calls a subflow")
def subflow_in_task():
    @child
    def inner():
        return 1

    @task(name="a")
    def caller():
        return inner()

    @the_flow
    def run():
        return caller()

    run()


@case("A subflow fails once and is retried")
def subflow_retry_helps():
    stumble = fails_first()

    @child(retries=1)
    def inner():
        stumble()

    @the_flow
    def run():
        inner()

    run()


@case("A parent with retries fails after its subflow completed")
def parent_retry_after_completed_subflow():
    stumble = fails_first()

    @child
    def inner():
        return 1

    @the_flow(retries=1)
    def run():
        inner()
        stumble()

    run()


@case("A parent with retries: its subflow fails at the first attempt")
def parent_retry_after_failed_subflow():
    stumble = fails_first()

    @child
    def inner():
        stumble()

    @the_flow(retries=1)
    def run():
        inner()

    run()


@case("A subflow's parameters do not match")
def subflow_parameters_do_not_match():
    @child
    def inner(n: int):
        return n

    @the_flow
    def run():
        inner("boom")

    run()


@case("A flow's parameters do not match")
def parameters_do_not_match():
    @the_flow
    def run(n: int):
        return n

    run("boom")


# --- hooks ---------------------------------------------------------------------------------------


def hooked(called, **options):
    def hook(name):
        def call(_flow, _run, state):
            called.append(f"{name} {state.type.value}")

        return call

    return the_flow(
        on_running=[hook("running")],
        on_completion=[hook("completion")],
        on_failure=[hook("failure")],
        on_cancellation=[hook("cancellation")],
        on_crashed=[hook("crashed")],
        **options,
    )


@case("Hooks of a flow that completes")
def hooks_of_completed():
    called = []

    @hooked(called)
    def run():
        return 1

    run()
    return called


@case("Hooks of a flow that throws")
def hooks_of_failed():
    called = []

    @hooked(called)
    def run():
        raise ValueError("boom")

    run(return_state=True)
    return called


@case("Hooks of a flow that is retried once")
def hooks_of_retried():
    called = []
    stumble = fails_first()

    @hooked(called, retries=1)
    def run():
        stumble()

    run(return_state=True)
    return called


@case("Hooks of a flow that returns a cancelled state")
def hooks_of_cancelled():
    called = []

    @hooked(called)
    def run():
        return Cancelled()

    run(return_state=True)
    return called


@case("A completion hook throws")
def hook_throws():
    def hook(*_):
        raise RuntimeError("broken hook")

    @the_flow(on_completion=[hook])
    def run():
        return 1

    run()


# --- further corners -----------------------------------------------------------------------------


@case("A flow returns completed and cancelled states")
def flow_returns_states_one_cancelled():
    @the_flow
    def run():
        return [Completed(), Cancelled(message="boom")]

    run()


@case("A flow returns failed and cancelled states")
def flow_returns_failed_and_cancelled_states():
    @the_flow
    def run():
        return [Failed(message="boom"), Cancelled(message="boom")]

    run()


@case("A flow returns an empty list")
def flow_returns_empty_list():
    @the_flow
    def run():
        return []

    run()


@case("A task is mapped over an empty list")
def mapped_over_nothing():
    @the_flow
    def run():
        return one_of.map([])

    @task(name="a")
    def one_of(n):
        return n

    run()


@case("A task is mapped over lists of unequal lengths")
def mapped_over_unequal_lists():
    @task(name="a")
    def both(n, m):
        return n

    @the_flow
    def run():
        return both.map([1, 2], [1, 2, 3])

    run()


@case("A task is mapped with a value that is not mapped")
def mapped_with_unmapped():
    from prefect import unmapped

    @task(name="a")
    def both(n, m):
        return n

    @the_flow
    def run():
        return both.map([1, 2], unmapped([1, 2, 3]))

    run()


@case("A flow takes longer than its limit in every attempt")
def flow_times_out_in_every_attempt():
    @the_flow(timeout_seconds=0.2, retries=1)
    def run():
        time.sleep(2)

    run()


@case("A flow takes longer than its limit, once, and is retried")
def flow_times_out_once():
    calls = {"n": 0}

    @the_flow(timeout_seconds=1, retries=1)
    def run():
        calls["n"] += 1
        if calls["n"] == 1:
            time.sleep(3)

    run()


@case("A task takes longer than its limit in every attempt; the flow catches it")
def task_times_out_in_every_attempt():
    @task(name="a", timeout_seconds=0.2, retries=1)
    def slow():
        time.sleep(2)

    @the_flow
    def run():
        try:
            slow()
        except Exception:
            pass
        return 1

    run()


@case("A submitted task takes longer than its limit and its future is returned")
def submitted_task_times_out():
    @task(name="a", timeout_seconds=0.2)
    def slow():
        time.sleep(2)

    @the_flow
    def run():
        return [slow.submit()]

    run()


@case("A called task waits for one that fails")
def called_task_waits_for_failed():
    @the_flow
    def run():
        follows(wait_for=[fails.submit()])
        return 1

    run()


@case("A called task takes the future of one that completes")
def called_task_takes_completed():
    @the_flow
    def run():
        return follows(one.submit())

    run()


@case("A task follows one that was allowed to see a failure")
def task_follows_allowed_failure():
    @the_flow
    def run():
        return [follows_last.submit(follows.submit(allow_failure(fails.submit())))]

    run()


@case("A task is allowed to see that one was never started")
def not_ready_is_allowed():
    @the_flow
    def run():
        return [follows_last.submit(allow_failure(follows.submit(fails.submit())))]

    run()


@case("Two upstream tasks, one of them fails")
def one_of_two_upstreams_failed():
    @task(name="c")
    def joins(left, right):
        return 1

    @the_flow
    def run():
        return [joins.submit(fails.submit(), follows.submit())]

    run()


@case("A called task returns a failed state")
def called_task_returns_failed_state():
    @task(name="a")
    def gives_up():
        return Failed(message="boom")

    @the_flow
    def run():
        gives_up()
        return 1

    run()


@case("A called task returns a cancelled state")
def called_task_returns_cancelled_state():
    @task(name="a")
    def gives_up():
        return Cancelled(message="boom")

    @the_flow
    def run():
        gives_up()
        return 1

    run()


@case("A flow throws while a task that it submitted runs")
def flow_throws_while_task_runs():
    @task(name="a")
    def slow():
        time.sleep(0.5)
        return 1

    @the_flow
    def run():
        slow.submit()
        time.sleep(0.2)
        raise ValueError("boom")

    run()


@case("A flow returns a value while a task that it submitted runs")
def flow_returns_while_task_runs():
    @task(name="a")
    def slow():
        time.sleep(0.5)
        return 1

    @the_flow
    def run():
        slow.submit()
        time.sleep(0.2)
        return 1

    run()


@case("A flow returns a value while a task that it submitted is about to fail")
def flow_returns_before_task_fails():
    @task(name="a")
    def slow():
        time.sleep(0.5)
        raise ValueError("boom")

    @the_flow
    def run():
        slow.submit()
        time.sleep(0.2)
        return 1

    run()


@case("A task submits a task that fails and reads its result")
def task_submits_task_that_fails():
    @task(name="b")
    def outer():
        return fails.submit().result()

    @the_flow
    def run():
        return [outer.submit()]

    run()


@case("A task is retried; each attempt calls a task")
def nested_task_is_called_in_each_attempt():
    stumble = fails_first()

    @task(name="b", retries=1)
    def outer():
        one()
        stumble()

    @the_flow
    def run():
        outer()

    run()


@case("A subflow takes longer than its limit")
def subflow_times_out():
    @child(timeout_seconds=0.2)
    def inner():
        time.sleep(2)

    @the_flow
    def run():
        inner(return_state=True)
        return 1

    run()


@case("A subflow returns a cancelled state; the parent reads its value")
def subflow_returns_cancelled_state():
    @child
    def inner():
        return Cancelled(message="boom")

    @the_flow
    def run():
        inner()
        return 1

    run()


@case("A subflow returns a cancelled state; the parent asks for its state and returns it")
def subflow_cancelled_state_returned():
    @child
    def inner():
        return Cancelled(message="boom")

    @the_flow
    def run():
        return inner(return_state=True)

    run()


@case("A subflow fails; the parent returns its state with that of another that completed")
def subflow_states_returned():
    @child
    def inner(fail: bool):
        if fail:
            raise ValueError("boom")

    @the_flow
    def run():
        return [inner(True, return_state=True), inner(False, return_state=True)]

    run()


@case("A subflow throws in a task")
def subflow_throws_in_task():
    @child
    def inner():
        raise ValueError("boom")

    @task(name="a")
    def caller():
        inner()

    @the_flow
    def run():
        return [caller.submit()]

    run()


@case("A flow calls itself")
def flow_calls_itself():
    @the_flow
    def run(depth: int = 0):
        if depth < 2:
            run(depth + 1)

    run()


@case("A subflow takes the future of a task that fails")
def subflow_takes_failed_future():
    @child
    def inner(n):
        return n

    @the_flow
    def run():
        inner(fails.submit())
        return 1

    run()


@case("A subflow takes the future of a task that completes")
def subflow_takes_completed_future():
    @child
    def inner(n):
        return n

    @the_flow
    def run():
        return inner(one.submit())

    run()


@case("Hooks of a flow that takes longer than its limit")
def hooks_of_timed_out():
    called = []

    @hooked(called, timeout_seconds=0.2)
    def run():
        time.sleep(2)

    run(return_state=True)
    return called


@case("A hook on running throws")
def running_hook_throws():
    def hook(*_):
        raise RuntimeError("broken hook")

    @the_flow(on_running=[hook])
    def run():
        return 1

    run()


@case("Hooks of a flow whose retries are used up")
def hooks_of_retries_used_up():
    called = []

    @hooked(called, retries=1)
    def run():
        raise ValueError("boom")

    run(return_state=True)
    return called


@case("Hooks of a flow whose parameters do not match")
def hooks_of_parameters_that_do_not_match():
    called = []

    @hooked(called)
    def run(n: int):
        return n

    try:
        run("boom")
    except Exception:
        pass
    return called


@case("A flow is interrupted from the keyboard")
def flow_interrupted():
    run_script(INTERRUPTED)


# --- stopped -------------------------------------------------------------------------------------


TERMINATED = """
import os, signal, time
from prefect import flow
from prefect.utilities.engine import capture_sigterm

@flow(name="case")
def run():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)

with capture_sigterm():
    run()
"""


INTERRUPTED = """
from prefect import flow

@flow(name="case")
def run():
    raise KeyboardInterrupt()

run()
"""


@case("A flow's process is asked to end while it runs (SIGTERM)")
def flow_terminated():
    run_script(TERMINATED)
