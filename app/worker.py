"""The worker: runs all subscriptions, records what lapses, fills builds, and shows that it lives.

Any number of workers may run at once, in any processes: leases and versions keep them apart.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.command_handler import CommandHandler
from app.db import DatabaseUnavailable
from app.event_store.store import EventStore
from app.subscriptions.base import Pace, Subscription
from app.subscriptions.builds import Build, Projection, builds_to_keep
from app.subscriptions.dispatcher import Dispatcher
from app.subscriptions.rebuild import read_progress, tenants_behind
from app.subscriptions.runner import Runner
from app.subscriptions.switch import REACH, switch
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups
from app.telemetry import PARKED_STREAMS, SUBSCRIPTION_LAG

log = structlog.get_logger(__name__)

_BEAT = text("""
insert into worker_heartbeat (worker_id, seen_at) values (:worker, clock_timestamp())
on conflict (worker_id) do update set seen_at = clock_timestamp()
""")
_FORGET = text("delete from worker_heartbeat where worker_id = :worker or seen_at < now() - :old")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Seconds between the rounds of each job, and how much a round takes on."""

    poll: float = 1.0
    due: float = 1.0
    heartbeat: float = 5.0
    gauges: float = 5.0
    tenants: int = 1000
    lapses: int = 200
