"""Checkpoints, leases and parked streams, for each subscription and tenant.

A lease keeps two workers from doing the same work. The fence keeps a worker whose lease ran out
from writing.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import autocommitting
from app.events.registry import EVENTS, SCHEMA_VERSION
from app.subscriptions.base import Subscription
from app.subscriptions.failures import Cause, as_unavailable
from app.subscriptions.pages import Rows

KNOWN = list(EVENTS)

_BEGIN = text("""
select * from begin_turn(
    :tenant, :subscription, :holder, :lease, :types, :known, :limit)
""")

# The statement's time, here and below: Citus takes nothing volatile in an update.
_ADVANCE = text("""
update checkpoint
set position = :to, leased_until = statement_timestamp() + make_interval(secs => :lease),
    holder = case when :release then null else holder end, crashes = 0, suspect = null
where tenant_id = :tenant and subscription = :subscription
  and fence = :fence and position = :position
""")

_SUSPECT = text("""
update checkpoint set suspect = :suspect,
    leased_until = statement_timestamp() + make_interval(secs => :lease)
where tenant_id = :tenant and subscription = :subscription and fence = :fence
""")

_RELEASE = text("""
update checkpoint set holder = null, leased_until = null, suspect = null
where tenant_id = :tenant and subscription = :subscription and fence = :fence
""")

_FENCE = text("""
update checkpoint set fence = fence + 1, holder = null, leased_until = null
where tenant_id = :tenant and subscription = :subscription
returning position
""")

_PARK = text("""
insert into parked (tenant_id, subscription, stream_id, position, attempts,
                    error, reason, unknown_type, unknown_version, tried_by)
values (:tenant, :subscription, :stream, :position, :attempts,
        :error, :reason, :unknown_type, :unknown_version, array[cast(:build as text)])
on conflict (tenant_id, subscription, stream_id) do nothing
""")

_PARKED = text("""
select position, attempts from parked
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
for update
""")

_FAILED_AGAIN = text("""
update parked set attempts = attempts + 1, error = :error, reason = :reason,
    unknown_type = :unknown_type, unknown_version = :unknown_version,
    tried_by = array_append(array_remove(tried_by, cast(:build as text)), cast(:build as text))
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
""")

_UNPARK = text("""
delete from parked
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
""")


_FOR_BUILD = text("""
select tenant_id, subscription, stream_id
from parked_for_build(:subscriptions, :build, :types, :versions, :limit)
""")


class Fenced(Exception):
    """Another worker has the lease now."""


@dataclass(slots=True, kw_only=True)
class Lease:
    """One worker's lease on a subscription of a tenant."""

    tenant_id: UUID
    subscription: str
    seconds: float
    position: int
    fence: int
    crashes: int
    suspect: int | None
    parked: set[str] = field(default_factory=set)
    released: bool = False

    async def advance(self, connection: AsyncConnection, to: int, *, release: bool = False) -> None:
        """The first statement of a batch: locks the checkpoint row until the commit.

        The caller sets `position` after the commit. Raises `Fenced`.
        """
        moved = await connection.execute(
            _ADVANCE, {**self._key, "position": self.position, "to": to, "release": release}
        )
        if moved.rowcount == 0:
            raise Fenced(self.subscription)

    async def mark_suspect(self, connection: AsyncConnection, position: int) -> None:
        """Stores an event that may crash the worker, before it is handled. Raises `Fenced`."""
        if (await connection.execute(_SUSPECT, {**self._key, "suspect": position})).rowcount == 0:
            raise Fenced(self.subscription)

    async def release(self, connection: AsyncConnection) -> None:
        await connection.execute(_RELEASE, self._key)

    async def park(
        self,
        connection: AsyncConnection,
        stream_id: str,
        position: int,
        cause: Cause,
        *,
        attempts: int,
        build: str,
    ) -> None:
        values = {"stream": stream_id, "position": position, "attempts": attempts}
        await connection.execute(_PARK, {**self._key, **values, **_values(cause, build)})

    @property
    def _key(self) -> dict[str, Any]:
        return {
            "tenant": self.tenant_id,
            "subscription": self.subscription,
            "fence": self.fence,
            "lease": self.seconds,
        }


async def begin_turn(
    engine: AsyncEngine,
    tenant_id: UUID,
    subscription: Subscription,
    *,
    holder: str,
    seconds: float,
    limit: int,
) -> tuple[Lease, Rows] | None:
    """Takes the lease and reads the first page with an event for this subscription.

    When there is none, the page is empty and the lease is released. None while another worker has
    the lease. Raises `DatabaseUnavailable`.
    """
    order = {
        "tenant": tenant_id,
        "subscription": subscription.name,
        "holder": holder,
        "lease": seconds,
        "types": None if subscription.types is None else list(subscription.types),
        "known": KNOWN,
        "limit": limit,
    }
    with as_unavailable():
        async with autocommitting(engine) as connection:
            rows = (await connection.execute(_BEGIN, order)).mappings().all()
    if not rows:
        return None
    lease = Lease(
        tenant_id=tenant_id,
        subscription=subscription.name,
        seconds=seconds,
        position=rows[0]["checkpoint"],
        fence=rows[0]["fence"],
        crashes=rows[0]["crashes"],
        suspect=rows[0]["suspect"],
        parked=set(rows[0]["parked"]),
        released=rows[0]["released"],
    )
    return lease, () if lease.released else cast(Rows, rows)


async def fence_off(connection: AsyncConnection, tenant_id: UUID, subscription: str) -> int | None:
    """Makes the next write of the current worker fail. Returns the checkpoint, and locks it."""
    key = {"tenant": tenant_id, "subscription": subscription}
    position: int | None = (await connection.execute(_FENCE, key)).scalar()
    return position


async def parked_since(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, stream_id: str
) -> int | None:
    """The position of the stream's first parked event; None if it is not parked."""
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id}
    row: Row[Any] | None = (await connection.execute(_PARKED, key)).first()
    return row.position if row else None


async def unpark(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, stream_id: str
) -> None:
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id}
    await connection.execute(_UNPARK, key)


async def failed_again(
    connection: AsyncConnection,
    tenant_id: UUID,
    subscription: str,
    stream_id: str,
    cause: Cause,
    *,
    build: str,
) -> None:
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id}
    await connection.execute(_FAILED_AGAIN, {**key, **_values(cause, build)})


def _values(cause: Cause, build: str) -> dict[str, Any]:
    unknown_type, unknown_version = cause.unknown or (None, None)
    return {
        "error": cause.error,
        "reason": cause.reason,
        "unknown_type": unknown_type,
        "unknown_version": unknown_version,
        "build": build,
    }


async def parked_for_build(
    engine: AsyncEngine, subscriptions: Collection[str], build: str, limit: int
) -> list[tuple[UUID, str, str]]:
    """Tenant, subscription and stream of what this build may handle and others could not: see
    `migrations/sql/parked_for_build.sql`."""
    order = {
        "subscriptions": list(subscriptions),
        "build": build,
        "types": list(SCHEMA_VERSION),
        "versions": list(SCHEMA_VERSION.values()),
        "limit": limit,
    }
    async with autocommitting(engine) as connection:
        rows = await connection.execute(_FOR_BUILD, order)
        return [(row.tenant_id, row.subscription, row.stream_id) for row in rows]
