"""Renders rates: percentages with sample size and interval."""

from typing import Any

from app.domain.statistics.intervals import ENOUGH, wilson


def rate(successes: int, n: int) -> dict[str, Any]:
    """`value` and `ci95` are null where `n` is 0."""
    low, high = wilson(successes, n) if n else (0.0, 0.0)
    return {
        "n": n,
        "value": percent(successes / n) if n else None,
        "ci95": [percent(low), percent(high)] if n else None,
        "sufficient": n >= ENOUGH,
    }


def percent(share: float) -> float:
    return round(100 * share, 2)
