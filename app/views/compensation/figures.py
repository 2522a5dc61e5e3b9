"""Renders the cost of compensation and the waiting times of approvals."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.statistics.cost_rate import cost_of_a_ticket
from app.domain.statistics.intervals import ENOUGH
from app.domain.statistics.medians import median_ranks
from app.projections.approval_figures import Outcomes, PendingByRole
from app.projections.ledger_figures import Cost, CostGrouping
from app.views.compensation.ledger import CURRENCY

MICROSECOND, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
OVER_ALL_TICKETS = ("rule", "benefit", "decided_by")  # these do not partition tickets
NOTHING = Cost(
    group=None,
    grants=0,
    granted_fen=0,
    voided_fen=0,
    reversed_fen=0,
    fulfilled_fen=0,
    no_fault_fen=0,
    tickets=0,
    net_squares=0,
)


def render_costs(
    total: Cost,
    tickets: int,
    group_by: CostGrouping | None,
    groups: Sequence[Cost],
    tickets_of: Mapping[str | None, int],
) -> dict[str, Any]:
    """`tickets` is the number reported in the period, `tickets_of` that of each group."""
    rendered = [
        {
            "key": one.group,
            **render_cost(
                one, tickets if group_by in OVER_ALL_TICKETS else tickets_of.get(one.group, 0)
            ),
        }
        for one in groups
    ]
    return {
        **render_cost(total, tickets),
        "currency": CURRENCY,
        "group_by": group_by,
        "groups": rendered if group_by else None,
    }


def render_cost(cost: Cost, tickets: int) -> dict[str, Any]:
    """Fen per ticket equal yuan per hundred tickets. Grants may belong to tickets reported before
    the period, so `n` is at least the number of tickets with a grant."""
    n = max(tickets, cost.tickets)
    value, ci95 = None, None
    if n:
        estimate = cost_of_a_ticket(cost.net_fen, cost.net_squares, n)
        low, high = estimate.interval
        value, ci95 = round(estimate.value, 2), [round(max(0.0, low), 2), round(high, 2)]
    return {
        "n": n,
        "value": value,
        "ci95": ci95,
        "sufficient": n >= ENOUGH,
        "grants": cost.grants,
        "granted_fen": cost.granted_fen,
        "voided_fen": cost.voided_fen,
        "reversed_fen": cost.reversed_fen,
        "fulfilled_fen": cost.fulfilled_fen,
        "net_fen": cost.net_fen,
        "no_fault_fen": cost.no_fault_fen,
    }


def wait_shares(n: int) -> tuple[float, ...]:
    """The percentiles of `n` waits that `render_approvals` needs: median, its bounds, p90. A rank k
    is (k - 0.5) / n, because a discrete percentile is the first value at or above its share."""
    low, high = median_ranks(n)
    return 0.5, (low - 0.5) / n, (high - 0.5) / n, 0.9


def render_approvals(
    ended: Outcomes, waits: Sequence[timedelta], open_requests: Sequence[PendingByRole]
) -> dict[str, Any]:
    """`waits` are the percentiles of `wait_shares`; empty where nothing was decided."""
    longest = max((one.longest for one in open_requests), default=None)
    return {
        "n": ended.decided,
        **_times([each / MINUTE for each in waits]),
        "sufficient": ended.decided >= ENOUGH,
        "approved": ended.approved,
        "rejected": ended.rejected,
        "expired": ended.expired,
        "voided": ended.voided,
        "escalated": ended.escalated,
        "waiting": sum(one.n for one in open_requests),
        "longest_waiting": None if longest is None else _iso(longest),
        "waiting_for": [_waiting(one) for one in open_requests],
    }


def _times(minutes: Sequence[float]) -> dict[str, Any]:
    if not minutes:
        return {"value": None, "ci95": None, "p90": None}
    median, low, high, p90 = (round(each, 2) for each in minutes)
    return {"value": median, "ci95": [low, high], "p90": p90}


def _waiting(one: PendingByRole) -> dict[str, Any]:
    return {
        "role": one.role,
        "n": one.n,
        "amount_fen": one.amount_fen,
        "longest": _iso(one.longest),
    }


def _iso(length: timedelta) -> str:
    return iso_of_us(max(0, length // MICROSECOND))
