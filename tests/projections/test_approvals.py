"""What waited for approval, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.statistics.medians import median_ranks
from app.events.compensation import (
    CompensationApprovalEscalated,
    CompensationApprovalRequested,
    CompensationApproved,
    CompensationExpired,
    CompensationProposed,
    CompensationRejected,
    CompensationVoided,
    DecisionAuthority,
)
from app.projections.approval_figures import (
    Outcomes,
    PendingByRole,
    Requests,
    count_outcomes,
    count_pending,
    wait_quantiles,
)
from tests.projections.telling import MORNING, Teller

HOUR = timedelta(hours=1)
AUTHORITY = DecisionAuthority(
    role="manager", limit_fen=500_000, exposure_fen=60_000, matrix_version=1
)
APPROVED = CompensationApproved(by="u-ma", authority=AUTHORITY)
REJECTED = CompensationRejected(because="decided", by="u-ma", reason="重复")


def proposed(one: str, community: str = "jinxiu") -> CompensationProposed:
    return CompensationProposed(
        compensation_id=one,
        ticket_id="t-1",
        household_id="h-3-1201",
        community=community,
        benefit="gift",
        amount_fen=60_000,
        currency="CNY",
        nominal=True,
        reason="全屋保洁",
        cause="manual",
        month="2024-03",
        idempotency_key=f"manual:{one}",
        proposed_by="u-lin",
        proposed_role="csr",
    )


def requested() -> CompensationApprovalRequested:
    return CompensationApprovalRequested(
        because="over_authority",
        amount_fen=60_000,
        approver_roles=("supervisor", "manager", "admin"),
    )


async def ask(
    teller: Teller, one: str, *later: tuple[timedelta, Any], at: datetime = MORNING
) -> None:
    stream = f"compensation-{one}"
    await teller.tell(stream, proposed(one), requested(), at=at)
    for after, event in later:
        await teller.tell(stream, event, at=at + after)


UP = CompensationApprovalEscalated(level=1, to="manager")
VOIDED = CompensationVoided(
    because="decided", granted=False, amount_fen=60_000, benefit="gift", household_id="h-3-1201"
)


async def tell_some(teller: Teller, *, batch: int = 500) -> None:
    await ask(teller, "c-1", (HOUR, APPROVED))
    await ask(teller, "c-2", (HOUR / 2, UP), (2 * HOUR, REJECTED))
    await ask(teller, "c-3", (30 * 24 * HOUR, CompensationExpired(after_days=30)))
    await ask(teller, "c-4", (HOUR, VOIDED))
    await ask(teller, "c-5", (HOUR / 2, UP))
    await ask(teller, "c-6", at=MORNING + HOUR)
    await teller.project(batch=batch)


async def test_what_was_decided_is_told_from_what_was_dropped(teller: Teller) -> None:
    await tell_some(teller, batch=3)
    async with teller.looking() as connection:
        ended = await count_outcomes(connection, teller.tenant_id, Requests())
        late = await count_outcomes(connection, teller.tenant_id, Requests(since=MORNING + HOUR))
        early = await count_outcomes(connection, teller.tenant_id, Requests(until=MORNING))
    assert ended == Outcomes(approved=1, rejected=1, expired=1, voided=1, escalated=2)
    assert ended.decided == 3
    nothing = Outcomes(approved=0, rejected=0, expired=0, voided=0, escalated=0)
    assert late == early == nothing


async def test_a_wait_ends_with_the_decision(teller: Teller) -> None:
    await tell_some(teller)
    async with teller.looking() as connection:
        found = await wait_quantiles(connection, teller.tenant_id, Requests(), (0.1, 0.5, 0.9))
    assert found == [HOUR, 2 * HOUR, 30 * 24 * HOUR]


async def test_what_waits_waits_for_who_was_asked_last(teller: Teller) -> None:
    await tell_some(teller)
    now = MORNING + 3 * HOUR
    near, far = Requests(communities=("jinxiu",)), Requests(communities=("binjiang",))
    async with teller.looking() as connection:
        found = await count_pending(connection, teller.tenant_id, near, now)
        elsewhere = await count_pending(connection, teller.tenant_id, far, now)
    assert found == [
        PendingByRole(role="manager", n=1, amount_fen=60_000, longest=3 * HOUR),
        PendingByRole(role="supervisor", n=1, amount_fen=60_000, longest=2 * HOUR),
    ]
    assert elsewhere == []


async def test_what_is_asked_again_waits_again(teller: Teller) -> None:
    await ask(teller, "c-1", (HOUR, APPROVED), (2 * HOUR, requested()), (5 * HOUR, REJECTED))
    await teller.project(batch=2)
    async with teller.looking() as connection:
        found = await wait_quantiles(connection, teller.tenant_id, Requests(), (0.1, 0.9))
    assert found == [HOUR, 3 * HOUR]


def test_the_bounds_of_a_median_are_order_statistics() -> None:
    assert median_ranks(1) == (1, 1)
    assert median_ranks(10) == (1, 10), "of few values it is nearly all of them"
    low, high = median_ranks(100)
    assert (low, high) == (40, 61)
