"""What a rule would have given over a history: its caps and its budget count from its beginning.
What people gave is left out, for it is not the draft's to say."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.compensation.rules import RuleVersion

GRANTED, WAITS, NOTHING = "granted", "pending_approval", "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A breach of a clock, or a broken promise that came to so many days."""

    ticket_id: str
    household_id: str | None
    community: str
    clock: str
    cycle: int
    at: datetime
    ended_at: datetime | None
    days: int = 1
    cause: str = ""
    excluded: str | None = None  # what of the rule's exclusions is so
    named: bool = True  # whose it is may be told to who tries the rule out


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    happened: Happened
    outcome: str
    amount_fen: int
    capped_from_fen: int | None = None
    because: str | None = None


@dataclass(slots=True)
class _Given:
    """So far, by what caps ask for."""

    of_ticket: dict[str, int]
    of_month: dict[tuple[str, str], int]
    of_project: dict[tuple[str, str], int]


def try_out(rule: RuleVersion, history: Sequence[Happened], zone: ZoneInfo) -> list[Tried]:
    given = _Given(defaultdict(int), defaultdict(int), defaultdict(int))
    grace = timedelta(seconds=rule.grace_seconds)
    return [
        _tried(rule, one, given, f"{one.at.astimezone(zone):%Y-%m}")
        for one in sorted(history, key=lambda each: each.at)
        if one.ended_at is None or one.ended_at > one.at + grace or not rule.grace_seconds
    ]


def _tried(rule: RuleVersion, one: Happened, given: _Given, month: str) -> Tried:
    if one.excluded is not None:
        return Tried(happened=one, outcome=NOTHING, amount_fen=0, because="excluded")
    if one.household_id is None:
        return Tried(happened=one, outcome=NOTHING, amount_fen=0, because="no_household")
    whole = rule.benefit.amount_fen * (one.days if rule.benefit.per else 1)
    of_household, of_project = (one.household_id, month), (one.community, month)
    amount_fen = min(
        whole,
        _room(rule.caps.per_promise_fen, 0),
        _room(rule.caps.per_ticket_fen, given.of_ticket[one.ticket_id]),
        _room(rule.caps.per_household_month_fen, given.of_month[of_household]),
    )
    capped_from_fen = whole if amount_fen < whole else None
    if amount_fen == 0:
        return Tried(
            happened=one,
            outcome=NOTHING,
            amount_fen=0,
            capped_from_fen=capped_from_fen,
            because="cap_exhausted",
        )
    given.of_ticket[one.ticket_id] += amount_fen
    given.of_month[of_household] += amount_fen
    budget = rule.caps.project_month_budget_fen
    fits = budget is None or given.of_project[of_project] + amount_fen <= budget
    given.of_project[of_project] += amount_fen if fits else 0
    return Tried(
        happened=one,
        outcome=GRANTED if fits else WAITS,
        amount_fen=amount_fen,
        capped_from_fen=capped_from_fen,
        because=None if fits else "budget_exceeded",
    )


MUCH = 2**53


def _room(cap_fen: int | None, used_fen: int) -> int:
    return MUCH if cap_fen is None else max(cap_fen - used_fen, 0)
