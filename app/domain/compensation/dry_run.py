"""What a draft rule would have given over a history. Caps and budget start from zero, and what
people granted is left out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.domain.compensation.rules import RuleVersion
from app.events.base import Value

TrialOutcome = Literal["granted", "pending_approval", "rejected"]
GRANTED: TrialOutcome = "granted"
WAITS: TrialOutcome = "pending_approval"
NOTHING: TrialOutcome = "rejected"


class PastCause(Value, frozen=True, kw_only=True):
    """A breach of a clock, or a broken promise that was `days` late."""

    ticket_id: str
    household_id: str | None
    community: str
    clock: str
    cycle: int
    at: datetime
    ended_at: datetime | None
    days: int = 1
    cause: str = ""
    excluded: str | None = None  # the exclusion that applies


class TrialResult(Value, frozen=True, kw_only=True):
    happened: PastCause
    outcome: TrialOutcome
    amount_fen: int
    capped_from_fen: int | None = None
    because: str | None = None


@dataclass(slots=True)
class _Totals:
    """What was given so far, for the caps."""

    of_ticket: dict[str, int]
    of_month: dict[tuple[str, str], int]
    of_project: dict[tuple[str, str], int]


def try_out(rule: RuleVersion, history: Sequence[PastCause], zone: ZoneInfo) -> list[TrialResult]:
    totals = _Totals(defaultdict(int), defaultdict(int), defaultdict(int))
    grace = timedelta(seconds=rule.grace_seconds)
    return [
        _try_one(rule, one, totals, f"{one.at.astimezone(zone):%Y-%m}")
        for one in sorted(history, key=lambda each: each.at)
        if one.ended_at is None or one.ended_at > one.at + grace or not rule.grace_seconds
    ]


def _try_one(rule: RuleVersion, one: PastCause, totals: _Totals, month: str) -> TrialResult:
    if one.excluded is not None:
        return TrialResult(happened=one, outcome=NOTHING, amount_fen=0, because="excluded")
    if one.household_id is None:
        return TrialResult(happened=one, outcome=NOTHING, amount_fen=0, because="no_household")
    whole = rule.benefit.amount_fen * (one.days if rule.benefit.per else 1)
    of_household, of_project = (one.household_id, month), (one.community, month)
    amount_fen = min(
        whole,
        _room(rule.caps.per_promise_fen, 0),
        _room(rule.caps.per_ticket_fen, totals.of_ticket[one.ticket_id]),
        _room(rule.caps.per_household_month_fen, totals.of_month[of_household]),
    )
    capped_from_fen = whole if amount_fen < whole else None
    if amount_fen == 0:
        return TrialResult(
            happened=one,
            outcome=NOTHING,
            amount_fen=0,
            capped_from_fen=capped_from_fen,
            because="cap_exhausted",
        )
    totals.of_ticket[one.ticket_id] += amount_fen
    totals.of_month[of_household] += amount_fen
    budget = rule.caps.project_month_budget_fen
    fits = budget is None or totals.of_project[of_project] + amount_fen <= budget
    totals.of_project[of_project] += amount_fen if fits else 0
    return TrialResult(
        happened=one,
        outcome=GRANTED if fits else WAITS,
        amount_fen=amount_fen,
        capped_from_fen=capped_from_fen,
        because=None if fits else "budget_exceeded",
    )


NO_CAP = 2**53


def _room(cap_fen: int | None, used_fen: int) -> int:
    return NO_CAP if cap_fen is None else max(cap_fen - used_fen, 0)
