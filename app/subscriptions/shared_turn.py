"""A turn of several subscriptions of a tenant: one reading, and one transaction for the writes and
the checkpoints of all. One that fails leaves it and takes turns by itself, where `Runner` finds and
parks what it cannot handle."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import DatabaseUnavailable, tenant_transaction
from app.events.base import Recorded
from app.subscriptions.base import Subscription
from app.subscriptions.checkpoints import Fenced
from app.subscriptions.failures import UNREADY, where
from app.subscriptions.feeds import Feed, FeedLease, Member, begin_feed, wanted_types
from app.subscriptions.pages import (
    Rows,
    Unreadable,
    check_dense,
    decode_event,
    is_wanted,
    read_page,
)
from app.subscriptions.runner import Runner, call_handler, run_caught
from app.telemetry import span

log = structlog.get_logger(__name__)

Wanted = tuple[str, Recorded[Any]]
"""An event and the stored name of its type."""
Handled = tuple[Member, list[Recorded[Any]]]


class Failing(Exception):
    """Members that could not handle their events, with what each raised."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class FeedRunner:
    """`leave(subscription, tenant)` is called with each that has to take turns by itself."""

    def __init__(self, runner: Runner, leave: Callable[[Subscription, UUID], None]) -> None:
        self._runner = runner
        self._leave = leave

    async def run(self, feed: Feed, tenant_id: UUID) -> bool:
        """True when nothing is left that can be read together, False when it stopped to give other
        tenants a turn. Raises `DatabaseUnavailable`, `PositionGap`."""
        pace = self._runner.pace
        lease = await begin_feed(
            self._runner.engine,
            tenant_id,
            feed.name,
            feed.subscriptions,
            holder=self._runner.holder,
            seconds=pace.lease,
            limit=pace.batch,
        )
        if lease is None:
            return True
        for subscription in lease.apart:
            self._leave(subscription, tenant_id)
        try:
            with span("feed", feed=feed.name):
                return await _SharedTurn(self._runner, feed, lease, self._leave).work()
        except Fenced:
            log.info("fenced_out", feed=feed.name, tenant=str(tenant_id))
            return True
        finally:
            await self._release(lease)

    async def _release(self, lease: FeedLease) -> None:
        if lease.released:
            return
        try:
            async with tenant_transaction(
                self._runner.engine, lease.tenant_id, flushed=False
            ) as connection:
                await lease.release(connection)
        except (DatabaseUnavailable, PoolTimeout):
            log.info("lease_left", feed=lease.feed, tenant=str(lease.tenant_id))


class _SharedTurn:
    """The work done under one lease."""

    def __init__(
        self,
        runner: Runner,
        feed: Feed,
        lease: FeedLease,
        leave: Callable[[Subscription, UUID], None],
    ) -> None:
        self._runner = runner
        self._pace = runner.pace
        self._feed = feed
        self._lease = lease
        self._leave = leave
        self._members = lease.members
        self._log = log.bind(feed=feed.name, tenant=str(lease.tenant_id))

    async def work(self) -> bool:
        page = self._lease.page
        check_dense(self._lease.tenant_id, page, after=self._from)
        for _ in range(self._pace.shared_pages):
            last = len(page) < self._pace.batch
            if page:
                await self._handle_page(page, release=last)
            if last or self._runner.stopping or not self._members:
                return last
            page = await self._read()
        return False

    @property
    def _from(self) -> int:
        return min((member.position for member in self._members), default=0)

    async def _read(self) -> Rows:
        return await read_page(
            self._runner.store,
            self._lease.tenant_id,
            after=self._from,
            limit=self._pace.batch,
            types=wanted_types([member.subscription for member in self._members]),
        )

    async def _handle_page(self, page: Rows, *, release: bool) -> None:
        """Whoever fails leaves, and the others try once more; then all of them leave."""
        handled = self._decode(page)
        to = page[-1]["position"]
        try:
            await self._attempt(handled, to, release=release)
        except Failing as failing:
            self._dismiss(failing)
            rest = [(member, events) for member, events in handled if member in self._members]
            try:
                await self._attempt(rest, to, release=release, again=True)
            except Failing as still:
                self._dismiss(still)
                self._dismiss(Failing({}), everybody=True)

    def _decode(self, page: Rows) -> list[Handled]:
        """The events of each member. A member that needs one which cannot be read leaves."""
        types = wanted_types([member.subscription for member in self._members])
        wanted: list[Wanted] = []
        for row in page:
            name: str = row["type"]
            if is_wanted(name, types):
                try:
                    wanted.append((name, decode_event(row)))
                except Unreadable:
                    self._members = [m for m in self._members if self._passes_over(m, row)]
        return [(member, _events_of(member, wanted)) for member in self._members]

    def _passes_over(self, member: Member, row: Mapping[str, Any]) -> bool:
        may = (
            row["position"] <= member.position
            or row["stream_id"] in member.parked
            or not is_wanted(row["type"], member.subscription.types)
        )
        if not may:
            self._leave(member.subscription, self._lease.tenant_id)
        return may

    async def _attempt(
        self, handled: Sequence[Handled], to: int, *, release: bool, again: bool = False
    ) -> None:
        """Raises `Failing`; then nothing is written. What reactors did is done, though: the second
        time only their checkpoints move."""
        members = [member for member, _ in handled]
        if not members:
            return
        engine, tenant_id = self._runner.engine, self._lease.tenant_id
        async with tenant_transaction(engine, tenant_id, flushed=False) as connection:
            await self._lease.advance(connection, members, to, release=release)
            busy = [(member, events) for member, events in handled if events]
            if not self._feed.reacts:
                for member, events in busy:
                    if error := await self._call(member, events, connection):
                        raise Failing({member.name: error})
            elif not again:
                await self._react(busy, connection)
        self._lease.released = release
        for member in members:
            member.position = to
            self._runner.advanced(member.name, tenant_id, to)

    async def _react(self, busy: Sequence[Handled], connection: AsyncConnection) -> None:
        """Reactors write through other connections than this, so they work side by side."""
        answers = await asyncio.gather(
            *(self._call(member, events, connection) for member, events in busy),
            return_exceptions=True,
        )
        lost = [answer for answer in answers if isinstance(answer, DatabaseUnavailable)]
        if lost:
            raise lost[0]
        errors = {
            member.name: answer
            for (member, _), answer in zip(busy, answers, strict=True)
            if isinstance(answer, Exception)
        }
        if errors:
            raise Failing(errors)

    async def _call(
        self, member: Member, events: Sequence[Recorded[Any]], connection: AsyncConnection
    ) -> Exception | None:
        """What it raised. Raises `DatabaseUnavailable`, but not for a read model whose table is not
        there: the others go on."""
        try:
            return await run_caught(
                call_handler(
                    member.subscription,
                    self._lease.tenant_id,
                    events,
                    connection,
                    patience=self._pace.patience,
                )
            )
        except DatabaseUnavailable as lost:
            cause = lost.__cause__
            if isinstance(cause, DBAPIError) and isinstance(
                cause.orig and cause.orig.__cause__, UNREADY
            ):
                return lost
            raise

    def _dismiss(self, failing: Failing, *, everybody: bool = False) -> None:
        for name, error in failing.errors.items():
            self._log.warning("left_the_feed", subscription=name, error=where(error))
        leaving = [m for m in self._members if everybody or m.name in failing.errors]
        self._members = [m for m in self._members if m not in leaving]
        for member in leaving:
            self._leave(member.subscription, self._lease.tenant_id)


def _events_of(member: Member, wanted: Sequence[Wanted]) -> list[Recorded[Any]]:
    types = member.subscription.types
    events = [event for name, event in wanted if types is None or name in types]
    if member.parked:
        events = [event for event in events if event.stream_id not in member.parked]
    if events and events[0].position <= member.position:
        events = [event for event in events if event.position > member.position]
    return events
