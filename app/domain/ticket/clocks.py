"""What the clocks of a ticket make of what was just decided: one place, whatever the command.

The tables say which facts start and stop which clock (domain.md §3, §6.1); the rest follows from
the facts in the order of their decision.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.domain.calendar import calendar_of
from app.domain.decider import Given, On
from app.domain.household import HOUSEHOLD
from app.domain.occurrence import is_vouched_for
from app.domain.sla import clock_moves as moves
from app.domain.sla.calendar_version import CalendarVersion
from app.domain.sla.clock import CANCELLED, Clock, clock_of, latest, running
from app.domain.sla.clock_moves import Proof
from app.domain.sla.clock_plan import ClockTerms, Step
from app.domain.sla.clock_retarget import FLOOR, RETRO, retarget, start_mid_way
from app.domain.sla.policy import Line, Matter, PolicyBook, lines_for
from app.domain.sla.policy_checks import target_of
from app.domain.sla_policy import policies_of
from app.domain.ticket.evolve import evolve
from app.domain.ticket.state import Ticket
from app.domain.ticket.statuses import UNFINISHED
from app.events.base import Fact
from app.events.sla import QuietWindow
from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    CommentAdded,
    EngineerArrived,
    EngineerDeparted,
    OfferedToPool,
    ProgressUpdated,
    SolutionAccepted,
    SolutionProposed,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketHeld,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReopened,
    TicketReported,
    TicketResumed,
    WorkCompleted,
)

BEGINNINGS = (TicketReported, TicketReopened)
STARTED_BY: dict[str, tuple[type[Any], ...]] = {
    "acknowledge": BEGINNINGS,
    "arrive": BEGINNINGS,
    "propose": BEGINNINGS,
    "resolve": BEGINNINGS,
    "update": (EngineerArrived, SolutionAccepted),
    "close": (WorkCompleted,),
}
STOPPED_BY: dict[str, tuple[type[Any], ...]] = {
    # A reopened ticket may be dispatched without being acknowledged again: somebody took notice.
    "acknowledge": (
        TicketAcknowledged,
        OfferedToPool,
        TicketAssigned,
        TicketClaimed,
        AssignmentAccepted,
    ),
    "arrive": (EngineerArrived,),
    "propose": (SolutionProposed, WorkCompleted),  # what is done needs no proposal any more
    "resolve": (WorkCompleted,),
    "update": (ProgressUpdated, CommentAdded, WorkCompleted),
    "close": (TicketClosed,),
}
GOES_ON = (ProgressUpdated, CommentAdded)  # these begin the next round of updates
ENDS: dict[type[Any], str] = {
    TicketRejected: "rejected",
    TicketCancelled: "cancelled",
    TicketMerged: "merged",
    TicketClosed: "closed",
}
FROM_THE_BEGINNING = frozenset(kind for kind, facts in STARTED_BY.items() if facts == BEGINNINGS)
MACHINES = frozenset({"system", "integration"})
NO_ACCESS, RECLASSIFIED = "owner_unavailable", "reclassified"
RANK = ("emergency", "simple", "general", "complex")


def clock_events(ticket: Ticket | None, events: Sequence[Any], given: Given) -> list[Any]:
    """What follows for the clocks, on this stream and on those of tickets that are begun beside."""
    follow: list[Any] = []
    for event in events:
        if isinstance(event, On):
            if isinstance(event.event, TicketReported):
                begun = evolve(None, _fact(event.event, given))
                follow += (On(event.stream, each) for each in _changes(event.event, begun, given))
            continue
        before, ticket = ticket, evolve(ticket, _fact(event, given))
        for change in _changes(event, ticket, given, before):
            ticket = evolve(ticket, _fact(change, given))
            follow.append(change)
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
        case _:
            return [
                *_cancelled_by(event, ticket, given),
                *_stopped_by(event, ticket, given),
                *_ended_by(event, ticket, given),
                *_started_by(event, ticket, given),
            ]


def _started_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    kinds = [kind for kind, facts in STARTED_BY.items() if isinstance(event, facts)]
    if not kinds:
        return
    lines = lines_of(ticket, given, given.occurred_at)
    for kind in kinds:
        cycle = _cycle(kind, ticket)
        if kind in lines and clock_of(ticket.clocks, kind, cycle) is None:
            terms = terms_at(lines[kind], given, given.occurred_at)
            yield from moves.start(kind, cycle, given.occurred_at, terms)


def _cycle(kind: str, ticket: Ticket) -> int:
    """Updates are owed again and again: each round is a cycle of its own."""
    round_ = latest(ticket.clocks, kind)
    if kind != "update":
        return ticket.cycle
    return round_.cycle + (1 if round_.is_over else 0) if round_ else 1


def _stopped_by(event: Any, ticket: Ticket, given: Given) -> Iterator[Any]:
    for clock in running(ticket.clocks):
        if not isinstance(event, STOPPED_BY.get(clock.kind, ())) or not _counts(event, given):
            continue
        calendar = calendar_for(clock, given)
        yield from moves.stop(clock, calendar, given.occurred_at, _proof(event, given))
        if clock.kind == "update" and isinstance(event, GOES_ON):
            line = lines_of(ticket, given, given.occurred_at).get("update")
            if line is not None:
                terms = terms_at(line, given, given.occurred_at)
                yield from moves.start("update", clock.cycle + 1, given.occurred_at, terms)


def _counts(event: Any, given: Given) -> bool:
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
    reason = ENDS.get(type(event))
    if reason is not None:
        stopped = {kind for kind, facts in STOPPED_BY.items() if isinstance(event, facts)}
        left = [one for one in running(ticket.clocks) if one.kind not in stopped]
        yield from _cancelled(left, reason, given)


def _cancelled(clocks: Sequence[Clock], reason: str, given: Given) -> Iterator[Any]:
    for clock in clocks:
        yield from moves.cancel(clock, calendar_for(clock, given), given.occurred_at, reason)


def _paused(
    ticket: Ticket, reason: str, until: datetime | None, event: Any, given: Given
) -> list[Any]:
    proof = _proof(event, given)
    events: list[Any] = []
    for clock in _of_this_cycle(ticket):
        if reason not in clock.pausable_reasons or clock.verdict == CANCELLED:
            continue
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.is_over:
            if isinstance(event, TicketHeld) and at < (clock.stopped_at or at):
                events += moves.pause_of_the_past(clock, calendar, reason, at, proof)
        elif clock.pause is None or isinstance(event, AccessFailed):
            events += moves.pause(clock, calendar, reason, at, until, proof)
    return events


def _resumed(ticket: Ticket, before: Ticket | None, given: Given) -> list[Any]:
    hold = before.hold if before else None
    events: list[Any] = []
    for clock in _of_this_cycle(ticket):
        calendar, at = calendar_for(clock, given), given.occurred_at
        if clock.pause is not None:
            events += moves.resume(clock, calendar, at, moves.RELEASED)
        elif hold and clock.pauses and clock.pauses[-1].since >= hold.since:
            events += moves.end_of_a_pause_of_the_past(clock, calendar, at, _proof(None, given))
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
        mode = FLOOR if upgraded or _is_tighter(terms, clock) else RETRO
        yield from retarget(clock, calendar, terms, at, mode, RECLASSIFIED)
    start = begun_at(ticket)
    for kind in missing(ticket, lines):
        terms = terms_at(lines[kind], given, start)
        mode = FLOOR if upgraded else RETRO
        yield from start_mid_way(kind, ticket.cycle, start, at, mode, terms)


def missing(ticket: Ticket, lines: Mapping[str, Line]) -> list[str]:
    """What is promised from the beginning and was not when the cycle began."""
    if ticket.status not in UNFINISHED:
        return []
    known = {clock.kind for clock in _of_this_cycle(ticket)}
    return [kind for kind in lines if kind in FROM_THE_BEGINNING and kind not in known]


def _rank(service_class: str) -> int:
    return RANK.index(service_class) if service_class in RANK else len(RANK)


def _is_tighter(terms: ClockTerms, clock: Clock) -> bool:
    new, old = terms.target.seconds, clock.target.seconds
    return new is not None and old is not None and new < old


def _of_this_cycle(ticket: Ticket) -> list[Clock]:
    """The clocks of the ticket's cycle; of the updates, whose cycles are rounds, the latest."""
    update = latest(ticket.clocks, "update")
    return [
        one
        for one in ticket.clocks
        if one is update or (one.kind != "update" and one.cycle == ticket.cycle)
    ]


def begun_at(ticket: Ticket) -> datetime:
    """When this cycle began, as its clocks know."""
    begun = [one.started_at for one in _of_this_cycle(ticket) if one.kind in FROM_THE_BEGINNING]
    return min(begun, default=ticket.reported_at)


def _as_of(ticket: Ticket, book: PolicyBook) -> datetime:
    """The policies of when the cycle began, or of when its clocks were last migrated."""
    pinned = [
        version.valid_from
        for clock in running(ticket.clocks)
        if (policy := book.policy(clock.policy_id))
        for version in policy.versions
        if version.version == clock.policy_version
    ]
    return max([begun_at(ticket), *pinned])


def lines_of(ticket: Ticket, given: Given, at: datetime | None) -> dict[str, Line]:
    """What the policies promise for the ticket; with no instant, those that it is pinned to."""
    book = policies_of(given)
    at = at or _as_of(ticket, book)
    matter = Matter(
        kind=ticket.kind,
        service_class=ticket.service_class,
        category=ticket.category,
        community=ticket.location.community,
        tiers=_tiers(ticket, given) if book.asks_for_tiers(at) else (),
    )
    return lines_for(book, matter, at)


def _tiers(ticket: Ticket, given: Given) -> tuple[str, ...]:
    """What households are tagged as: `vip`, `独居老人`."""
    if ticket.household_id is None:
        return ()
    household = given.read(HOUSEHOLD.stream(ticket.household_id))
    return household.tags if household else ()


def terms_at(line: Line, given: Given, at: datetime) -> ClockTerms:
    clock, quiet = line.clock, line.version.quiet
    return ClockTerms(
        target=target_of(clock),
        policy_id=line.policy_id,
        policy_version=line.version.version,
        calendar_id=clock.calendar_id,
        calendar=calendar_of(given, clock.calendar_id).at(at),
        warn_percent=clock.warn_percent,
        pausable_reasons=clock.pausable_reasons,
        pause_cap_seconds=clock.pause_cap_seconds,
        steps=tuple(
            Step(level=one.level, audience=one.audience, after_seconds=one.after_seconds)
            for one in clock.escalations
        ),
        quiet=QuietWindow(start=quiet.start, end=quiet.end, zone=given.zone.key)
        if quiet and not line.row.urgent
        else None,
    )


def calendar_for(clock: Clock, given: Given) -> CalendarVersion:
    """The one that the clock is pinned to."""
    return calendar_of(given, clock.calendar_id).version(clock.calendar_version)


def _proof(event: Any, given: Given) -> Proof | None:
    """What speaks for a fact: its own photos or position, evidence sent along, or a superior."""
    photos = tuple(photo.id for photo in getattr(event, "photos", ()))
    evidence = given.evidence
    if evidence is not None and evidence.photo_id is not None:
        photos = (*photos, evidence.photo_id)
    if photos:
        return Proof(kind="photo", photo_ids=tuple(dict.fromkeys(photos)))
    if getattr(event, "geo", None) is not None or (evidence and evidence.geo is not None):
        return Proof(kind="geo")
    return Proof(kind=given.actor.role) if is_vouched_for(given) else None
