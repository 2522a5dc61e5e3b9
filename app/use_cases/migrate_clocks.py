"""Moves running clocks to the policies and calendars in force, or previews that."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.calendars.decider import calendar_of
from app.domain.decider import Given
from app.domain.errors import DomainError
from app.domain.sla.clock import Clock, running
from app.domain.sla.clock_retarget import ClockChange
from app.domain.sla.policy import PolicyBook
from app.domain.sla.policy_book import policies_of
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.clocks.decide import migrate_policy
from app.domain.ticket.commands.ticket import MigratePolicy
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Actor, Fact
from app.use_cases.previews import Preview
from app.views.reader import Reader
from app.views.tickets.visible import load_visible

MIGRATIONS = UUID("0b0c1c52-51d3-5c8f-9d37-6f9c4f2b8a10")  # a UUID namespace


@dataclass(frozen=True, slots=True)
class InForce:
    """The versions that new clocks are pinned to, by policy and by calendar."""

    policies: dict[str, int]
    calendars: dict[str, int]

    def is_older(self, clock: Clock, policy_id: str) -> bool:
        return clock.policy_id == policy_id and (
            clock.policy_version < self.policies.get(clock.policy_id, 0)
            or clock.calendar_version < self.calendars.get(clock.calendar_id, 0)
        )


def in_force(given: Given) -> InForce:
    book: PolicyBook = policies_of(given)
    rows = list(book.in_force(given.now))
    calendar_ids = {clock.calendar_id for _, _, row in rows for clock in row.clocks}
    return InForce(
        {policy_id: version.version for policy_id, version, _ in rows},
        {each: calendar_of(given, each).at(given.now).version for each in calendar_ids},
    )


async def migrate(
    reader: Reader,
    handler: CommandHandler,
    policy_id: str,
    ticket_ids: list[str],
    *,
    mode: str,
    dry_run: bool,
    correlation_id: str,
) -> dict[str, Any]:
    """The changes by clock. In a dry run nothing is recorded."""
    preview = await Preview.of(reader)
    versions = await preview.run(lambda: in_force(preview.given()))
    command = MigratePolicy(mode=mode)
    items: list[dict[str, Any]] = []
    unchanged, refused = 0, []
    found, _ = await load_visible(reader, ticket_ids)
    for ticket, _version in found.values():
        older = [one for one in running(ticket.clocks) if versions.is_older(one, policy_id)]
        if older and not knows_reporter(reader.viewer, ticket):
            # Refused unseen: a row for a tag of one household would tell whether it is theirs.
            refused.append({"ticket_id": ticket.id, "code": "subject_of_complaint"})
            continue
        changes = await _changes(preview, command, ticket) if older else []
        moved = {(each["clock"], each["cycle"]) for each in changes}
        unchanged += sum((one.kind, one.cycle) not in moved for one in older)
        if changes and not dry_run:
            envelope = _envelope(reader, ticket, mode, changes, correlation_id)
            try:
                await handler.handle(TICKET.stream(ticket.id), command, envelope)
            except DomainError as error:
                refused.append({"ticket_id": ticket.id, "code": error.code})
                continue
        items += changes
    return {"items": items, "unchanged": unchanged, "refused": refused}


async def _changes(
    preview: Preview, command: MigratePolicy, ticket: Ticket
) -> list[dict[str, Any]]:
    events = await preview.run(lambda: migrate_policy(command, ticket, preview.given()))
    given = preview.given()
    facts = [Fact(event, given.now, given.actor) for event in events]
    after = TICKET.fold(ticket, facts) or ticket
    before = {(one.kind, one.cycle): one for one in ticket.clocks}
    return [
        _change(ticket, before.get((one.kind, one.cycle)), one)
        for one in after.clocks
        if before.get((one.kind, one.cycle)) != one
    ]


def _change(ticket: Ticket, before: Clock | None, after: Clock) -> dict[str, Any]:
    change: ClockChange = (
        "cancelled" if after.is_cancelled else "retargeted" if before else "started"
    )
    return {
        "ticket_id": ticket.id,
        "number": ticket.number,
        "clock": after.kind,
        "cycle": after.cycle,
        "change": change,
        "old_due_at": before.due_at if before else None,
        "new_due_at": None if after.is_cancelled else due_after_pause(after),
        "old_policy_version": before.policy_version if before else None,
        "new_policy_version": after.policy_version,
        "old_calendar_version": before.calendar_version if before else None,
        "new_calendar_version": after.calendar_version,
    }


def due_after_pause(clock: Clock) -> datetime:
    """For a paused clock, the due time if it resumes by itself."""
    pause = clock.pause
    return pause.then.due_at if pause and pause.then else clock.due_at


def _envelope(
    reader: Reader, ticket: Ticket, mode: str, changes: list[dict[str, Any]], correlation_id: str
) -> Envelope:
    """The command id is derived from the changes: two equal requests at the same time take effect
    once, and what has changed meanwhile can be migrated again."""
    moved = [{**each, "new_due_at": None} for each in changes]  # it may depend on now
    name = f"{reader.tenant_id}\n{ticket.id}\n{mode}\n{moved!r}"
    return Envelope(
        tenant_id=reader.tenant_id,
        actor=Actor(subject=reader.viewer.subject, role=reader.viewer.role),
        command_id=uuid5(MIGRATIONS, name),
        fingerprint=hashlib.sha256(name.encode()).digest(),
        correlation_id=correlation_id,
        communities=reader.viewer.communities,
    )
