"""Readiness of this installation: database, migrations, worker, clocks; of a cluster its nodes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock_watch import TOLERANCE, ClockWatch
from app.db import LOST, DatabaseUnavailable
from app.distribution.nodes import LostNode, unreachable_nodes
from app.schema import read_schema
from app.subscriptions.liveness import WORKER_SILENCE

READY = frozenset({"ok", "newer"})
NODES = "nodes"
"""A check that is told and not held against this process: other nodes' tenants are served."""

_WORKERS = text("""
select clock_timestamp() as clock, max(seen_at) as heartbeat,
       coalesce(bool_or(lives), false) as lives,
       coalesce(bool_or(lives and skew > :tolerance), false) as disagree,
       to_regproc('unreachable_nodes') is not null as distributed
from (select seen_at, abs(extract(epoch from process_at - seen_at)) as skew,
             seen_at > clock_timestamp() - make_interval(secs => :silence) as lives
      from worker_heartbeat) beat
""")


async def readiness(engine: AsyncEngine, clock: ClockWatch) -> dict[str, str]:
    """By check: `ok`, or what is wrong. Of `migrations` also `newer`: a later release has migrated
    the database, and this code works on it (`app/schema.py`). `clock` is of this process, the
    database and each worker that lives. `nodes` is there on a cluster alone."""
    for _ in range(2):  # a connection of the pool may be from before the database's restart
        try:
            return await _ask(engine, clock)
        except (*LOST, DatabaseUnavailable, SQLAlchemyError):
            continue
    unknown = dict.fromkeys(("migrations", "worker", "clock"), "unknown")
    return {"database": "unavailable"} | unknown


async def _ask(engine: AsyncEngine, clock: ClockWatch) -> dict[str, str]:
    async with engine.connect() as connection:
        schema = await connection.run_sync(read_schema)
        said = {"silence": WORKER_SILENCE, "tolerance": TOLERANCE.total_seconds()}
        workers = (await connection.execute(_WORKERS, said)).one()
        lost = await unreachable_nodes(connection) if workers.distributed else None
    agree = clock.agree(workers.clock, workers.heartbeat) and not workers.disagree
    return {
        "database": "ok",
        "migrations": schema.state,
        "worker": "ok" if workers.lives else "silent",
        "clock": "ok" if agree else "in_doubt",
    } | ({} if lost is None else {NODES: _told(lost)})


def _told(lost: Sequence[LostNode]) -> str:
    """Without the tenants' ids: anybody may read it. The worker's log has them."""
    names = [f"{each.node} is down, with {len(each.tenants)} tenants" for each in lost]
    return "; ".join(names) or "ok"


def is_ready(checks: Mapping[str, str]) -> bool:
    return READY.issuperset(state for name, state in checks.items() if name != NODES)
