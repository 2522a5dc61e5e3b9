"""Counts, merges and summarises the answers of each kind of survey (docs/domain.md §5.4). Reads
nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.domain.statistics.estimates import Estimate, mean_of_counts, net_share, share
from app.domain.statistics.intervals import ENOUGH, wilson
from app.domain.statistics.scales import TOP_2_BOX, NpsLabel, Scale
from app.domain.statistics.servqual import (
    DIMENSIONS,
    Questionnaire,
    dimensions_of,
    unweighted_score,
    weighted_score,
)
from app.views.figures import percent

Data = TypeVar("Data")
Counts = Mapping[int, int]
Interval = tuple[float, float]

EXCELLENT, OUTSTANDING = 50, 70  # docs/domain.md §1c row 46
EXCELLENT_LABEL: NpsLabel = "优秀"
OUTSTANDING_LABEL: NpsLabel = "卓越"


@dataclass(frozen=True, slots=True)
class Measure(Generic[Data]):
    """`details` are the response fields that only this kind has."""

    count: Callable[[Data], int]
    merge: Callable[[Sequence[Data]], Data]
    estimate: Callable[[Data], Estimate]
    interval: Callable[[Data, Estimate], Interval]
    details: Callable[[Data], dict[str, Any]]

    def summary(self, data: Data) -> dict[str, Any]:
        """The unweighted value; null where there are no answers."""
        if not self.count(data):
            return {"value": None, "ci95": None}
        estimate = self.estimate(data)
        return {
            "value": round(estimate.value, 2),
            "ci95": rounded(self.interval(data, estimate)),
        }


def rounded(interval: Interval) -> list[float]:
    return [round(bound, 2) for bound in interval]


def _counted(counts: Counts) -> int:
    return sum(counts.values())


def _merged(parts: Sequence[Counts]) -> Counts:
    merged: Counter[int] = Counter()
    for counts in parts:
        merged.update(counts)
    return merged


def _distribution(counts: Counts, scale: Scale) -> dict[str, Any]:
    scores = range(scale.low, scale.high + 1)
    return {"distribution": {str(score): counts.get(score, 0) for score in scores}}


def _within(counts: Counts, scores: range) -> int:
    return sum(n for score, n in counts.items() if score in scores)


def measure_of(scale: Scale) -> Measure[Any]:
    match scale.kind:
        case "nps":
            return _net_promoters(scale)
        case "csat":
            return _top_box(scale)
        case "ces":
            return _effort(scale)
        case _:
            return SERVQUAL


def _net_promoters(scale: Scale) -> Measure[Counts]:
    def estimate(counts: Counts) -> Estimate:
        promoters, detractors = _within(counts, scale.good), _within(counts, scale.unhappy)
        return net_share(promoters, detractors, _counted(counts)).scaled(100)

    def interval(_counts: Counts, found: Estimate) -> Interval:
        low, high = found.interval
        return max(-100.0, low), min(100.0, high)

    def details(counts: Counts) -> dict[str, Any]:
        n = _counted(counts)
        promoters, detractors = _within(counts, scale.good), _within(counts, scale.unhappy)
        passives = n - promoters - detractors
        bands = {"promoters": promoters, "passives": passives, "detractors": detractors}
        shares = {f"{name}_percent": percent(k / n) if n else None for name, k in bands.items()}
        return {**bands, **shares, **_label(counts), **_distribution(counts, scale)}

    def _label(counts: Counts) -> dict[str, Any]:
        """None below `ENOUGH` answers; confirmed where the whole interval is in the band."""
        if _counted(counts) < ENOUGH:
            return {"label": None, "label_confirmed": False}
        found = estimate(counts)
        low, _ = found.interval
        if found.value >= OUTSTANDING:
            return {"label": OUTSTANDING_LABEL, "label_confirmed": low >= OUTSTANDING}
        if found.value >= EXCELLENT:
            return {"label": EXCELLENT_LABEL, "label_confirmed": low >= EXCELLENT}
        return {"label": None, "label_confirmed": False}

    return Measure(_counted, _merged, estimate, interval, details)


def _top_box(scale: Scale) -> Measure[Counts]:
    """The response names its rule, because other definitions are in use."""

    def estimate(counts: Counts) -> Estimate:
        return share(_within(counts, scale.good), _counted(counts)).scaled(100)

    def interval(counts: Counts, _found: Estimate) -> Interval:
        low, high = wilson(_within(counts, scale.good), _counted(counts))
        return 100 * low, 100 * high

    def details(counts: Counts) -> dict[str, Any]:
        mean = _mean(counts)
        return {
            "rule": TOP_2_BOX,
            "satisfied": _within(counts, scale.good),
            "dissatisfied": _within(counts, scale.unhappy),
            "mean": mean["value"],
            "mean_ci95": mean["ci95"],
            **_distribution(counts, scale),
        }

    return Measure(_counted, _merged, estimate, interval, details)


def _effort(scale: Scale) -> Measure[Counts]:
    def details(counts: Counts) -> dict[str, Any]:
        n, easy = _counted(counts), _within(counts, scale.good)
        bounds = wilson(easy, n) if n else None
        return {
            "direction": scale.direction,
            "low_effort": easy,
            "low_effort_percent": percent(easy / n) if n else None,
            "low_effort_ci95": [percent(each) for each in bounds] if bounds else None,
            **_distribution(counts, scale),
        }

    def interval(_counts: Counts, found: Estimate) -> Interval:
        low, high = found.interval
        return max(float(scale.low), low), min(float(scale.high), high)

    return Measure(_counted, _merged, mean_of_counts, interval, details)


def _mean(counts: Counts) -> dict[str, Any]:
    if not counts:
        return {"value": None, "ci95": None}
    found = mean_of_counts(counts)
    return {"value": round(found.value, 2), "ci95": rounded(found.interval)}


def _gaps(answers: Sequence[Questionnaire]) -> dict[str, Any]:
    if not answers:
        return {"dimensions": [], "unweighted": None, "distribution": {}}
    dimensions = [
        {
            "dimension": each.dimension,
            "items": DIMENSIONS[each.dimension],
            "expected": round(each.expected, 2),
            "perceived": round(each.perceived, 2),
            "gap": round(each.gap.value, 2),
            "ci95": rounded(each.gap.interval),
            "weight": round(each.weight, 2),
        }
        for each in dimensions_of(answers)
    ]
    unweighted = round(unweighted_score(answers).value, 2)
    return {"dimensions": dimensions, "unweighted": unweighted, "distribution": {}}


SERVQUAL: Measure[Sequence[Questionnaire]] = Measure(
    len,
    lambda parts: [answer for part in parts for answer in part],
    weighted_score,
    lambda _answers, found: found.interval,
    _gaps,
)
