"""What the clocks of a ticket make of what was just decided: one place, whatever the command.

The tables of the kinds say which facts start and stop which clock (docs/domain.md §3, §6); the rest
follows from the facts in the order of their decision.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.decider import Given
from app.domain.sla import clock_moves as moves
from app.domain.sla.clock import CANCELLED, Clock, clock_of, latest, running
from app.domain.sla.clock_plan import ClockTerms, terms_of
from app.domain.sla.clock_retarget import FLOOR, RETRO, retarget, start_mid_way
from app.domain.sla.policy import PolicyLine
from app.domain.ticket.clocks.proof import proof_of
from app.domain.ticket.clocks.terms import (
    begun_at,
    calendar_for,
    lines_of,
    missing,
    of_this_cycle,
    terms_at,
)
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.follow_up import FollowUpRescheduled, FollowUpScheduled
from app.events.promise import PromiseMade
from app.events.sla import ClockTarget
from app.events.ticket import (
    AccessFailed,
    CommentAdded,
    EngineerDeparted,
    OfferedToPool,
    ProgressUpdated,
    TicketAssigned,
    TicketHeld,
    TicketReclassified,
    TicketReopened,
    TicketResumed,
)

GOES_ON = (ProgressUpdated, CommentAdded)  # these begin the next round of updates
MACHINES = frozenset({"system", "integration"})
ROUNDS = frozenset({"update", "follow_up"})
NO_ACCESS, RECLASSIFIED, RESCHEDULED = "owner_unavailable", "reclassified", "rescheduled"
RANK = ("emergency", "simple", "general", "complex")


def clock_events(ticket: Ticket | None, events: Sequence[Any], given: Given) -> list[Any]:
    """What follows for the clocks of this ticket."""
    follow: list[Any] = []
    unfolded: list[Any] = []  # nobody asks for the fold of what the last event changed
    for event in events:
        before = ticket
        for change in unfolded:
            before = evolve(before, _fact(change, given))
        ticket = evolve(before, _fact(event, given))
        unfolded = _changes(event, ticket, given, before)
        follow += unfolded
    return follow


def _fact(event: Any, given: Given) -> Fact[Any]:
    return Fact(event, given.occurred_at, given.actor)


def _changes(  # noqa: PLR0911 - one table, to be read downwards
    event: Any, ticket: Ticket | None, given: Given, before: Ticket | None = None
) -> list[Any]:
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
            return list(_put_off(event, ticket, given))
        case _:
            return [
                *_cancelled_by(event, ticket, given),
                *_stopped_by(event, ticket, given),
                *_ended_by(event, ticket, given),
                *_started_by(event, ticket, given),
            ]


def _started_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    kinds = [kind for kind, facts in KINDS[ticket.kind].starts.items() if isinstance(event, facts)]
    if not kinds:
        return
    lines = lines_of(ticket, given, given.occurred_at)
    for kind in kinds:
        cycle = _cycle(kind, ticket)
        line = lines.get(kind)
        if line and _is_begun(event, line) and clock_of(ticket.clocks, kind, cycle) is None:
            terms = _agreed(event, terms_at(line, given, given.occurred_at))
            yield from moves.start(kind, cycle, given.occurred_at, terms)


def _agreed(event: Any, terms: ClockTerms) -> ClockTerms:
    """A time that somebody named goes before what the policy counts."""
    match event:
        case FollowUpScheduled(is_fixed=True, due_at=at) | FollowUpRescheduled(due_at=at):
            return replace(terms, target=ClockTarget(at=at))
        case _:
            return terms


def _put_off(event: FollowUpRescheduled, ticket: Ticket, given: Given) -> Iterator[Any]:
    """The clock goes by the new time; what is late already stays so until the owner is reached."""
    for clock in running(ticket.clocks):
        calendar = calendar_for(clock, given)
        terms = _agreed(event, terms_of(clock, calendar))
        yield from retarget(clock, calendar, terms, given.occurred_at, RETRO, RESCHEDULED)
    if not running(ticket.clocks):
        yield from _started_by(event, ticket, given)


def _is_begun(event: Any, line: PolicyLine) -> bool:
    """Daily updates begin with the promise of a long work; a promise begins nothing else."""
    return line.clock.only_long_works or not isinstance(event, PromiseMade)


def _cycle(kind: str, ticket: Ticket) -> int:
    """Updates are owed again and again, and calls may be: each round is a cycle of its own."""
    round_ = latest(ticket.clocks, kind)
    if kind not in ROUNDS:
        return ticket.cycle
    return round_.cycle + (1 if round_.is_over else 0) if round_ else 1


def _stopped_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    stops = KINDS[ticket.kind].stops
    for clock in running(ticket.clocks):
        if not isinstance(event, stops.get(clock.kind, ())) or not counts(event, given):
            continue
        calendar = calendar_for(clock, given)
        yield from moves.stop(clock, calendar, given.occurred_at, proof_of(event, given))
        if clock.kind == "update" and isinstance(event, GOES_ON):
            line = lines_of(ticket, given, given.occurred_at).get("update")
            if line is not None:
                terms = terms_at(line, given, given.occurred_at)
                yield from moves.start("update", clock.cycle + 1, given.occurred_at, terms)


def counts(event: Any, given: Given) -> bool:
    """Who did it and who may see it decides, whatever the channel: a machine takes no notice, and
    an owner's own words or an internal note are no update."""
    match event:
        case OfferedToPool() | TicketAssigned():
            return given.actor.role not in MACHINES
        case CommentAdded(visibility=visibility):
            return visibility == "public" and given.actor.role not in {"owner", *MACHINES}
        case _:
            return True


def _cancelled_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    """A new cycle leaves nothing of the old one running."""
    if isinstance(event, TicketReopened):
        yield from _cancelled(running(ticket.clocks), "reopened", given)


def _ended_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    kind_ = KINDS[ticket.kind]
    reason = kind_.ends.get(type(event))
    if reason is not None:
        stopped = {kind for kind, facts in kind_.stops.items() if isinstance(event, facts)}
        left = [one for one in running(ticket.clocks) if one.kind not in stopped]
        yield from _cancelled(left, reason, given)


def _cancelled(clocks: Sequence[Clock], reason: str, given: Given) -> Iterator[Any]:
    for clock in clocks:
        yield from moves.cancel(clock, calendar_for(clock, given), given.occurred_at, reason)


def _paused(
    ticket: Ticket, reason: str, until: datetime | None, event: Any, given: Given
) -> list[Any]:
    proof = proof_of(event, given)
    events: list[Any] = []
    for clock in of_this_cycle(ticket):
        if reason not in clock.pausable_reasons or clock.verdict == CANCELLED:
            continue
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.is_over:
            if isinstance(event, TicketHeld) and at < (clock.stopped_at or at):
                events += moves.add_past_pause(clock, calendar, reason, at, proof)
        elif clock.pause is None or isinstance(event, AccessFailed):
            events += moves.pause(clock, calendar, reason, at, until, proof)
    return events


def _resumed(ticket: Ticket, before: Ticket | None, given: Given) -> list[Any]:
    hold = before.hold if before else None
    events: list[Any] = []
    for clock in of_this_cycle(ticket):
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.pause is not None:
            events += moves.resume(clock, calendar, at, moves.RELEASED)
        elif hold and clock.pauses and clock.pauses[-1].since >= hold.since:
            events += moves.shorten_past_pause(clock, calendar, at, proof_of(None, given))
    return events


def _reclassified(ticket: Ticket, previous: str, given: Given) -> Iterator[Any]:
    at = given.occurred_at
    upgraded = _rank(ticket.service_class) < _rank(previous)
    lines = lines_of(ticket, given, None)
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
    start = begun_at(ticket)
    for kind in missing(ticket, lines):
        terms = terms_at(lines[kind], given, start)
        mode = FLOOR if upgraded else RETRO
        yield from start_mid_way(kind, ticket.cycle, start, at, mode, terms)


def _rank(service_class: str) -> int:
    return RANK.index(service_class) if service_class in RANK else len(RANK)


def _is_tighter(terms: ClockTerms, clock: Clock) -> bool:
    new, old = terms.target.seconds, clock.target.seconds
    return new is not None and old is not None and new < old
