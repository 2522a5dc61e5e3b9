"""Whether low or high is good for a metric, and how two means compare
(docs/domain.md §5.1, §5.3)."""

from typing import Literal, get_args

from app.domain.checks import within
from app.domain.errors import Unacceptable
from app.domain.statistics.intervals import ENOUGH
from app.events.problem import Measured

Better = Literal["low", "high"]
LOW: Better = "low"
HIGH: Better = "high"
DIRECTIONS: tuple[Better, ...] = get_args(Better)

Verdict = Literal["improved", "worse", "unchanged", "inconclusive"]
IMPROVED: Verdict = "improved"

BETTER: dict[str, Better] = {
    "ces": LOW,  # docs/domain.md §5.4: 1 is very easy, 5 very hard
    "ces_1_5_low_good": LOW,
    "ces2": HIGH,
    "ces2_1_7": HIGH,
    "nps": HIGH,
    "csat": HIGH,
    "servqual": HIGH,
    "ftf": HIGH,
    "ftf_rate": HIGH,
    "first_time_fix": HIGH,
    "on_time": HIGH,
    "on_time_rate": HIGH,
    "promises": HIGH,
    "promise_kept_rate": HIGH,
    "response_rate": HIGH,
    "mttr": LOW,
    "reopen_rate": LOW,
    "recurrences": LOW,
    "recurrence_rate": LOW,
    "complaints": LOW,
    "complaint_rate": LOW,
    "contacts_per_ticket": LOW,
    "compensation_per_100_tickets": LOW,
    "approval_wait": LOW,
}
GREATEST_E6 = 10**15  # a thousand million, in millionths: far from 2^53


def better_of(metric: str, direction: str | None) -> str:
    """`low` or `high`. An unknown metric has to come with its direction."""
    known = BETTER.get(metric.lower())
    if known is None and direction is None:
        raise Unacceptable("direction_unknown", pointer="/better", metric=metric)
    if known is not None and direction not in {None, known}:
        raise Unacceptable("direction_contradicted", pointer="/better", metric=metric, better=known)
    return known or direction or LOW


def verdict(better: str, before: Measured, after: Measured) -> Verdict:
    """Inconclusive if either sample is too small."""
    if min(before.n, after.n) < ENOUGH:
        return "inconclusive"
    if before.mean_e6 == after.mean_e6:
        return "unchanged"
    fell = after.mean_e6 < before.mean_e6
    return IMPROVED if fell == (better == LOW) else "worse"


def check_figure(value_e6: int | None, pointer: str) -> None:
    if value_e6 is not None:
        within(value_e6, -GREATEST_E6, GREATEST_E6, pointer)
