"""What a decision's events do to the ticket's clocks, whichever command they came from.

The tables of the kinds say which events start and stop which clock (docs/domain.md §3, §6);
everything else follows from the events in order.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.structs import replace

from app.domain.decider import Given
from app.domain.roles import AUTOMATIC, OWNER
from app.domain.service_classes import SERVICE_CLASSES
from app.domain.sla import clock_moves as moves
from app.domain.sla.clock import CANCELLED, Clock, clock_of, latest, running
from app.domain.sla.clock_plan import ClockTerms, terms_of
from app.domain.sla.clock_retarget import FLOOR, RETRO, retarget, start_mid_way
from app.domain.sla.policy import PolicyLine
from app.domain.ticket.clocks.proof import proof_of
from app.domain.ticket.clocks.terms import (
    calendar_for,
    current_clocks,
    cycle_began_at,
    missing_clocks,
    policy_lines,
    terms_at,
)
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.follow_up import FollowUpRescheduled, FollowUpScheduled
from app.events.promise import PromiseMade
from app.events.sla import ClockTarget, SlaEvent
from app.events.ticket import (
    AccessFailed,
    CommentAdded,
    EngineerDeparted,
    OfferedToPool,
    ProgressUpdated,
    TicketAssigned,
    TicketEvent,
    TicketHeld,
    TicketReclassified,
    TicketReopened,
    TicketResumed,
)

UPDATES = (ProgressUpdated, CommentAdded)  # each starts the next round
REPEATING = frozenset({"update", "follow_up"})
NO_ACCESS, RECLASSIFIED, RESCHEDULED = "owner_unavailable", "reclassified", "rescheduled"


def clock_events(
    ticket: Ticket | None, events: Sequence[TicketEvent], given: Given
) -> list[SlaEvent]:
    follow: list[SlaEvent] = []
    unfolded: list[SlaEvent] = []  # folded late: the last event's changes need no fold
    for event in events:
        before = ticket
        for change in unfolded:
            before = evolve(before, _fact(change, given))
        ticket = evolve(before, _fact(event, given))
        unfolded = _changes(event, ticket, given, before)
        follow += unfolded
    return follow


def _fact(event: TicketEvent, given: Given) -> Fact[TicketEvent]:
    return Fact(event, given.occurred_at, given.actor)


def _changes(  # noqa: PLR0911 - one table, to be read downwards
    event: TicketEvent, ticket: Ticket | None, given: Given, before: Ticket | None = None
) -> list[SlaEvent]:
    if ticket is None:
        return []
    match event:
        case TicketHeld(reason=reason, expected_resume_at=until):
            return _paused(ticket, reason, until, event, given)
        case AccessFailed():
            return _paused(ticket, NO_ACCESS, None, event, given)
        case TicketResumed() if ticket.status != "no_access":
            return _resumed(ticket, before, given)
        case EngineerDeparted():
            return _resumed(ticket, before, given)
        case TicketReclassified(previous=previous):
            return list(_reclassified(ticket, previous, given))
        case FollowUpRescheduled():
            return list(_reschedule(event, ticket, given))
        case _:
            return [
                *_cancelled_by(event, ticket, given),
                *_stopped_by(event, ticket, given),
                *_ended_by(event, ticket, given),
                *_started_by(event, ticket, given),
            ]


def _started_by(event: TicketEvent, ticket: Ticket, given: Given) -> Iterator[SlaEvent]:
    kinds = [kind for kind, facts in KINDS[ticket.kind].starts.items() if isinstance(event, facts)]
    if not kinds:
        return
    lines = policy_lines(ticket, given, given.occurred_at)
    for kind in kinds:
        cycle = _cycle_of(kind, ticket)
        line = lines.get(kind)
        if line and _may_start(event, line) and clock_of(ticket.clocks, kind, cycle) is None:
            terms = _with_fixed_time(event, terms_at(line, given, given.occurred_at))
            yield from moves.start(kind, cycle, given.occurred_at, terms)


def _with_fixed_time(event: TicketEvent, terms: ClockTerms) -> ClockTerms:
    """A time that somebody agreed on overrides the policy's target."""
    match event:
        case FollowUpScheduled(is_fixed=True, due_at=at) | FollowUpRescheduled(due_at=at):
            return replace(terms, target=ClockTarget(at=at))
        case _:
            return terms


def _reschedule(event: FollowUpRescheduled, ticket: Ticket, given: Given) -> Iterator[SlaEvent]:
    """The clock gets the new time; an existing breach stays until the owner is reached."""
    for clock in running(ticket.clocks):
        calendar = calendar_for(clock, given)
        terms = _with_fixed_time(event, terms_of(clock, calendar))
        yield from retarget(clock, calendar, terms, given.occurred_at, RETRO, RESCHEDULED)
    if not running(ticket.clocks):
        yield from _started_by(event, ticket, given)


def _may_start(event: TicketEvent, line: PolicyLine) -> bool:
    """A promise of long work starts the daily updates; a promise starts no other clock."""
    return line.clock.only_long_works or not isinstance(event, PromiseMade)


def _cycle_of(kind: str, ticket: Ticket) -> int:
    """Updates repeat, and calls may: each round is a cycle of its own."""
    round_ = latest(ticket.clocks, kind)
    if kind not in REPEATING:
        return ticket.cycle
    return round_.cycle + (1 if round_.is_over else 0) if round_ else 1


def _stopped_by(event: TicketEvent, ticket: Ticket, given: Given) -> Iterator[SlaEvent]:
    stops = KINDS[ticket.kind].stops
    for clock in running(ticket.clocks):
        if not isinstance(event, stops.get(clock.kind, ())) or not counts_as_done(event, given):
            continue
        calendar = calendar_for(clock, given)
        yield from moves.stop(clock, calendar, given.occurred_at, proof_of(event, given))
        if clock.kind == "update" and isinstance(event, UPDATES):
            line = policy_lines(ticket, given, given.occurred_at).get("update")
            if line is not None:
                terms = terms_at(line, given, given.occurred_at)
                yield from moves.start("update", clock.cycle + 1, given.occurred_at, terms)


def counts_as_done(event: TicketEvent, given: Given) -> bool:
    """Decided by actor and visibility, not by channel: an automatic dispatch is no
    acknowledgement, and an owner's comment or an internal note is no update."""
    match event:
        case OfferedToPool() | TicketAssigned():
            return given.actor.role not in AUTOMATIC
        case CommentAdded(visibility=visibility):
            return visibility == "public" and given.actor.role not in OWNER | AUTOMATIC
        case _:
            return True


def _cancelled_by(event: TicketEvent, ticket: Ticket, given: Given) -> Iterator[SlaEvent]:
    """A new cycle cancels the clocks of the previous one."""
    if isinstance(event, TicketReopened):
        yield from _cancelled(running(ticket.clocks), "reopened", given)


def _ended_by(event: TicketEvent, ticket: Ticket, given: Given) -> Iterator[SlaEvent]:
    kind_ = KINDS[ticket.kind]
    reason = kind_.ends.get(type(event))
    if reason is not None:
        stopped = {kind for kind, facts in kind_.stops.items() if isinstance(event, facts)}
        left = [one for one in running(ticket.clocks) if one.kind not in stopped]
        yield from _cancelled(left, reason, given)


def _cancelled(clocks: Sequence[Clock], reason: str, given: Given) -> Iterator[SlaEvent]:
    for clock in clocks:
        yield from moves.cancel(clock, calendar_for(clock, given), given.occurred_at, reason)


def _paused(
    ticket: Ticket, reason: str, until: datetime | None, event: TicketEvent, given: Given
) -> list[SlaEvent]:
    proof = proof_of(event, given)
    events: list[SlaEvent] = []
    for clock in current_clocks(ticket):
        if reason not in clock.pausable_reasons or clock.verdict == CANCELLED:
            continue
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.is_over:
            if isinstance(event, TicketHeld) and at < (clock.stopped_at or at):
                events += moves.add_past_pause(clock, calendar, reason, at, proof)
        elif clock.pause is None or isinstance(event, AccessFailed):
            events += moves.pause(clock, calendar, reason, at, until, proof)
    return events


def _resumed(ticket: Ticket, before: Ticket | None, given: Given) -> list[SlaEvent]:
    hold = before.hold if before else None
    events: list[SlaEvent] = []
    for clock in current_clocks(ticket):
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.pause is not None:
            events += moves.resume(clock, calendar, at, moves.RELEASED)
        elif hold and clock.pauses and clock.pauses[-1].since >= hold.since:
            events += moves.shorten_past_pause(clock, calendar, at, proof_of(None, given))
    return events


def _reclassified(ticket: Ticket, previous: str, given: Given) -> Iterator[SlaEvent]:
    at = given.occurred_at
    upgraded = _rank(ticket.service_class) < _rank(previous)
    lines = policy_lines(ticket, given, None)
    for clock in running(ticket.clocks):
        calendar, line = calendar_for(clock, given), lines.get(clock.kind)
        if line is None:
            yield from moves.cancel(clock, calendar, at, RECLASSIFIED)
            continue
        terms = terms_at(line, given, clock.started_at)
        if clock.calendar_id == terms.calendar_id:
            terms = replace(terms, calendar=calendar)
        mode = FLOOR if upgraded or _is_tighter(terms, clock) else RETRO
        yield from retarget(clock, calendar, terms, at, mode, RECLASSIFIED)
    start = cycle_began_at(ticket)
    for kind in missing_clocks(ticket, lines):
        terms = terms_at(lines[kind], given, start)
        mode = FLOOR if upgraded else RETRO
        yield from start_mid_way(kind, ticket.cycle, start, at, mode, terms)


def _rank(service_class: str) -> int:
    return (
        SERVICE_CLASSES.index(service_class)
        if service_class in SERVICE_CLASSES
        else len(SERVICE_CLASSES)
    )


def _is_tighter(terms: ClockTerms, clock: Clock) -> bool:
    new, old = terms.target.seconds, clock.target.seconds
    return new is not None and old is not None and new < old
