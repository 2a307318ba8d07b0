"""Cases of what is given back, and of what is taken from others. The same cases, by the same names, stand in ../returned-cases.ts."""

import time

from prefect import allow_failure, task, unmapped
from prefect.states import Cancelled, Completed, Failed

from flow_cases import boom, case, child, fails, follows, follows_last, one, the_flow


@task(name="d")
def d(*values):
    return 4


@case("A flow returns a set of states, one of them failed")
def flow_returns_set_of_states():
    @the_flow
    def run():
        return {Completed(), Failed(message="boom")}

    run()


@case("A flow returns a set of futures, one of a task that fails")
def flow_returns_set_of_futures():
    @the_flow
    def run():
        return {fails.submit(), follows.submit()}

    run()


@case("A flow returns the future of a task that fails inside a map")
def flow_returns_map_of_futures():
    @the_flow
    def run():
        return {"x": fails.submit()}

    run()


@case("A flow yields and then throws")
def flow_yields_then_throws():
    @the_flow
    def run():
        yield 1
        boom()

    list(run())


@case("A flow returns an error as a value")
def flow_returns_error_as_value():
    @the_flow
    def run():
        return ValueError("boom")

    run()


@case("A flow returns a completed state around the future of a task that fails")
def flow_returns_completed_state_with_failed_future():
    @the_flow
    def run():
        return Completed(data=[fails.submit()])

    run()


@case("A flow returns a failed state with data")
def flow_returns_failed_state_with_data():
    @the_flow
    def run():
        return Failed(message="boom", data={"n": 1})

    run()


@case("A flow returns the futures of one that completes and of one that is never started")
def flow_returns_future_never_started():
    @the_flow
    def run():
        return [one.submit(), follows.submit(fails.submit())]

    run()


@case("A flow submits a task that fails and returns nothing")
def failed_future_is_dropped():
    @the_flow
    def run():
        fails.submit()

    run()


@case("A flow returns the states of its tasks, one of them failed")
def flow_returns_states_of_tasks():
    @the_flow
    def run():
        return [fails.submit(return_state=True), one.submit(return_state=True)]

    run()


@case("A flow returns the future of a task that completes with a name of its own")
def flow_returns_future_of_named_state():
    @task(name="a")
    def t():
        return Completed(name="Skipped", message="boom")

    @the_flow
    def run():
        return t.submit()

    run()


@case("A task returns a failed state with a name of its own")
def task_returns_named_failed_state():
    @task(name="a")
    def t():
        return Failed(name="Rejected", message="boom")

    @the_flow
    def run():
        return t.submit()

    run()


@case("A task returns a list of states, one of them failed")
def task_returns_states_one_failed():
    @task(name="a")
    def t():
        return [Completed(), Failed(message="boom")]

    @the_flow
    def run():
        return t.submit()

    run()


@case("Four tasks in a row, the first fails")
def upstream_failed_chain_of_four():
    @the_flow
    def run():
        return d.submit(follows_last.submit(follows.submit(fails.submit())))

    run()


@case("A task waits for one that is never started")
def wait_for_never_started():
    @the_flow
    def run():
        return follows_last.submit(wait_for=[follows.submit(fails.submit())])

    run()


@case("A task takes the future of one that returns a cancelled state")
def upstream_cancelled():
    @task(name="a")
    def t():
        return Cancelled(message="boom")

    @the_flow
    def run():
        f = follows.submit(t.submit())
        f.wait()
        return 1

    run()


@case("A cancelled upstream is allowed to fail")
def upstream_cancelled_allowed():
    @task(name="a")
    def t():
        return Cancelled(message="boom")

    @the_flow
    def run():
        follows.submit(allow_failure(t.submit())).wait()
        return 1

    run()


@case("A failure is allowed inside a list")
def failure_allowed_in_list():
    @the_flow
    def run():
        return follows.submit([allow_failure(fails.submit()), 1])

    run()


@case("A failure is allowed for a whole list")
def failure_allowed_for_list():
    @the_flow
    def run():
        return follows.submit(allow_failure([fails.submit(), one.submit()]))

    run()


@case("The same failure is allowed in one argument and not in another")
def failure_allowed_once_of_twice():
    @the_flow
    def run():
        f = fails.submit()
        return follows.submit(f, allow_failure(f))

    run()


@case("A task takes the failed state of another")
def upstream_failed_state():
    @the_flow
    def run():
        s = fails(return_state=True)
        follows.submit(s).wait()
        return 1

    run()


@case("A task waits for the state of a subflow that failed")
def wait_for_failed_state():
    @child
    def inner():
        boom()

    @the_flow
    def run():
        s = inner(return_state=True)
        follows.submit(wait_for=[s]).wait()
        return 1

    run()


@case("A task takes the future of one that completes with a name of its own")
def upstream_named_state():
    @task(name="a")
    def t():
        return Completed(name="Skipped")

    @the_flow
    def run():
        return follows.submit(t.submit())

    run()


@case("A task takes the future of one that takes longer than its limit")
def upstream_timed_out():
    @task(name="a", timeout_seconds=0.2)
    def t():
        time.sleep(1)

    @the_flow
    def run():
        follows.submit(t.submit()).wait()
        return 1

    run()


@case("A mapped task takes the future of one that fails, for every element")
def mapped_with_unmapped_failure():
    @task(name="b")
    def after(n, m):
        return 1

    @the_flow
    def run():
        return after.map([1, 2], unmapped(fails.submit()))

    run()


@case("A mapped task waits for one that fails")
def mapped_waits_for_failed():
    @task(name="b")
    def after(n):
        return 1

    @the_flow
    def run():
        return after.map([1, 2], wait_for=[fails.submit()])

    run()


@case("A task is mapped over the future of a list")
def mapped_over_future_of_list():
    @task(name="a")
    def t():
        return [1, 2]

    @task(name="b")
    def after(n):
        return n

    @the_flow
    def run():
        return after.map(t.submit())

    run()


@case("A task takes all futures of a mapped one that fails for one element")
def mapped_failure_is_gathered():
    @task(name="a")
    def odd(n):
        if n == 2:
            boom()
        return n

    @task(name="b")
    def total(ns):
        return 1

    @the_flow
    def run():
        return total.submit(odd.map([1, 2, 3]))

    run()


@case("A flow reads all results of a mapped task that fails for one element")
def mapped_results_are_read():
    @task(name="a")
    def odd(n):
        if n == 2:
            boom()
        return n

    @the_flow
    def run():
        return odd.map([1, 2, 3]).result()

    run()
