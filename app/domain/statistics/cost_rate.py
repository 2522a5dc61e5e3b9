"""Mean compensation cost per ticket, with its variance (docs/domain.md §5.4)."""

from app.domain.statistics.estimates import Estimate


def cost_of_a_ticket(total_fen: int, squares: int, n: int) -> Estimate:
    """The mean over `n` > 0 tickets, most of which cost nothing; `squares` is the sum of the
    squared costs. Integer arithmetic up to the last step, because sums of fen are large."""
    if n == 1:
        return Estimate(float(total_fen), 0.0, 1)
    spread = squares * n - total_fen * total_fen  # n² times the variance
    return Estimate(total_fen / n, max(0, spread) / (n * (n - 1)) / n, n)
