"""Simulates past clocks under a draft policy or calendar: replays the history of each ticket.
Records nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.domain.calendars.decider import CALENDAR, RecordCalendar, record_calendar, versions_of
from app.domain.calendars.pack import BEGINNING
from app.domain.calendars.version import CalendarVersions
from app.domain.decider import Evidence, Given
from app.domain.errors import Unacceptable
from app.domain.sla.clock import Clock
from app.domain.sla.policy import Policy, PolicyBook
from app.domain.sla.policy_book import POLICY_BOOK, SLA_POLICY, RecordPolicy, record_policy
from app.domain.sla.policy_pack import DEFAULT_BOOK
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.clocks.what_if import KnownFact, with_other_clocks
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact
from app.use_cases.previews import Preview, under
from app.views.tickets.visible import load_visible

AS_RECORDED = Evidence(geo=(0.0, 0.0))
"""Facts were checked when they were recorded: a replay asks for no evidence."""


async def put_draft_policy(preview: Preview, command: RecordPolicy) -> None:
    """Overrides the recorded policy from the beginning of time. Raises `Unacceptable`."""
    book: PolicyBook = await preview.state(POLICY_BOOK) or DEFAULT_BOOK
    try:
        events = await preview.run(lambda: record_policy(command, book, preview.given(SYSTEM)))
    except Unacceptable as error:
        raise under("/draft_policy", error) from error
    drafted = SLA_POLICY.fold(book, [Fact(event, preview.now, SYSTEM) for event in events]) or book
    policy = drafted.policy(command.policy_id)
    if policy is None:
        return
    present = policy.latest if events else policy.at(preview.now) or policy.latest
    always = Policy(policy_id=policy.policy_id, versions=(replace(present, valid_from=BEGINNING),))
    others = tuple(one for one in book.policies if one.policy_id != policy.policy_id)
    preview.states[POLICY_BOOK.id] = PolicyBook(policies=(*others, always))


async def put_draft_calendar(preview: Preview, command: RecordCalendar) -> None:
    stream = CALENDAR.stream(command.calendar_id)
    recorded = await preview.state(stream)
    try:
        events = record_calendar(command, recorded, preview.given(SYSTEM))
    except Unacceptable as error:
        raise under("/draft_calendar", error) from error
    drafted = CALENDAR.fold(recorded, [Fact(event, preview.now, SYSTEM) for event in events])
    versions = versions_of(command.calendar_id, drafted)
    if versions is None:
        return
    present = versions.latest if events else versions.at(preview.now)
    preview.states[stream.id] = CalendarVersions(
        calendar_id=command.calendar_id, versions=(replace(present, valid_from=BEGINNING),)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A clock as it is, and as it would be; either may be missing."""

    ticket: Ticket
    old: Clock | None
    new: Clock | None

    @property
    def rendered(self) -> dict[str, Any]:
        one = self.new or self.old
        assert one is not None  # noqa: S101 - one of them is there
        return {
            "ticket_id": self.ticket.id,
            "number": self.ticket.number,
            "clock": one.kind,
            "cycle": one.cycle,
            "old_due_at": self.old.due_at if self.old else None,
            "new_due_at": self.new.due_at if self.new else None,
            "old_breached": self.was_late,
            "new_breached": self.would_be_late,
        }

    @property
    def was_late(self) -> bool:
        return self.old is not None and self.old.is_late

    @property
    def would_be_late(self) -> bool:
        return self.new is not None and self.new.is_late


async def compare(preview: Preview, ticket_ids: Sequence[str], clock: str | None) -> list[Compared]:
    """Without the tickets whose reporter the viewer may not know: a draft for a tag of one
    household would tell whether they are its."""
    found, _ = await load_visible(preview.reader, ticket_ids)
    compared: list[Compared] = []
    for ticket, version in found.values():
        if not knows_reporter(preview.reader.viewer, ticket):
            continue
        await asyncio.sleep(0)  # others have their turn between two replays
        other = await _replay(preview, ticket, version)
        old = {(one.kind, one.cycle): one for one in ticket.clocks}
        new = {(one.kind, one.cycle): one for one in other.clocks} if other else {}
        compared += (
            Compared(ticket=ticket, old=old.get(each), new=new.get(each))
            for each in dict.fromkeys((*old, *new))
            if clock in (None, each[0])
        )
    return compared


async def _replay(preview: Preview, ticket: Ticket, version: int) -> Ticket | None:
    stream = TICKET.stream(ticket.id)
    reader = preview.reader
    history = [
        KnownFact(event.fact, event.recorded_at)
        async for event in reader.store.read_stream(reader.tenant_id, stream.id, up_to=version)
    ]

    def given(known: KnownFact) -> Given:
        return Given(
            actor=known.fact.actor,
            now=known.recorded_at,
            occurred_at=known.fact.occurred_at,
            zone=preview.zone,
            evidence=AS_RECORDED,
            states=preview.states,
        )

    return await preview.run(lambda: with_other_clocks(history, given, preview.now))


def summary(compared: Sequence[Compared]) -> dict[str, int]:
    return {
        "clocks": len(compared),
        "moved": sum(_due(one.old) != _due(one.new) for one in compared),
        "breaches_gained": sum(one.would_be_late and not one.was_late for one in compared),
        "breaches_lost": sum(one.was_late and not one.would_be_late for one in compared),
    }


def _due(clock: Clock | None) -> datetime | None:
    return clock.due_at if clock else None
