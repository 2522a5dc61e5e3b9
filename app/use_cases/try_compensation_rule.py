"""Finds the past causes that a compensation rule would have applied to, with their exclusions."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db import tenant_transaction
from app.domain.calendars.late_days import late_days
from app.domain.compensation.causes import (
    breach_cause,
    delay_cause,
    excluded_by,
    promise_cause,
    retraction_reason,
    was_declared_in_time,
)
from app.domain.compensation.dry_run import PastCause
from app.domain.compensation.rules import DELAY_DECLARED, PROMISE_BROKEN, RuleVersion
from app.domain.errors import Unacceptable
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.events.ticket import DelayDeclared
from app.projections import promises, sla_clocks, ticket_search
from app.projections.promise_lists import PromiseFilters, list_promises
from app.projections.sla_clock_lists import ClockFilters, list_breaches
from app.views.reader import Reader
from app.views.tickets.visible import load_visible

T = TypeVar("T")

MAX_CAUSES = 10_000
"""Of one trial: more are refused, because figures of a part would be wrong."""
PAGE = 500
VIEWS = (sla_clocks.NAME, promises.NAME, ticket_search.NAME)
STREAM = TICKET.stream("").id


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    since: datetime
    until: datetime
    now: datetime
    zone: str


async def history(
    reader: Reader, engine: AsyncEngine, rule: RuleVersion, window: Window
) -> list[PastCause]:
    """Reads `VIEWS`: let them catch up first. Raises `Unacceptable` for more than `MAX_CAUSES`."""
    if rule.trigger.event == DELAY_DECLARED:
        return await _declared(reader, rule, window)
    async with tenant_transaction(engine, reader.tenant_id) as connection:
        if rule.trigger.event == PROMISE_BROKEN:
            found = await _broken(connection, reader, rule, window)
        else:
            found = await _breached(connection, reader, rule, window)
    tickets = await _tickets(reader, [one.ticket_id for one in _bounded(found)])
    return _not_retracted(reader, rule, found, tickets)


def _bounded(found: list[T]) -> list[T]:
    if len(found) > MAX_CAUSES:
        raise Unacceptable("too_many_causes", pointer="/to", max=MAX_CAUSES)
    return found


def _not_retracted(
    reader: Reader, rule: RuleVersion, found: Sequence[PastCause], tickets: dict[str, Ticket]
) -> list[PastCause]:
    """Drops what was retracted since, and what households got or would get for complaints that the
    viewer may not join to them: a cap per household would tell whose they are. Adds the exclusion
    that applies to each of the others."""
    kept = []
    for one in found:
        ticket = tickets.get(one.ticket_id)
        if ticket is None or retraction_reason(one.cause, ticket):
            continue
        if knows_reporter(reader.viewer, ticket):
            kept.append(replace(one, excluded=excluded_by(rule.exclusions, one.cause, ticket)))
    return kept


async def _tickets(reader: Reader, ids: Sequence[str]) -> dict[str, Ticket]:
    distinct = list(dict.fromkeys(ids))
    tickets: dict[str, Ticket] = {}
    for start in range(0, len(distinct), PAGE):
        found, _ = await load_visible(reader, distinct[start : start + PAGE])
        tickets |= {ticket_id: ticket for ticket_id, (ticket, _) in found.items()}
    return tickets


async def _declared(reader: Reader, rule: RuleVersion, window: Window) -> list[PastCause]:
    declared = []
    async for each in _delays(reader, window):
        declared.append(each)
        _bounded(declared)
    ids = [each.stream_id.removeprefix(STREAM) for each in declared]
    tickets = await _tickets(reader, ids)
    classes = rule.trigger.service_classes
    found = []
    for ticket_id, each in zip(ids, declared, strict=True):
        ticket = tickets.get(ticket_id)
        if ticket is None or (classes and ticket.service_class not in classes):
            continue
        if not was_declared_in_time(ticket, ticket.cycle, each.occurred_at):
            continue
        late = each.event.new_eta - each.occurred_at
        if late.total_seconds() >= (rule.trigger.delay_seconds or 0):
            cause = delay_cause(each.event_id, ticket.cycle, each.occurred_at)
            found.append(
                PastCause(
                    ticket_id=ticket_id,
                    household_id=ticket.household_id,
                    community=ticket.location.community,
                    clock="delay",
                    cycle=ticket.cycle,
                    at=each.occurred_at,
                    ended_at=None,
                    cause=cause.key,
                )
            )
    return _not_retracted(reader, rule, found, tickets)


async def _delays(reader: Reader, window: Window) -> AsyncIterator[Recorded[DelayDeclared]]:
    after = 0
    while True:
        page = await reader.store.read_all(
            reader.tenant_id, after=after, limit=PAGE, types=["delay_declared"]
        )
        for each in page:
            if window.since <= each.occurred_at < window.until:
                yield each
        if len(page) < PAGE:
            return
        after = page[-1].position


async def _broken(
    connection: AsyncConnection, reader: Reader, rule: RuleVersion, window: Window
) -> list[PastCause]:
    rows = await list_promises(
        connection,
        reader.tenant_id,
        reader.viewer,
        PromiseFilters(kind=rule.trigger.promise_kind, state="broken", due_before=window.until),
        now=window.now,
        limit=MAX_CAUSES + 1,
    )
    return [
        PastCause(
            ticket_id=row.ticket_id,
            household_id=row.household_id,
            community=row.community,
            clock=row.kind,
            cycle=1,
            at=row.due_at,
            ended_at=row.ended_at,
            days=row.days_late if row.settled else late_days(row.due_at, window.now, window.zone),
            cause=promise_cause(row.promise_id, 1, row.due_at).key,
        )
        for row in rows
        if row.due_at >= window.since
    ]


async def _breached(
    connection: AsyncConnection, reader: Reader, rule: RuleVersion, window: Window
) -> list[PastCause]:
    if rule.trigger.clock is None:
        return []
    classes = rule.trigger.service_classes
    rows = await list_breaches(
        connection,
        reader.tenant_id,
        reader.viewer,
        ClockFilters(clock=rule.trigger.clock, since=window.since, until=window.until),
        now=window.now,
        limit=MAX_CAUSES + 1,
    )
    return [
        PastCause(
            ticket_id=row.ticket_id,
            household_id=row.household_id,
            community=row.community,
            clock=row.clock,
            cycle=row.cycle,
            at=at,
            ended_at=row.stopped_at,
            cause=breach_cause(row.clock, row.cycle, at).key,
        )
        for row in rows
        if (at := row.breached_at or row.breaches_at) is not None
        and (not classes or row.service_class in classes)
    ]
