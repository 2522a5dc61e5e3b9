"""Renders the figures of a campaign or an interval, with sample sizes and response rates
(docs/domain.md §5.4). Reads nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from app.domain.statistics.estimates import stratified, two_sided_p, z_between
from app.domain.statistics.intervals import ENOUGH
from app.domain.statistics.scales import MODES
from app.views.figures import percent
from app.views.surveys.measures import Data, Measure, rounded

SIGNIFICANT = 0.05
RESPONSE_GATE = 30.0  # docs/domain.md §5.4, per cent of a campaign


@dataclass(frozen=True, slots=True)
class AnswerSet(Generic[Data]):
    """The counted answers, by channel."""

    measure: Measure[Data]
    by_channel: Mapping[str, Data]

    @property
    def whole(self) -> Data:
        return self.measure.merge(list(self.by_channel.values()))

    @property
    def n(self) -> int:
        return self.measure.count(self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCounts:
    """Surveys sent, where known; `by_channel` has (issued, bounced)."""

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
        """Completed ÷ delivered, in per cent."""
        if not self.delivered or self.completed is None:
            return None
        return percent(self.completed / self.delivered)


def render_figures(
    answers: AnswerSet[Any],
    response: ResponseCounts,
    base: Mapping[str, int] | None,
    *,
    withheld: bool = False,
) -> dict[str, Any]:
    """`base` has the number of households by mode, to weight by; `withheld` leaves only the counts
    of surveys sent and answered."""
    measure, whole = answers.measure, answers.whole
    if withheld:
        whole = measure.merge([])
    raw = measure.summary(whole)
    rate = response.rate
    return {
        "n": answers.n,
        **raw,
        "sufficient": answers.n >= ENOUGH,
        "withheld": withheld,
        "issued": response.issued,
        "bounced": response.bounced,
        "delivered": response.delivered,
        "completed": response.completed,
        "response_rate": rate,
        "response_gate": RESPONSE_GATE,
        "representative": None if rate is None else rate >= RESPONSE_GATE,
        "by_channel": [] if withheld else _by_channel(answers, response),
        "raw": raw,
        "weighted": None if withheld else _weighted(answers, base),
        **measure.details(whole),
    }


def _by_channel(answers: AnswerSet[Any], response: ResponseCounts) -> list[dict[str, Any]]:
    rendered = []
    for channel in sorted({*answers.by_channel, *response.by_channel}):
        data = answers.by_channel.get(channel, answers.measure.merge([]))
        n = answers.measure.count(data)
        issued, bounced = response.by_channel.get(channel, (None, 0))
        delivered = None if issued is None else issued - bounced
        rendered.append(
            {
                "channel": channel,
                "mode": MODES[channel],
                "n": n,
                **answers.measure.summary(data),
                "issued": issued,
                "response_rate": percent(n / delivered) if delivered else None,
            }
        )
    return rendered


def _weighted(answers: AnswerSet[Any], base: Mapping[str, int] | None) -> dict[str, Any] | None:
    """Weighted by the number of households online and offline. None where one of them has no
    answers to estimate from."""
    if base is None:
        return None
    measure = answers.measure
    strata = []
    for mode, households in base.items():
        data = measure.merge(
            [each for channel, each in answers.by_channel.items() if MODES[channel] == mode]
        )
        if households and not measure.count(data):
            return None
        if households:
            strata.append((measure.estimate(data), households))
    estimate = stratified(strata)
    return {"value": round(estimate.value, 2), "ci95": rounded(estimate.interval)}


def render_comparison(
    campaign_id: str, earlier: AnswerSet[Any], later: AnswerSet[Any]
) -> dict[str, Any]:
    """`later` minus `earlier`, with a z-test; `campaign_id` is the earlier campaign."""
    measure = earlier.measure
    rendered = {"campaign_id": campaign_id, "n": earlier.n, **measure.summary(earlier.whole)}
    if not earlier.n or not later.n:
        return {**rendered, "difference": None, "z": None, "p_value": None, "significant": None}
    first, second = measure.estimate(earlier.whole), measure.estimate(later.whole)
    z = z_between(first, second)
    p_value = None if z is None else two_sided_p(z)
    return {
        **rendered,
        "difference": round(second.value - first.value, 2),
        "z": None if z is None else round(z, 4),
        "p_value": None if p_value is None else round(p_value, 6),
        "significant": None if p_value is None else p_value < SIGNIFICANT,
    }
