"""Estimates from samples, with their variances (docs/domain.md §5.4).

NPS and its variance are those of Reichheld's score as a difference of two multinomial shares: with
p promoters and d detractors Var = (p + d - (p - d)²)/n (Goodman, "On Simultaneous Confidence
Intervals for Multinomial Proportions", Technometrics 7(2), 1965; Rocks, "Interval Estimation for
the Net Promoter Score", The American Statistician 70(4), 2016). The stratified mean is Cochran,
"Sampling Techniques", 3rd ed. 1977, §5.3.
"""

from collections.abc import Mapping, Sequence
from math import erfc, sqrt

from app.domain.statistics.intervals import Z95
from app.events.base import Value


class Estimate(Value, frozen=True):
    """`variance` is that of the estimate, not of one answer; `n` is the sample size."""

    value: float
    variance: float
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        spread = Z95 * sqrt(self.variance)
        return self.value - spread, self.value + spread

    def scaled(self, factor: float) -> "Estimate":
        return Estimate(self.value * factor, self.variance * factor * factor, self.n)


def net_share(promoters: int, detractors: int, n: int) -> Estimate:
    """The share of promoters minus that of detractors; `n` > 0."""
    p, d = promoters / n, detractors / n
    return Estimate(p - d, max(0.0, p + d - (p - d) ** 2) / n, n)


def share(successes: int, n: int) -> Estimate:
    """`n` > 0. For the interval of a single share use `wilson`."""
    p = successes / n
    return Estimate(p, p * (1 - p) / n, n)


def mean_of(values: Sequence[float]) -> Estimate:
    """With the sample variance; 0 for a single value."""
    n = len(values)
    mean = sum(values) / n
    squares = sum((value - mean) ** 2 for value in values)
    return Estimate(mean, squares / (n - 1) / n if n > 1 else 0.0, n)


def mean_of_counts(counts: Mapping[int, int]) -> Estimate:
    """The same for scores, given how often each occurred."""
    n = sum(counts.values())
    mean = sum(score * times for score, times in counts.items()) / n
    squares = sum(times * (score - mean) ** 2 for score, times in counts.items())
    return Estimate(mean, squares / (n - 1) / n if n > 1 else 0.0, n)


def stratified(strata: Sequence[tuple[Estimate, int]]) -> Estimate:
    """Weighs each stratum by the size of its base, however many of it answered."""
    whole = sum(base for _, base in strata)
    weights = [base / whole for _, base in strata]
    estimates = [estimate for estimate, _ in strata]
    return Estimate(
        sum(w * each.value for w, each in zip(weights, estimates, strict=True)),
        sum(w * w * each.variance for w, each in zip(weights, estimates, strict=True)),
        sum(each.n for each in estimates),
    )


def z_between(earlier: Estimate, later: Estimate) -> float | None:
    """z = (N₂ - N₁)/√(V₁ + V₂); None if neither varies."""
    variance = earlier.variance + later.variance
    return (later.value - earlier.value) / sqrt(variance) if variance > 0 else None


def two_sided_p(z: float) -> float:
    """The probability of a difference at least this large by chance."""
    return erfc(abs(z) / sqrt(2))
