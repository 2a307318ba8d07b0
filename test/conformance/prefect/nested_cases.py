"""Cases of subflows, of hooks of tasks and subflows, and of processes that end. The same cases, by the same names, stand in ../nested-cases.ts."""

import time

from prefect import flow, task
from prefect.states import Cancelled, Failed

from flow_cases import boom, case, child, fails, fails_first, follows, run_script, the_flow


def grandchild(function):
    return flow(name="grandchild")(function)


def task_hook(called, name):
    def call(_task, _run, state):
        called.append(f"{name} {state.type.value} {state.name}")

    return [call]


def hooked_task(called, function, **options):
    hooks = {f"on_{name}": task_hook(called, name) for name in ("running", "completion", "failure")}
    return task(name="a", **hooks, **options)(function)


@case("A flow takes longer than its limit while a subflow runs")
def flow_times_out_while_subflow_runs():
    @child
    def inner():
        time.sleep(6)

    @the_flow(timeout_seconds=3)
    def run():
        inner()

    run()


@case("A subflow takes longer than its limit, and its caller does not catch that")
def subflow_time_out_is_thrown():
    @child(timeout_seconds=0.3)
    def inner():
        time.sleep(2)

    @the_flow
    def run():
        inner()

    run()


@case("A subflow of a subflow throws, and its caller catches it")
def grandchild_is_caught_by_child():
    @grandchild
    def innermost():
        boom()

    @child
    def inner():
        try:
            innermost()
        except ValueError:
            pass
        return 1

    @the_flow
    def run():
        return inner()

    run()


@case("A subflow of a subflow throws, and the outermost flow catches it")
def grandchild_is_caught_by_case():
    @grandchild
    def innermost():
        boom()

    @child
    def inner():
        innermost()

    @the_flow
    def run():
        try:
            inner()
        except ValueError:
            pass
        return 1

    run()


@case("A subflow returns the future of a task that fails")
def subflow_returns_failed_future():
    @child
    def inner():
        return fails.submit()

    @the_flow
    def run():
        inner(return_state=True)
        return 1

    run()


@case("A subflow fails more often than it is retried, and the parent catches it")
def subflow_retries_are_used_up():
    @child(retries=1)
    def inner():
        boom()

    @the_flow
    def run():
        try:
            inner()
        except ValueError:
            pass
        return 1

    run()


@case("A subflow and its parent are retried, and the subflow always fails")
def subflow_and_parent_are_retried():
    @child(retries=1)
    def inner():
        boom()

    @the_flow(retries=1)
    def run():
        inner()

    run()


@case("A task that fails after its subflow completed is retried")
def task_with_completed_subflow_is_retried():
    stumble = fails_first()

    @child
    def inner():
        return 1

    @task(name="a", retries=1)
    def caller():
        inner()
        stumble()

    @the_flow
    def run():
        caller()

    run()


@case("A task whose subflow fails once is retried")
def task_with_failed_subflow_is_retried():
    stumble = fails_first()

    @child
    def inner():
        stumble()

    @task(name="a", retries=1)
    def caller():
        inner()

    @the_flow
    def run():
        caller()

    run()


@case("A subflow's parameters do not match, and the parent catches it")
def subflow_parameters_misfit_is_caught():
    @child
    def inner(n: int):
        return n

    @the_flow
    def run():
        try:
            inner("boom")
        except Exception:
            pass
        return 1

    run()


@case("A subflow's parameters do not match, and the parent asks for its state")
def subflow_parameters_misfit_as_state():
    @child
    def inner(n: int):
        return n

    @the_flow
    def run():
        inner("boom", return_state=True)
        return 1

    run()


@case("The parameters of a flow with retries do not match")
def parameters_misfit_is_not_retried():
    @the_flow(retries=2)
    def run(n: int):
        return n

    run("boom")


@case("A subflow fails once and is called again")
def subflow_fails_and_is_called_again():
    stumble = fails_first()

    @child
    def inner():
        stumble()

    @the_flow
    def run():
        inner(return_state=True)
        inner()

    run()


@case("A subflow takes the state of a task that failed")
def subflow_takes_failed_state():
    @child
    def inner(n):
        return 1

    @the_flow
    def run():
        inner(fails(return_state=True))
        return 1

    run()


@case("Hooks of a task that completes")
def task_hooks_of_completed():
    called = []
    t = hooked_task(called, lambda: 1)

    @the_flow
    def run():
        t()

    run()
    return called


@case("Hooks of a task that is retried at once")
def task_hooks_of_retried():
    called = []
    t = hooked_task(called, fails_first(), retries=1)

    @the_flow
    def run():
        t()

    run()
    return called


@case("Hooks of a task that is retried after a delay")
def task_hooks_of_retried_after_delay():
    called = []
    t = hooked_task(called, fails_first(), retries=1, retry_delay_seconds=0.1)

    @the_flow
    def run():
        t()

    run()
    return called


@case("Hooks of a task whose retries are used up")
def task_hooks_of_retries_used_up():
    called = []
    t = hooked_task(called, boom, retries=1)

    @the_flow
    def run():
        t()

    run(return_state=True)
    return called


@case("Hooks of a task that returns a failed state with a name")
def task_hooks_of_failed_state():
    called = []
    t = hooked_task(called, lambda: Failed(name="Rejected", message="boom"))

    @the_flow
    def run():
        t.submit().wait()
        return 1

    run()
    return called


@case("Hooks of a task that returns a cancelled state")
def task_hooks_of_cancelled_state():
    called = []
    t = hooked_task(called, lambda: Cancelled(message="boom"))

    @the_flow
    def run():
        t.submit().wait()
        return 1

    run()
    return called


@case("Hooks of a task that takes longer than its limit")
def task_hooks_of_timed_out():
    called = []
    t = hooked_task(called, lambda: time.sleep(1), timeout_seconds=0.2)

    @the_flow
    def run():
        t.submit().wait()
        return 1

    run()
    return called


@case("Hooks of a task that is never started")
def task_hooks_of_never_started():
    called = []
    t = hooked_task(called, lambda n: 1)

    @the_flow
    def run():
        t.submit(follows.submit(fails.with_options(name="b").submit())).wait()
        return 1

    run()
    return called


@case("The first of two completion hooks of a task throws")
def task_hook_throws():
    def hook(*_):
        raise RuntimeError("broken hook")

    called = []

    def second(*_):
        called.append("second")

    t = task(name="a", on_completion=[hook, second])(lambda: 1)

    @the_flow
    def run():
        t()

    run()
    return called


@case("The first of two failure hooks throws")
def first_of_two_hooks_throws():
    called = []

    def hook(*_):
        raise RuntimeError("broken hook")

    def second(*_):
        called.append("second")

    @the_flow(on_failure=[hook, second])
    def run():
        boom()

    run(return_state=True)
    return called


@case("Hooks of a task, a subflow and the flow around them, in order")
def hooks_in_order():
    called = []

    def hook(name):
        def call(_f, _r, state):
            called.append(f"{name} {state.type.value}")

        return [call]

    t = task(name="a", on_running=hook("a"), on_completion=hook("a"))(lambda: 1)

    @child(on_running=hook("child"), on_completion=hook("child"))
    def inner():
        t()

    @the_flow(on_running=hook("case"), on_completion=hook("case"))
    def run():
        inner()

    run()
    return called


@case("Failure hooks of a task, of the subflow around it and of the flow")
def hooks_in_order_of_failures():
    called = []

    def hook(name):
        def call(_f, _r, state):
            called.append(f"{name} {state.type.value}")

        return [call]

    t = task(name="a", on_failure=hook("a"))(boom)

    @child(on_failure=hook("child"))
    def inner():
        t()

    @the_flow(on_failure=hook("case"))
    def run():
        inner()

    run(return_state=True)
    return called


def in_subflow(ending):
    """Runs a flow whose subflow ends its process so, in a process of its own."""
    run_script(f"""
import os, signal, time
from prefect import flow
from prefect.utilities.engine import capture_sigterm

@flow(name="child")
def inner():
    {ending}
    time.sleep(5)

@flow(name="case")
def run():
    inner()

with capture_sigterm():
    run()
""")


@case("A subflow is interrupted from the keyboard")
def subflow_interrupted():
    in_subflow("raise KeyboardInterrupt()")


@case("A flow's process is asked to end while its subflow runs (SIGTERM)")
def subflow_terminated():
    in_subflow("os.kill(os.getpid(), signal.SIGTERM)")
