"""Feeds: subscriptions of a tenant that read together. The statements that take a feed's lease and
move the checkpoints of its members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import autocommitting
from app.subscriptions.base import Subscription
from app.subscriptions.checkpoints import Fenced
from app.subscriptions.failures import as_unavailable
from app.subscriptions.pages import Rows

_BEGIN = text("""
select * from begin_feed(:tenant, :feed, :subscriptions, :holder, :lease, :types, :limit)
""")

_ADVANCE = text("""
select advance_feed(:tenant, :feed, :holder, :lease, :release, :members, :positions, :fences, :to)
""")

_RELEASE = text("""
update feed set holder = null, leased_until = null
where tenant_id = :tenant and name = :feed and holder = :holder
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Subscriptions that read together: either all react or none does."""

    name: str
    subscriptions: tuple[Subscription, ...]

    @property
    def reacts(self) -> bool:
        return any(each.reacts for each in self.subscriptions)


@dataclass(slots=True, kw_only=True)
class Member:
    """A subscription in a shared turn. `position` is its checkpoint."""

    subscription: Subscription
    position: int
    fence: int
    parked: frozenset[str]

    @property
    def name(self) -> str:
        return self.subscription.name


@dataclass(slots=True, kw_only=True)
class FeedLease:
    """One worker's lease on a feed of a tenant, with the first page for its members. `apart` are
    those that have to take turns by themselves."""

    tenant_id: UUID
    feed: str
    holder: str
    seconds: float
    members: list[Member]
    apart: list[Subscription]
    page: Rows
    released: bool = False

    async def advance(
        self, connection: AsyncConnection, members: Sequence[Member], to: int, *, release: bool
    ) -> None:
        """The first statement of a batch: locks the checkpoints until the commit.

        The caller sets the positions after the commit. Raises `Fenced`.
        """
        order = {
            **self._key,
            "lease": self.seconds,
            "release": release,
            "members": [member.name for member in members],
            "positions": [member.position for member in members],
            "fences": [member.fence for member in members],
            "to": to,
        }
        if (await connection.execute(_ADVANCE, order)).scalar_one() != len(members):
            raise Fenced(self.feed)

    async def release(self, connection: AsyncConnection) -> None:
        await connection.execute(_RELEASE, self._key)

    @property
    def _key(self) -> dict[str, Any]:
        return {"tenant": self.tenant_id, "feed": self.feed, "holder": self.holder}


def wanted_types(subscriptions: Sequence[Subscription]) -> set[str] | None:
    """What any of them wants; None means all."""
    types: set[str] = set()
    for each in subscriptions:
        if each.types is None:
            return None
        types.update(each.types)
    return types


async def begin_feed(
    engine: AsyncEngine,
    tenant_id: UUID,
    feed: str,
    subscriptions: Sequence[Subscription],
    *,
    holder: str,
    seconds: float,
    limit: int,
) -> FeedLease | None:
    """None when nothing is to be done or another worker has the lease. Without members the lease is
    released. Raises `DatabaseUnavailable`."""
    types = wanted_types(subscriptions)
    order = {
        "tenant": tenant_id,
        "feed": feed,
        "subscriptions": [each.name for each in subscriptions],
        "holder": holder,
        "lease": seconds,
        "types": None if types is None else list(types),
        "limit": limit,
    }
    with as_unavailable():
        async with autocommitting(engine) as connection:
            rows = (await connection.execute(_BEGIN, order)).mappings().all()
    if not rows:
        return None
    known = {each.name: each for each in subscriptions}
    standing = [row for row in rows if row["member"] is not None]
    members = [
        Member(
            subscription=known[row["member"]],
            position=row["checkpoint"],
            fence=row["fence"],
            parked=frozenset(row["parked"]),
        )
        for row in standing
        if not row["apart"]
    ]
    return FeedLease(
        tenant_id=tenant_id,
        feed=feed,
        holder=holder,
        seconds=seconds,
        members=members,
        apart=[known[row["member"]] for row in standing if row["apart"]],
        page=cast(Rows, rows[len(standing) :]),
        released=not members,
    )
