"""Renders the rate of kept promises."""

from collections.abc import Sequence
from typing import Any

from app.projections.promise_figures import KeptPromises, PromiseGrouping
from app.views.figures import rate


def render_kept_promises(
    counts: Sequence[KeptPromises], group_by: PromiseGrouping | None
) -> dict[str, Any]:
    """Over all counts, and per group if `group_by` is set."""
    groups = [{"key": one.group, **_figures([one])} for one in counts] if group_by else None
    return {**_figures(counts), "group_by": group_by, "groups": groups}


def _figures(counts: Sequence[KeptPromises]) -> dict[str, Any]:
    kept, broken = sum(one.kept for one in counts), sum(one.broken for one in counts)
    return {
        **rate(kept, kept + broken),
        "kept": kept,
        "broken": broken,
        "withdrawn": sum(one.withdrawn for one in counts),
        "running": sum(one.running for one in counts),
        "owed_fen": sum(one.owed_fen for one in counts),
    }
