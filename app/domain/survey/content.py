"""Checks the content of an answer: an integer score on its scale, or the 22 pairs of SERVQUAL."""

from collections.abc import Sequence

from app.domain.checks import distinct_texts, optional_text, within
from app.domain.errors import Unacceptable
from app.domain.statistics.scales import Scale
from app.domain.statistics.servqual import DIMENSIONS, ITEMS, POINTS
from app.events.base import Value
from app.events.survey import DimensionWeights, SurveyItem

MOST_TAGS, LONGEST_TAG = 10, 32
LONGEST_TEXT = 1000


class Content(Value, frozen=True, kw_only=True):
    """What was answered, without who answered. Equal contents are the same answer."""

    score: int | None = None
    items: tuple[SurveyItem, ...] = ()
    weights: DimensionWeights | None = None
    tags: tuple[str, ...] = ()
    text: str | None = None


def checked(content: Content, scale: Scale) -> Content:
    """Raises `Unacceptable` for what does not fit the scale."""
    if scale.kind == "servqual":
        _check_pairs(content, scale)
    else:
        if content.items or content.weights is not None:
            raise Unacceptable("pairs_belong_to_servqual", pointer="/items")
        if content.score is None:
            raise Unacceptable("required", pointer="/score")
        within(content.score, scale.low, scale.high, "/score")
    return Content(
        score=content.score,
        items=content.items,
        weights=content.weights,
        tags=distinct_texts(content.tags, "/tags", most=MOST_TAGS, longest=LONGEST_TAG),
        text=optional_text(content.text, "/text", LONGEST_TEXT),
    )


def _check_pairs(content: Content, scale: Scale) -> None:
    """All 22 pairs are required: a mean over a self-chosen part is meaningless."""
    if content.score is not None:
        raise Unacceptable("servqual_has_no_score", pointer="/score")
    if [item.number for item in content.items] != list(range(1, ITEMS + 1)):
        raise Unacceptable("servqual_needs_every_pair", pointer="/items", items=ITEMS)
    for n, item in enumerate(content.items):
        within(item.expected, scale.low, scale.high, f"/items/{n}/expected")
        within(item.perceived, scale.low, scale.high, f"/items/{n}/perceived")
    if content.weights is not None:
        points = points_of(content.weights)
        for name, each in zip(DIMENSIONS, points, strict=True):
            within(each, 0, POINTS, f"/weights/{name}")
        if sum(points) != POINTS:
            raise Unacceptable("points_are_not_a_hundred", pointer="/weights", sum=sum(points))


def points_of(weights: DimensionWeights) -> Sequence[int]:
    """In the order of the dimensions."""
    return [getattr(weights, name) for name in DIMENSIONS]


def is_dissatisfied(content: Content, scale: Scale) -> bool:
    """Whether somebody has to call back (docs/domain.md §5.4)."""
    return content.score is not None and content.score in scale.unhappy
