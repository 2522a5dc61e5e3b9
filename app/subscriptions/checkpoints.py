"""Where a subscription stands in each tenant, who works it now, and which streams are set aside.

A lease keeps two workers from doing the same work; the fence keeps a worker that was paused past
its lease from writing.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

# `crashes` counts the takeovers of a lease that nobody gave back. A worker that finds its own name
# there lost the database, not its life. A row that is locked belongs to a batch in flight: it is
# not waited for.
_TAKE = text("""
with free as (
    select tenant_id, subscription from checkpoint
    where tenant_id = :tenant and subscription = :subscription
      and (holder is null or holder = :holder or leased_until < clock_timestamp())
    for no key update skip locked
)
update checkpoint c
set fence = c.fence + 1, holder = :holder,
    leased_until = clock_timestamp() + make_interval(secs => :lease),
    crashes = c.crashes + case when c.holder <> :holder then 1 else 0 end,
    suspect = case when c.holder = :holder then null else c.suspect end
from free where c.tenant_id = free.tenant_id and c.subscription = free.subscription
returning c.position, c.fence, c.crashes, c.suspect, array(
    select p.stream_id from parked p
    where p.tenant_id = c.tenant_id and p.subscription = c.subscription) as parked
""")

# A build that was retired has no checkpoint and gets none again. That the row is not there is asked
# first: the conflict alone would wait for the batch that has it locked.
_BEGIN = text("""
insert into checkpoint (tenant_id, subscription, fence, holder, leased_until)
select cast(:tenant as uuid), cast(:subscription as text), 1, cast(:holder as text),
       clock_timestamp() + make_interval(secs => :lease)
where not exists (
    select from read_model_build
    where name || '@' || build = :subscription and status = 'retired')
  and not exists (
    select from checkpoint where tenant_id = :tenant and subscription = :subscription)
on conflict (tenant_id, subscription) do nothing
returning position, fence, crashes, suspect, '{}'::text[] as parked
""")

# A crash of the server may undo the last batches, rows and checkpoint together: they are handled
# again. So nobody waits for the disk.
_ADVANCE = text("""
update checkpoint
set position = :to, leased_until = clock_timestamp() + make_interval(secs => :lease),
    holder = case when :release then null else holder end, crashes = 0, suspect = null
where tenant_id = :tenant and subscription = :subscription
  and fence = :fence and position = :position
returning set_config('synchronous_commit', 'off', true)
""")

_SUSPECT = text("""
update checkpoint set suspect = :suspect,
    leased_until = clock_timestamp() + make_interval(secs => :lease)
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
insert into parked (tenant_id, subscription, stream_id, position, attempts, error)
values (:tenant, :subscription, :stream, :position, :attempts, :error)
on conflict (tenant_id, subscription, stream_id) do nothing
""")

_PARKED = text("""
select position, attempts from parked
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
for update
""")

_FAILED_AGAIN = text("""
update parked set attempts = attempts + 1, error = :error
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
""")

_UNPARK = text("""
delete from parked
where tenant_id = :tenant and subscription = :subscription and stream_id = :stream
""")


class Fenced(Exception):
    """Somebody else works this subscription of this tenant now."""


@dataclass(slots=True, kw_only=True)
class Lease:
    """One worker's turn at a subscription of a tenant."""

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
        """The first statement of a batch: it holds the row until the batch is committed.

        The caller sets `position` when it is. Raises `Fenced`.
        """
        moved = await connection.execute(
            _ADVANCE, {**self._key, "position": self.position, "to": to, "release": release}
        )
        if moved.first() is None:
            raise Fenced(self.subscription)

    async def suspects(self, connection: AsyncConnection, position: int) -> None:
        """Written down before an event that may be what kills the worker."""
        if (await connection.execute(_SUSPECT, {**self._key, "suspect": position})).rowcount == 0:
            raise Fenced(self.subscription)

    async def release(self, connection: AsyncConnection) -> None:
        await connection.execute(_RELEASE, self._key)

    async def park(
        self, connection: AsyncConnection, stream_id: str, position: int, attempts: int, error: str
    ) -> None:
        values = {"stream": stream_id, "position": position, "attempts": attempts, "error": error}
        await connection.execute(_PARK, {**self._key, **values})

    @property
    def _key(self) -> dict[str, Any]:
        return {
            "tenant": self.tenant_id,
            "subscription": self.subscription,
            "fence": self.fence,
            "lease": self.seconds,
        }


async def take_lease(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, holder: str, seconds: float
) -> Lease | None:
    """None while somebody else has it."""
    key = {"tenant": tenant_id, "subscription": subscription, "holder": holder, "lease": seconds}
    row = (await connection.execute(_TAKE, key)).first()
    if row is None:
        row = (await connection.execute(_BEGIN, key)).first()
    if row is None:
        return None
    return Lease(
        tenant_id=tenant_id,
        subscription=subscription,
        seconds=seconds,
        position=row.position,
        fence=row.fence,
        crashes=row.crashes,
        suspect=row.suspect,
        parked=set(row.parked),
    )


async def fence_off(connection: AsyncConnection, tenant_id: UUID, subscription: str) -> int | None:
    """Stops whoever works it at its next write. Answers the checkpoint, which stays locked."""
    key = {"tenant": tenant_id, "subscription": subscription}
    position: int | None = (await connection.execute(_FENCE, key)).scalar()
    return position


async def parked_since(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, stream_id: str
) -> int | None:
    """The position of the first event that was set aside; None when none is."""
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id}
    row: Row[Any] | None = (await connection.execute(_PARKED, key)).first()
    return row.position if row else None


async def unpark(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, stream_id: str
) -> None:
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id}
    await connection.execute(_UNPARK, key)


async def failed_again(
    connection: AsyncConnection, tenant_id: UUID, subscription: str, stream_id: str, error: str
) -> None:
    key = {"tenant": tenant_id, "subscription": subscription, "stream": stream_id, "error": error}
    await connection.execute(_FAILED_AGAIN, key)
