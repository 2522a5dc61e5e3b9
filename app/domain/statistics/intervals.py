"""The Wilson interval of a share (docs/domain.md §5.1, §5.4)."""

from math import sqrt

Z95 = 1.96
ENOUGH = 30  # docs/domain.md §5.4 (cfg): fewer are inconclusive


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share, as fractions; `n` > 0."""
    share, z2 = successes / n, Z95 * Z95
    middle = share + z2 / (2 * n)
    spread = Z95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    whole = 1 + z2 / n
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)
