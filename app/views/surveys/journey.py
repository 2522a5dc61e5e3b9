"""Renders experience by touchpoint, and frequent words of complaints."""

from collections.abc import Sequence
from typing import Any

from app.domain.statistics.estimates import mean_of_counts
from app.domain.statistics.intervals import ENOUGH
from app.domain.survey.experience import DELIGHT, PAIN, TOUCHPOINTS
from app.projections.touchpoints import TouchpointScores
from app.views.figures import percent


def render_journey(touchpoints: Sequence[TouchpointScores]) -> dict[str, Any]:
    """In the order of the journey."""
    order = list(TOUCHPOINTS)
    in_order = sorted(touchpoints, key=lambda each: order.index(each.touchpoint))
    return {"items": [_touchpoint(each.touchpoint, each.scores) for each in in_order]}


def _touchpoint(name: str, scores: dict[int, int]) -> dict[str, Any]:
    touchpoint = TOUCHPOINTS[name]
    estimate = mean_of_counts(scores)
    low, high = estimate.interval
    return {
        "touchpoint": name,
        "label": touchpoint.label,
        "moment_of_truth": touchpoint.moment_of_truth,
        "n": estimate.n,
        "value": round(estimate.value, 2),
        "ci95": [round(max(1.0, low), 2), round(min(10.0, high), 2)],
        "sufficient": estimate.n >= ENOUGH,
        "pains": sum(n for score, n in scores.items() if score <= PAIN),
        "delights": sum(n for score, n in scores.items() if score >= DELIGHT),
    }


def render_keywords(complaints: int, words: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """`words` come with the number of complaints that use them."""
    items = [{"word": word, "n": n, "percent": percent(n / complaints)} for word, n in words]
    return {"n": complaints, "items": items}
