"""How sure a median is, without any belief about how the values spread."""

from math import ceil, floor, sqrt

from app.domain.statistics.intervals import Z95


def median_ranks(n: int) -> tuple[int, int]:
    """The ranks, from 1, of the values between which the median lies with 95 %: the order
    statistics n/2 ± 1.96·√n/2 (Conover, "Practical Nonparametric Statistics", 3rd ed. 1999,
    §3.2). Of few values it is all of them."""
    spread = Z95 * sqrt(n) / 2
    return max(1, floor(n / 2 - spread)), min(n, ceil(1 + n / 2 + spread))
