"""The terms of a promise: its due time, the authority for its penalty, and whether it is tighter
than the ticket's clock."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from app.domain.authority.decider import authority_for
from app.domain.benefits import BENEFITS
from app.domain.calendars.arithmetic import within_range
from app.domain.calendars.day_count import CIVIL_CODE, COUNT_RULES, MOST_DAYS, CalendarDays, due
from app.domain.calendars.decider import calendar_of
from app.domain.checks import one_of, within
from app.domain.decider import Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.sla.clock import ClockKind, running
from app.domain.ticket.state.promise import (
    ARRIVAL,
    COMPLETION,
    MOST_FEN,
    UPDATE,
    Promises,
    open_promises,
)
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Value
from app.events.promise import PromiseAuthority, PromisePenalty, PromiseTerms

WORKING_CALENDAR, ALWAYS_CALENDAR = "office", "always"
DUE, PENALTY = "/due", "/penalty"
PenaltyPer = Literal["started_day"]
STARTED_DAY: PenaltyPer = "started_day"
CLOCK_OF_PROMISE: dict[str, ClockKind] = {
    COMPLETION: "resolve",
    ARRIVAL: "arrive",
    UPDATE: "update",
}


class ResolvedTerms(Value, frozen=True, kw_only=True):
    """The terms with defaults filled in, and the due time they come to."""

    terms: PromiseTerms
    due_at: datetime
    zone: str
    calendar_id: str
    calendar_version: int
    provisional: bool


def resolve_terms(terms: PromiseTerms, given: Given) -> ResolvedTerms:
    """Counted from `occurred_at`. Days are local days of the tenant's zone."""
    said = [each for each in (terms.days, terms.seconds, terms.at) if each is not None]
    if len(said) != 1:
        raise Unacceptable("contradictory" if said else "required", pointer=DUE)
    if terms.days is not None:
        return _in_days(terms.days, terms.count_rule or CIVIL_CODE, given)
    if terms.count_rule is not None:
        raise Unacceptable("contradictory", pointer=f"{DUE}/count_rule")
    return _resolved(terms, _instant(terms, given), given)


def _in_days(days: int, count_rule: str, given: Given) -> ResolvedTerms:
    within(days, 1, MOST_DAYS, f"{DUE}/days")
    one_of(count_rule, COUNT_RULES, f"{DUE}/count_rule")
    version = calendar_of(given, WORKING_CALENDAR).at(given.occurred_at)
    calendar = replace(version, zone=given.zone.key)
    found = due(calendar, given.occurred_at, CalendarDays(days=days, count_rule=count_rule))
    counted = _resolved(PromiseTerms(days=days, count_rule=count_rule), found.at, given)
    return replace(
        counted,
        calendar_id=WORKING_CALENDAR,
        calendar_version=version.version,
        provisional=found.provisional,
    )


def _instant(terms: PromiseTerms, given: Given) -> datetime:
    if terms.seconds is None:
        return terms.at or given.occurred_at
    within(terms.seconds, 1, MOST_DAYS * 86_400, f"{DUE}/duration")
    return given.occurred_at + timedelta(seconds=terms.seconds)


def _resolved(terms: PromiseTerms, due_at: datetime, given: Given) -> ResolvedTerms:
    due_at = within_range(due_at)
    if due_at <= given.occurred_at:
        raise Unacceptable("promise_due_in_past", pointer=DUE)
    return ResolvedTerms(
        terms=terms,
        due_at=due_at,
        zone=given.zone.key,
        calendar_id=ALWAYS_CALENDAR,
        calendar_version=1,
        provisional=False,
    )


def tighter_than(kind: str, due_at: datetime, ticket: Ticket) -> str | None:
    """The ticket's clock for the same goal, if it is due later (docs/domain.md §1a row 20)."""
    meant = CLOCK_OF_PROMISE.get(kind)
    looser = (one for one in running(ticket.clocks) if one.kind == meant and one.due_at > due_at)
    return meant if any(looser) else None


def check_penalty(penalty: PromisePenalty) -> None:
    one_of(penalty.per, (STARTED_DAY,), f"{PENALTY}/per")
    one_of(penalty.benefit, BENEFITS, f"{PENALTY}/benefit")
    within(penalty.amount_fen, 1, MOST_FEN, f"{PENALTY}/amount_fen")
    within(penalty.cap_fen, penalty.amount_fen, MOST_FEN, f"{PENALTY}/cap_fen")


def check_authority(penalty: PromisePenalty, promises: Promises, given: Given) -> PromiseAuthority:
    """The caps of all of the ticket's open promises together must be within the promiser's
    authority: one cap split in two does not get around the limit (docs/domain.md §4.4)."""
    found = authority_for(given, penalty.benefit)
    limits = (found.limit_fen, found.per_ticket_fen)
    limit_fen = min(each for each in limits if each is not None)
    others = (one.penalty.cap_fen for one in open_promises(promises) if one.penalty)
    exposure_fen = penalty.cap_fen + sum(others)
    if exposure_fen > limit_fen:
        raise NotPermitted("beyond_authority", limit_fen=limit_fen)
    return PromiseAuthority(
        role=found.role,
        limit_fen=limit_fen,
        exposure_fen=exposure_fen,
        matrix_version=found.matrix_version,
    )
