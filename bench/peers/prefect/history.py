"""Runs that have ended, straight into the database: `history.py 1000` makes that many of them, newest first made, each a second older than the one before."""
import asyncio
import sys
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import sqlalchemy as sa
from prefect.server.database import provide_database_interface

AT_ONCE = 2_000


async def make(count: int) -> None:
    database = provide_database_interface()
    flow_run = database.FlowRun.__table__
    state = database.FlowRunState.__table__
    now = datetime.now(timezone.utc)
    async with database.session_context(begin_transaction=True) as session:
        flow_id = uuid4()
        await session.execute(sa.insert(database.Flow.__table__).values(id=flow_id, name="history"))
        for begin in range(0, count, AT_ONCE):
            runs, states = [], []
            for n in range(begin, min(begin + AT_ONCE, count)):
                at = now - timedelta(seconds=n)
                kind = "FAILED" if n % 50 == 1 else "COMPLETED"
                run_id, state_id = uuid4(), uuid4()
                ended = {"state_type": kind, "state_name": kind.capitalize(), "state_timestamp": at}
                runs.append({"id": run_id, "flow_id": flow_id, "name": f"run-{n}", "run_count": 1, "expected_start_time": at, "start_time": at, "end_time": at, **ended})
                for step, (state_type, own) in enumerate([("SCHEDULED", uuid4()), ("RUNNING", uuid4()), (kind, state_id)]):
                    states.append({"id": own, "flow_run_id": run_id, "type": state_type, "name": state_type.capitalize(), "timestamp": at + timedelta(milliseconds=step)})
            await session.execute(sa.insert(flow_run), runs)
            await session.execute(sa.insert(state), states)
        # Runs and states point at each other.
        last = sa.select(state.c.id).where(state.c.flow_run_id == flow_run.c.id, state.c.type == flow_run.c.state_type).scalar_subquery()
        await session.execute(sa.update(flow_run).values(state_id=last))


asyncio.run(make(int(sys.argv[1])))
