"""When a promise is due by what was said, by what right, and whether a clock leaves more time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.authority.decider import authority_for
from app.domain.authority.matrix import BENEFITS
from app.domain.calendars.arithmetic import within_range
from app.domain.calendars.day_count import CIVIL_CODE, COUNT_RULES, MOST_DAYS, CalendarDays, due
from app.domain.calendars.decider import calendar_of
from app.domain.checks import one_of, within
from app.domain.decider import Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.sla.clock import running
from app.domain.ticket.state.promise import (
    ARRIVAL,
    COMPLETION,
    MOST_FEN,
    UPDATE,
    Promises,
    to_be_kept,
)
from app.domain.ticket.state.ticket import Ticket
from app.events.promise import PromiseAuthority, PromisePenalty, PromiseTerms

WORKING, AROUND_THE_CLOCK = "office", "always"
DUE, PENALTY = "/due", "/penalty"
STARTED_DAY = "started_day"
SAME_MEANING = {COMPLETION: "resolve", ARRIVAL: "arrive", UPDATE: "update"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """The terms with everything that was left to the rule, and what they come to."""

    terms: PromiseTerms
    due_at: datetime
    zone: str
    calendar_id: str
    calendar_version: int
    provisional: bool


def agreed(terms: PromiseTerms, given: Given) -> Agreed:
    """Counted from when it was said. Days are those on the walls of the company's own zone."""
    said = [each for each in (terms.days, terms.seconds, terms.at) if each is not None]
    if len(said) != 1:
        raise Unacceptable("contradictory" if said else "required", pointer=DUE)
    if terms.days is not None:
        return _in_days(terms.days, terms.count_rule or CIVIL_CODE, given)
    if terms.count_rule is not None:
        raise Unacceptable("contradictory", pointer=f"{DUE}/count_rule")
    return _agreed(terms, _instant(terms, given), given)


def _in_days(days: int, count_rule: str, given: Given) -> Agreed:
    within(days, 1, MOST_DAYS, f"{DUE}/days")
    one_of(count_rule, COUNT_RULES, f"{DUE}/count_rule")
    version = calendar_of(given, WORKING).at(given.occurred_at)
    calendar = replace(version, zone=given.zone.key)
    found = due(calendar, given.occurred_at, CalendarDays(days=days, count_rule=count_rule))
    counted = _agreed(PromiseTerms(days=days, count_rule=count_rule), found.at, given)
    return replace(
        counted,
        calendar_id=WORKING,
        calendar_version=version.version,
        provisional=found.provisional,
    )


def _instant(terms: PromiseTerms, given: Given) -> datetime:
    if terms.seconds is None:
        return terms.at or given.occurred_at
    within(terms.seconds, 1, MOST_DAYS * 86_400, f"{DUE}/duration")
    return given.occurred_at + timedelta(seconds=terms.seconds)


def _agreed(terms: PromiseTerms, due_at: datetime, given: Given) -> Agreed:
    due_at = within_range(due_at)
    if due_at <= given.occurred_at:
        raise Unacceptable("promise_due_in_past", pointer=DUE)
    return Agreed(
        terms=terms,
        due_at=due_at,
        zone=given.zone.key,
        calendar_id=AROUND_THE_CLOCK,
        calendar_version=1,
        provisional=False,
    )


def tighter_than(kind: str, due_at: datetime, ticket: Ticket) -> str | None:
    """The clock of the same meaning that allows more time (docs/domain.md §1a row 20)."""
    meant = SAME_MEANING.get(kind)
    looser = (one for one in running(ticket.clocks) if one.kind == meant and one.due_at > due_at)
    return meant if any(looser) else None


def check_penalty(penalty: PromisePenalty) -> None:
    one_of(penalty.per, (STARTED_DAY,), f"{PENALTY}/per")
    one_of(penalty.benefit, BENEFITS, f"{PENALTY}/benefit")
    within(penalty.amount_fen, 1, MOST_FEN, f"{PENALTY}/amount_fen")
    within(penalty.cap_fen, penalty.amount_fen, MOST_FEN, f"{PENALTY}/cap_fen")


def authority_of(penalty: PromisePenalty, promises: Promises, given: Given) -> PromiseAuthority:
    """Whoever promises money may decide that much of it, with what the ticket's other promises may
    still come to: one cap in two halves is no way around the limit (docs/domain.md §4.4)."""
    found = authority_for(given, penalty.benefit)
    limits = (found.limit_fen, found.per_ticket_fen)
    limit_fen = min(each for each in limits if each is not None)
    others = (one.penalty.cap_fen for one in to_be_kept(promises) if one.penalty)
    exposure_fen = penalty.cap_fen + sum(others)
    if exposure_fen > limit_fen:
        raise NotPermitted("beyond_authority", limit_fen=limit_fen)
    return PromiseAuthority(
        role=found.role,
        limit_fen=limit_fen,
        exposure_fen=exposure_fen,
        matrix_version=found.matrix_version,
    )
