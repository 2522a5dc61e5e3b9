"""What answers come to: the figures of one wave or one interval, with what they rest on
(docs/domain.md §5.4). Nothing is read here."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.domain.statistics.estimates import (
    Estimate,
    mean_of_counts,
    net_share,
    share,
    stratified,
    two_sided_p,
    z_between,
)
from app.domain.statistics.intervals import ENOUGH, wilson
from app.domain.statistics.scales import MODES, Scale
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
FEWEST_SHOWN = 5  # docs/domain.md §5.4: with fewer, who was rated could tell who said what
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Measure(Generic[Data]):
    """How answers of one kind are counted, put together, and summed up."""

    count: Callable[[Data], int]
    together: Callable[[Sequence[Data]], Data]
    estimate: Callable[[Data], Estimate]
    interval: Callable[[Data, Estimate], Interval]
    parts: Callable[[Data], dict[str, Any]]

    def raw(self, data: Data) -> dict[str, Any]:
        if not self.count(data):
            return {"value": None, "ci95": None}
        estimate = self.estimate(data)
        return {
            "value": round(estimate.value, 2),
            "ci95": _rounded(self.interval(data, estimate)),
        }


@dataclass(frozen=True, slots=True)
class Answered(Generic[Data]):
    """The answers that are counted, by the channel through which they came."""

    measure: Measure[Data]
    by_channel: Mapping[str, Data]

    @property
    def whole(self) -> Data:
        return self.measure.together(list(self.by_channel.values()))

    @property
    def n(self) -> int:
        return self.measure.count(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What was sent, where that is known: `by_channel` what was issued less what came back."""

    issued: int | None = None
    bounced: int | None = None
    completed: int | None = None
    by_channel: Mapping[str, tuple[int, int]]

    @property
    def delivered(self) -> int | None:
        if self.issued is None or self.bounced is None:
            return None
        return max(0, self.issued - self.bounced)

    @property
    def rate(self) -> float | None:
        """Completed ÷ delivered: what came back reached nobody who could have answered."""
        if not self.delivered or self.completed is None:
            return None
        return percent(self.completed / self.delivered)


RESPONSE_GATE = 30.0  # docs/domain.md §5.4, per cent of a wave


def figures(
    answered: Answered[Any],
    response: Response,
    base: Mapping[str, int] | None,
    *,
    withheld: bool = False,
) -> dict[str, Any]:
    """Everything that all kinds have, and what only this kind has."""
    measure, whole = answered.measure, answered.whole
    if withheld:
        whole = measure.together([])
    raw = measure.raw(whole)
    rate = response.rate
    return {
        "n": answered.n,
        **raw,
        "sufficient": answered.n >= ENOUGH,
        "withheld": withheld,
        "issued": response.issued,
        "bounced": response.bounced,
        "delivered": response.delivered,
        "completed": response.completed,
        "response_rate": rate,
        "response_gate": RESPONSE_GATE,
        "representative": None if rate is None else rate >= RESPONSE_GATE,
        "by_channel": [] if withheld else _by_channel(answered, response),
        "raw": raw,
        "weighted": None if withheld else _weighted(answered, base),
        **measure.parts(whole),
    }


def _by_channel(answered: Answered[Any], response: Response) -> list[dict[str, Any]]:
    shown = []
    for channel in sorted({*answered.by_channel, *response.by_channel}):
        data = answered.by_channel.get(channel, answered.measure.together([]))
        n = answered.measure.count(data)
        issued, bounced = response.by_channel.get(channel, (None, 0))
        delivered = None if issued is None else issued - bounced
        shown.append(
            {
                "channel": channel,
                "mode": MODES[channel],
                "n": n,
                **answered.measure.raw(data),
                "issued": issued,
                "response_rate": percent(n / delivered) if delivered else None,
            }
        )
    return shown


def _weighted(answered: Answered[Any], base: Mapping[str, int] | None) -> dict[str, Any] | None:
    """By how many households there are online and offline. None where one of them said nothing: a
    guess for them would be no measurement."""
    if base is None:
        return None
    measure = answered.measure
    strata = []
    for mode, households in base.items():
        data = measure.together(
            [each for channel, each in answered.by_channel.items() if MODES[channel] == mode]
        )
        if households and not measure.count(data):
            return None
        if households:
            strata.append((measure.estimate(data), households))
    estimate = stratified(strata)
    return {"value": round(estimate.value, 2), "ci95": _rounded(estimate.interval)}


def comparison(campaign_id: str, earlier: Answered[Any], later: Answered[Any]) -> dict[str, Any]:
    """`later` less `earlier`, and whether chance alone would do."""
    measure = earlier.measure
    shown = {"campaign_id": campaign_id, "n": earlier.n, **measure.raw(earlier.whole)}
    if not earlier.n or not later.n:
        return {**shown, "difference": None, "z": None, "p_value": None, "significant": None}
    first, second = measure.estimate(earlier.whole), measure.estimate(later.whole)
    z = z_between(first, second)
    p_value = None if z is None else two_sided_p(z)
    return {
        **shown,
        "difference": round(second.value - first.value, 2),
        "z": None if z is None else round(z, 4),
        "p_value": None if p_value is None else round(p_value, 6),
        "significant": None if p_value is None else p_value < SIGNIFICANT,
    }


def _rounded(interval: Interval) -> list[float]:
    return [round(bound, 2) for bound in interval]


def _counted(counts: Counts) -> int:
    return sum(counts.values())


def _added(several: Sequence[Counts]) -> Counts:
    whole: Counter[int] = Counter()
    for counts in several:
        whole.update(counts)
    return whole


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

    def parts(counts: Counts) -> dict[str, Any]:
        n = _counted(counts)
        promoters, detractors = _within(counts, scale.good), _within(counts, scale.unhappy)
        passives = n - promoters - detractors
        said = {"promoters": promoters, "passives": passives, "detractors": detractors}
        shares = {f"{name}_percent": percent(k / n) if n else None for name, k in said.items()}
        return {**said, **shares, **_label(counts), **_distribution(counts, scale)}

    def _label(counts: Counts) -> dict[str, Any]:
        """No word for a few answers; and one that the interval does not bear out is not sure."""
        if _counted(counts) < ENOUGH:
            return {"label": None, "label_confirmed": False}
        found = estimate(counts)
        low, _ = found.interval
        if found.value >= OUTSTANDING:
            return {"label": "卓越", "label_confirmed": low >= OUTSTANDING}
        if found.value >= EXCELLENT:
            return {"label": "优秀", "label_confirmed": low >= EXCELLENT}
        return {"label": None, "label_confirmed": False}

    return Measure(_counted, _added, estimate, interval, parts)


def _top_box(scale: Scale) -> Measure[Counts]:
    """The seeds do not say how they came to their per cent, so the rule is named."""

    def estimate(counts: Counts) -> Estimate:
        return share(_within(counts, scale.good), _counted(counts)).scaled(100)

    def interval(counts: Counts, _found: Estimate) -> Interval:
        low, high = wilson(_within(counts, scale.good), _counted(counts))
        return 100 * low, 100 * high

    def parts(counts: Counts) -> dict[str, Any]:
        mean = _mean(counts)
        return {
            "rule": "top_2_box",
            "satisfied": _within(counts, scale.good),
            "dissatisfied": _within(counts, scale.unhappy),
            "mean": mean["value"],
            "mean_ci95": mean["ci95"],
            **_distribution(counts, scale),
        }

    return Measure(_counted, _added, estimate, interval, parts)


def _effort(scale: Scale) -> Measure[Counts]:
    def parts(counts: Counts) -> dict[str, Any]:
        n, easy = _counted(counts), _within(counts, scale.good)
        bounds = wilson(easy, n) if n else None
        return {
            "direction": "lower_is_better" if scale.low_is_good else "higher_is_better",
            "low_effort": easy,
            "low_effort_percent": percent(easy / n) if n else None,
            "low_effort_ci95": [percent(each) for each in bounds] if bounds else None,
            **_distribution(counts, scale),
        }

    def interval(_counts: Counts, found: Estimate) -> Interval:
        low, high = found.interval
        return max(float(scale.low), low), min(float(scale.high), high)

    return Measure(_counted, _added, mean_of_counts, interval, parts)


def _mean(counts: Counts) -> dict[str, Any]:
    if not counts:
        return {"value": None, "ci95": None}
    found = mean_of_counts(counts)
    return {"value": round(found.value, 2), "ci95": _rounded(found.interval)}


def _gaps(several: Sequence[Questionnaire]) -> dict[str, Any]:
    if not several:
        return {"dimensions": [], "unweighted": None, "distribution": {}}
    shown = [
        {
            "dimension": each.dimension,
            "items": DIMENSIONS[each.dimension],
            "expected": round(each.expected, 2),
            "perceived": round(each.perceived, 2),
            "gap": round(each.gap.value, 2),
            "ci95": _rounded(each.gap.interval),
            "weight": round(each.weight, 2),
        }
        for each in dimensions_of(several)
    ]
    unweighted = round(unweighted_score(several).value, 2)
    return {"dimensions": shown, "unweighted": unweighted, "distribution": {}}


SERVQUAL: Measure[Sequence[Questionnaire]] = Measure(
    len,
    lambda several: [one for each in several for one in each],
    weighted_score,
    lambda _answers, found: found.interval,
    _gaps,
)
