"""SERVQUAL: 22 pairs of expectation and perception in five dimensions (docs/domain.md §5.4).

The items and their order are those of Parasuraman, Zeithaml, Berry: "SERVQUAL: A Multiple-Item
Scale", Journal of Retailing 64(1), 1988; the hundred points that weigh the dimensions those of
their "Refinement and Reassessment", Journal of Retailing 67(4), 1991.
"""

from collections.abc import Sequence

from app.domain.statistics.estimates import Estimate, mean_of
from app.events.base import Value

DIMENSIONS: dict[str, int] = {
    "tangibles": 4,
    "reliability": 5,
    "responsiveness": 4,
    "assurance": 4,
    "empathy": 5,
}
ITEMS = sum(DIMENSIONS.values())
POINTS = 100
EVEN = (POINTS // len(DIMENSIONS),) * len(DIMENSIONS)


class Questionnaire(Value, frozen=True, kw_only=True):
    """One person's 22 pairs, and how that person distributed the points, if asked."""

    expected: Sequence[int]
    perceived: Sequence[int]
    weights: Sequence[int] | None = None


class DimensionFigures(Value, frozen=True, kw_only=True):
    """Means over all answers; a negative gap is below expectation."""

    dimension: str
    expected: float
    perceived: float
    gap: Estimate
    weight: float


def gaps_of(one: Questionnaire) -> list[float]:
    """The mean of P - E by dimension."""
    return [
        sum(one.perceived[n] - one.expected[n] for n in items) / len(items) for items in _items()
    ]


def weighted_gap(one: Questionnaire) -> float:
    """The gaps weighted by the person's points, or evenly without points."""
    weights = one.weights or EVEN
    return sum(w * gap for w, gap in zip(weights, gaps_of(one), strict=True)) / POINTS


def weighted_score(answers: Sequence[Questionnaire]) -> Estimate:
    """The mean of the persons' weighted gaps."""
    return mean_of([weighted_gap(one) for one in answers])


def unweighted_score(answers: Sequence[Questionnaire]) -> Estimate:
    """The mean of the persons' gaps, all dimensions weighing the same."""
    return mean_of([sum(gaps_of(one)) / len(DIMENSIONS) for one in answers])


def dimensions_of(answers: Sequence[Questionnaire]) -> list[DimensionFigures]:
    """The figures of each dimension; `answers` must not be empty."""
    gaps = [gaps_of(one) for one in answers]
    return [
        DimensionFigures(
            dimension=name,
            expected=_mean_of_items([one.expected for one in answers], items),
            perceived=_mean_of_items([one.perceived for one in answers], items),
            gap=mean_of([each[n] for each in gaps]),
            weight=sum((one.weights or EVEN)[n] for one in answers) / len(answers),
        )
        for n, (name, items) in enumerate(zip(DIMENSIONS, _items(), strict=True))
    ]


def _mean_of_items(answers: Sequence[Sequence[int]], items: range) -> float:
    return sum(answer[n] for answer in answers for n in items) / (len(answers) * len(items))


def _items() -> list[range]:
    """The item indexes of each dimension."""
    ranges, start = [], 0
    for count in DIMENSIONS.values():
        ranges.append(range(start, start + count))
        start += count
    return ranges
