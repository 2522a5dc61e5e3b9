"""What happened meanwhile that a rule would have been asked about, with what speaks against it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.api.shown import tickets_seen
from app.api.visibility import viewer_of
from app.db import tenant_transaction
from app.domain.calendars.late_days import late_days
from app.domain.compensation.causes import (
    breach_cause,
    delay_cause,
    excluded_by,
    no_longer_so,
    promise_cause,
)
from app.domain.compensation.dry_run import Happened
from app.domain.compensation.rules import DELAY_DECLARED, PROMISE_BROKEN, RuleVersion
from app.domain.ticket.access.visibility import knows_reporter
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.events.ticket import DelayDeclared
from app.http.callers import Caller
from app.projections import promises, sla_clocks, ticket_search
from app.projections.promise_lists import PromiseFilters, list_promises
from app.projections.sla_clock_lists import ClockFilters, list_breaches

MOST_TRIED = 10_000
PAGE = 500
STREAM = TICKET.stream("").id


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    since: datetime
    until: datetime
    now: datetime
    zone: str


async def history(caller: Caller, rule: RuleVersion, window: Window) -> list[Happened]:
    services = caller.services
    if rule.trigger.event == DELAY_DECLARED:
        return await _declared(caller, rule, window)
    await services.caught_up(caller.tenant_id, sla_clocks.NAME, promises.NAME, ticket_search.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        if rule.trigger.event == PROMISE_BROKEN:
            found = await _broken(connection, caller, rule, window)
        else:
            found = await _breached(connection, caller, rule, window)
    tickets = await _tickets(caller, [one.ticket_id for one in found])
    return _standing(caller, rule, found, tickets)


def _standing(
    caller: Caller, rule: RuleVersion, found: Sequence[Happened], tickets: dict[str, Ticket]
) -> list[Happened]:
    """Without what was taken back since; with what excludes the others."""
    standing = []
    for one in found:
        ticket = tickets.get(one.ticket_id)
        if ticket is None or no_longer_so(one.cause, ticket):
            continue
        excluded = excluded_by(rule.exclusions, one.cause, ticket)
        named = knows_reporter(caller, ticket)
        standing.append(replace(one, excluded=excluded, named=named))
    return standing


async def _tickets(caller: Caller, ids: Sequence[str]) -> dict[str, Ticket]:
    distinct = list(dict.fromkeys(ids))
    tickets: dict[str, Ticket] = {}
    for start in range(0, len(distinct), PAGE):
        found, _ = await tickets_seen(caller, distinct[start : start + PAGE])
        tickets |= {ticket_id: ticket for ticket_id, (ticket, _) in found.items()}
    return tickets


async def _declared(caller: Caller, rule: RuleVersion, window: Window) -> list[Happened]:
    told = [each async for each in _delays(caller, window)]
    ids = [each.stream_id.removeprefix(STREAM) for each in told]
    tickets = await _tickets(caller, ids)
    classes = rule.trigger.service_classes
    found = []
    for ticket_id, each in zip(ids, told, strict=True):
        ticket = tickets.get(ticket_id)
        if ticket is None or (classes and ticket.service_class not in classes):
            continue
        late = each.event.new_eta - each.occurred_at
        if late.total_seconds() >= (rule.trigger.delay_seconds or 0):
            cause = delay_cause(each.event_id, ticket.cycle, each.occurred_at)
            found.append(
                Happened(
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
    return _standing(caller, rule, found, tickets)


async def _delays(caller: Caller, window: Window) -> AsyncIterator[Recorded[DelayDeclared]]:
    after = 0
    while True:
        page = await caller.services.store.read_all(
            caller.tenant_id, after=after, limit=PAGE, types=["delay_declared"]
        )
        for each in page:
            if window.since <= each.occurred_at < window.until:
                yield each
        if len(page) < PAGE:
            return
        after = page[-1].position


async def _broken(
    connection: AsyncConnection, caller: Caller, rule: RuleVersion, window: Window
) -> list[Happened]:
    rows = await list_promises(
        connection,
        caller.tenant_id,
        viewer_of(caller),
        PromiseFilters(kind=rule.trigger.promise_kind, state="broken", due_before=window.until),
        now=window.now,
        limit=MOST_TRIED,
    )
    return [
        Happened(
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
    connection: AsyncConnection, caller: Caller, rule: RuleVersion, window: Window
) -> list[Happened]:
    if rule.trigger.clock is None:
        return []
    classes = rule.trigger.service_classes
    rows = await list_breaches(
        connection,
        caller.tenant_id,
        viewer_of(caller),
        ClockFilters(clock=rule.trigger.clock, since=window.since, until=window.until),
        now=window.now,
        limit=MOST_TRIED,
    )
    return [
        Happened(
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
