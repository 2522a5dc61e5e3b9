"""Detects recurrences (docs/domain.md §5.1): which occurrences count, which repairs were in vain,
and the one problem for them. Decided on the fingerprint's stream, so two concurrent reports cannot
open two problems."""

from collections.abc import Sequence
from typing import assert_never

from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition
from app.domain.fingerprint.commands import (
    DropReport,
    FingerprintCommand,
    OpenByHand,
    RecordMending,
    RecordQuote,
    RecordReport,
)
from app.domain.fingerprint.keys import fingerprint_of_ticket
from app.domain.fingerprint.rollup import unit_affected
from app.domain.fingerprint.state import KEPT, REPAIR, Fingerprint, Occurrence, evolve
from app.domain.problem.access import check_permitted, tells_reporter
from app.domain.problem.decider import PROBLEM
from app.domain.problem.opening import opened_by_hand, place_of
from app.domain.problem.recurring import describe_place, open_automatically, record_recurrence
from app.domain.problem.state import Problem
from app.domain.ticket.access.naming import is_anonymous
from app.domain.ticket.decider import TICKET
from app.domain.ticket.repair.first_time_fix import refute
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.fingerprint import (
    FingerprintAttached,
    FingerprintEvent,
    OccurrenceDropped,
    OccurrenceMended,
    OccurrenceRecorded,
    RecurrenceDetected,
)

ENOUGH = 3  # docs/domain.md §5.1: repairs that open a problem
NAMED = 20  # most tickets that an event names
COMPLAINT = "complaint"


def decide(
    command: FingerprintCommand, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    match command:
        case RecordReport():
            return record_report(command, state, given)
        case RecordMending():
            return record_mending(command, state, given)
        case DropReport(ticket_id=ticket_id):
            known = any(each.ticket_id == ticket_id for each in state.occurrences)
            return [OccurrenceDropped(ticket_id=ticket_id)] if known else []
        case RecordQuote():
            return record_quote(command, state, given)
        case OpenByHand():
            return open_by_hand(command, state, given)
        case _:
            assert_never(command)


def record_report(
    command: RecordReport, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    if state.occurrence(command.ticket_id, command.cycle) is not None:
        return []
    if command.kind == COMPLAINT and _is_unnamed(command.ticket_id, given):
        return []
    events = [*_occurred(command.ticket_id, command.cycle, command.kind, state, given)]
    if command.kind == REPAIR:
        events += unit_affected(command.ticket_id, command.location, command.category, given)
    return events


def _occurred(
    ticket_id: str, cycle: int, kind: str, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    recorded = OccurrenceRecorded(ticket_id=ticket_id, cycle=cycle, kind=kind)
    later = evolve(state, Fact(recorded, given.occurred_at, given.actor))
    one = Occurrence(ticket_id=ticket_id, cycle=cycle, kind=kind, at=given.occurred_at)
    return [recorded, *_recurrence(one, later, given)]


def _recurrence(
    one: Occurrence, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    repairs = state.repairs_until(one.at)
    undone = [each for each in state.occurrences if one.undoes(each)]
    in_vain = [each for each in undone if not each.was_in_vain]
    if len(repairs) >= KEPT and state.problem_id is not None and not in_vain:
        return []  # a flood of reports: its problem is open already
    many = len(repairs) >= ENOUGH
    events: list[FingerprintEvent | On] = []
    if undone or (many and one.kind == REPAIR):
        events.append(_detected(one, repairs, undone, in_vain))
        events += _refuted(in_vain, one, given)
    if state.problem_id is not None:
        n = max(len(repairs), 1)
        events += record_recurrence(given, state.problem_id, one.ticket_id, n, however_old=many)
    elif many:
        tickets = _tickets_of(repairs, one)
        events += _opened(tickets, given, n=len(repairs), within_days=_days(repairs, one))
    return events


def _detected(
    one: Occurrence,
    repairs: Sequence[Occurrence],
    undone: Sequence[Occurrence],
    in_vain: Sequence[Occurrence],
) -> RecurrenceDetected:
    return RecurrenceDetected(
        ticket_id=one.ticket_id,
        n=max(len(repairs), 1),
        within_days=_days(repairs, one),
        ticket_ids=_tickets_of(repairs, one),
        is_rework=bool(undone),
        refuted=tuple(dict.fromkeys(each.ticket_id for each in in_vain)),
    )


def _days(repairs: Sequence[Occurrence], one: Occurrence) -> int:
    return (one.at - repairs[0].at).days if repairs else 0


def _tickets_of(repairs: Sequence[Occurrence], one: Occurrence) -> tuple[str, ...]:
    named = [*(each.ticket_id for each in repairs), one.ticket_id]
    return tuple(dict.fromkeys(named))[-NAMED:]


def _refuted(in_vain: Sequence[Occurrence], one: Occurrence, given: Given) -> Sequence[On]:
    cause = COMPLAINT if one.kind == COMPLAINT else "recurrence"
    events = []
    for ticket_id in dict.fromkeys(each.ticket_id for each in in_vain):
        stream = TICKET.stream(ticket_id)
        ticket = given.read(stream)
        if ticket is not None:
            refutations = refute(ticket, one.at, cause, one.ticket_id)
            events += [On(stream, event) for event in refutations]
    return events


def _is_unnamed(ticket_id: str, given: Given) -> bool:
    """An anonymous complaint counts on no fingerprint of a place, and refutes nothing: the repairs
    there would tell whose it is (ADR 0032)."""
    complaint = given.read(TICKET.stream(ticket_id))
    return complaint is not None and is_anonymous(complaint)


def _opened(
    ticket_ids: tuple[str, ...], given: Given, *, n: int | None, within_days: int | None
) -> Sequence[FingerprintEvent | On]:
    found = [given.read(TICKET.stream(each)) for each in ticket_ids]
    tickets = [ticket for ticket in found if ticket is not None]
    if not tickets:
        return []
    counted = next(filter(is_anonymous, tickets), tickets[0])
    place = place_of(tickets)
    finding = f"{within_days} 天内报修 {n} 次，未根治" if n else "投诉提到此前的工单"
    opened = open_automatically(
        given,
        source="recurrence" if n else "complaint",
        statement=f"{describe_place(place, given)}：{finding}",
        ticket_ids=ticket_ids,
        place=place,
        fingerprint=fingerprint_of_ticket(counted),
        occurrences=n,
        within_days=within_days,
    )
    return [FingerprintAttached(problem_id=opened.event.problem_id), opened]


def record_mending(
    command: RecordMending, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    """If recorded late, the same trouble may have been reported again in the meantime."""
    present = state.occurrence(command.ticket_id, command.cycle)
    if present is not None and present.mended_at == given.occurred_at:
        return []
    mended = OccurrenceMended(
        ticket_id=command.ticket_id, cycle=command.cycle, reported_at=command.reported_at
    )
    later = evolve(state, Fact(mended, given.occurred_at, given.actor))
    done = later.occurrence(command.ticket_id, command.cycle)
    if done is None:
        return [mended]
    since = [each for each in later.occurrences if each.at > given.occurred_at]
    undoing = (each for each in since if each.undoes(done))
    # Earlier releases recorded anonymous complaints here.
    named = (
        one for one in undoing if one.kind != COMPLAINT or not _is_unnamed(one.ticket_id, given)
    )
    in_vain = next(named, None)
    return [mended, *(_refuted([done], in_vain, given) if in_vain else ())]


def record_quote(
    command: RecordQuote, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    """A complaint that quotes a past ticket counts on its fingerprint, and opens a problem alone
    (docs/domain.md §5.1). One that is anonymous has a fingerprint of its own."""
    events: list[FingerprintEvent | On] = []
    if state.occurrence(command.complaint_id, 1) is None:
        events += _occurred(command.complaint_id, 1, COMPLAINT, state, given)
    opened = any(isinstance(event, FingerprintAttached) for event in events)
    if state.problem_id is None and not opened:
        named = (command.ticket_id, command.complaint_id)
        events += _opened(named, given, n=None, within_days=None)
    return events


def open_by_hand(
    command: OpenByHand, state: Fingerprint, given: Given
) -> Sequence[FingerprintEvent | On]:
    """A problem opened by hand is the one problem of this fingerprint too, while it is open."""
    opening = command.opening
    check_permitted(opening, given)
    stream = PROBLEM.stream(opening.problem_id)
    if given.read(stream) is not None:
        raise IllegalTransition("problem_exists", problem_id=opening.problem_id)
    present = given.read(PROBLEM.stream(state.problem_id)) if state.problem_id else None
    if present is not None and present.state != "closed" and not _is_hidden(present, given):
        raise IllegalTransition(
            "problem_open_already", number=present.number, problem_id=present.id
        )
    key = next((fingerprint_of_ticket(each) for each in _named(opening.ticket_ids, given)), None)
    return [
        FingerprintAttached(problem_id=opening.problem_id),
        On(stream, opened_by_hand(opening, given, key)),
    ]


def _is_hidden(problem: Problem, given: Given) -> bool:
    """A refusal must not tell of it either. Earlier releases attached such problems."""
    return tells_reporter(given.viewer, _named(problem.ticket_ids, given))


def _named(ticket_ids: Sequence[str], given: Given) -> Sequence[Ticket]:
    found = [given.read(TICKET.stream(ticket_id)) for ticket_id in ticket_ids]
    return [ticket for ticket in found if ticket is not None]
