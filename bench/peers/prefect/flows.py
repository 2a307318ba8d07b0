"""The same work as bench/flows/*.ts, as a Prefect 3 user would write it."""
import os
import sys
import time

from prefect import flow, task
from prefect.cache_policies import NO_CACHE


def mark(flow_run_id: str, what: str) -> None:
    """One line per instant, so that the bench needs no API call to learn when user code ran."""
    with open(os.environ["BENCH_MARKS"], "a") as marks:
        marks.write(f"{flow_run_id} {what} {time.time() * 1000:.3f}\n")


@flow(name="bench-noop")
def noop() -> int:
    from prefect.runtime import flow_run

    mark(str(flow_run.id), "first-line")
    return 1


@task(cache_policy=NO_CACHE)
def light(n: int) -> int:
    return n + 1


@flow(name="bench-ten-tasks")
def ten_tasks() -> int:
    value = 0
    for _ in range(10):
        value = light(value)
    return value


@flow(name="bench-sleeper")
def sleeper() -> None:
    from prefect.runtime import flow_run

    mark(str(flow_run.id), f"pid {os.getpid()}")
    time.sleep(600)


@flow(name="bench-steps")
def steps(count: int) -> int:
    value = 0
    for _ in range(count):
        value = light(value)
    return value


@flow(name="bench-mapped")
def mapped(count: int) -> int:
    return sum(future.result() for future in light.map(range(count)))


if __name__ == "__main__":
    # `flows.py serve`: the flow's own process takes its runs, without a worker.
    if sys.argv[1] == "serve":
        noop.serve(name="bench", limit=4)
        sys.exit(0)

    # `flows.py steps 40`: runs in this process against PREFECT_API_URL; prints the milliseconds spent in the flow's body.
    kind, count = sys.argv[1], int(sys.argv[2])
    inside: dict[str, float] = {}

    @flow(name=f"bench-{kind}")
    def timed(count: int) -> int:
        begin = time.perf_counter()
        if kind == "steps":
            value = 0
            for _ in range(count):
                value = light(value)
        else:
            value = sum(future.result() for future in light.map(range(count)))
        inside["ms"] = (time.perf_counter() - begin) * 1000
        return value

    timed(count)
    print(f"BODY_MS {inside['ms']:.3f}")
