"""Renders the on-time rate."""

from collections.abc import Sequence
from typing import Any

from app.projections.sla_figures import OnTime
from app.views.figures import rate


def render_on_time(counts: Sequence[OnTime], group_by: str | None) -> dict[str, Any]:
    """Over all counts, and per group if `group_by` is set."""
    groups = None if group_by is None else [{"key": one.group, **_figures([one])} for one in counts]
    return {**_figures(counts), "group_by": group_by, "groups": groups}


def _figures(counts: Sequence[OnTime]) -> dict[str, Any]:
    on_time, late = sum(one.on_time for one in counts), sum(one.late for one in counts)
    waived = sum(one.waived for one in counts)
    return {
        **rate(on_time, on_time + late),
        "raw_value": rate(on_time, on_time + late + waived)["value"],
        "on_time": on_time,
        "late": late,
        "cancelled": sum(one.cancelled for one in counts),
        "waived": waived,
        "running": sum(one.running for one in counts),
    }
