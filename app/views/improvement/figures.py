"""Renders first-time fix figures (docs/domain.md §5.1)."""

from collections.abc import Sequence
from typing import Any

from app.projections.first_time_fixes import Count
from app.views.figures import rate
from app.views.improvement.shape import Causes


def render_first_time_fix(counts: Sequence[Count], group_by: str | None) -> dict[str, Any]:
    """Over all counts, and per group if `group_by` is set."""
    groups = None
    if group_by is not None:
        keys = dict.fromkeys(one.group for one in counts)
        groups = [
            {"key": key, **_figures([one for one in counts if one.group == key])} for key in keys
        ]
    return {**_figures(counts), "group_by": group_by, "groups": groups}


def _figures(counts: Sequence[Count]) -> dict[str, Any]:
    over = [one for one in counts if one.is_over]
    pending = [one for one in counts if not one.is_over]
    confirmed = sum(one.count for one in over if one.cause is None)
    refuted = sum(one.count for one in over if one.cause is not None)
    return {
        **rate(confirmed, confirmed + refuted),
        "confirmed": confirmed,
        "refuted": refuted,
        "causes": {
            cause: sum(one.count for one in over if one.cause == cause)
            for cause in Causes.model_fields
        },
        "pending": sum(one.count for one in pending),
        "pending_refuted": sum(one.count for one in pending if one.cause is not None),
    }
