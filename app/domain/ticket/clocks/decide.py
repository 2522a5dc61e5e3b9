"""The rules of commands on clocks: waive a breach, migrate the policy (docs/domain.md §3.2,
§3.4)."""

from app.domain.checks import one_of, text
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.sla.clock import KINDS, clock_of, running
from app.domain.sla.clock_moves import cancel
from app.domain.sla.clock_retarget import FLOOR, MODES, PIN, retarget, start_mid_way
from app.domain.ticket.clocks.terms import (
    calendar_for,
    cycle_began_at,
    missing_clocks,
    policy_lines,
    terms_at,
)
from app.domain.ticket.commands.ticket import MigratePolicy, WaiveBreach
from app.domain.ticket.decision import Decision
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.sla import SlaBreachWaived
from app.events.ticket import TicketEvent

MIGRATED = "policy_migrated"


def waive_breach(command: WaiveBreach, ticket: Ticket) -> Decision:
    """It stays a breach: figures are shown raw and waived."""
    one_of(command.clock, KINDS, "/clock")
    clock = clock_of(ticket.clocks, command.clock, command.cycle)
    if clock is None:
        raise Unacceptable("unknown_clock", pointer="/cycle")
    if not clock.is_late:
        raise IllegalTransition("clock_not_breached", state=clock.state)
    reason = text(command.reason, "/reason", LONG_TEXT)
    if clock.waived:
        return []
    return [
        SlaBreachWaived(clock=command.clock, cycle=command.cycle, reason=reason, note=command.note)
    ]


def migrate_policy(command: MigratePolicy, ticket: Ticket, given: Given) -> Decision:
    """`pin` is a no-op, for bulk requests that leave some tickets as they are. Follow-ups are
    never migrated: the owner was told their time, and only rescheduling moves it."""
    one_of(command.mode, MODES, "/mode")
    if command.mode == PIN or not ticket.is_open or ticket.follow_up is not None:
        return []
    at = given.now
    lines = policy_lines(ticket, given, at)
    events: list[TicketEvent | On] = []
    for clock in running(ticket.clocks):
        calendar, line = calendar_for(clock, given), lines.get(clock.kind)
        if line is None:
            events += cancel(clock, calendar, at, MIGRATED)
        else:
            terms = terms_at(line, given, at)
            events += retarget(clock, calendar, terms, at, command.mode, MIGRATED)
    for kind in missing_clocks(ticket, lines):
        terms = terms_at(lines[kind], given, at)
        events += start_mid_way(kind, ticket.cycle, cycle_began_at(ticket), at, FLOOR, terms)
    return events
