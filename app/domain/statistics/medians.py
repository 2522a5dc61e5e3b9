"""The interval of a median, whatever the distribution."""

from math import ceil, floor, sqrt

from app.domain.statistics.intervals import Z95


def median_ranks(n: int) -> tuple[int, int]:
    """The ranks, from 1, of the values that bound the median's 95 % interval: the order statistics
    n/2 ± 1.96·√n/2 (Conover, "Practical Nonparametric Statistics", 3rd ed. 1999, §3.2). Of few
    values, the first and the last."""
    spread = Z95 * sqrt(n) / 2
    return max(1, floor(n / 2 - spread)), min(n, ceil(1 + n / 2 + spread))
