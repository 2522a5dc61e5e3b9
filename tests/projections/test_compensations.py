"""The list of compensations: what waits comes first, the longest first; then the newest."""

from datetime import timedelta
from typing import Any

from app.events.compensation import (
    AccrualTerms,
    CompensationApprovalRequested,
    CompensationGranted,
    CompensationProposed,
    CompensationVoided,
)
from app.projections.compensations import CompensationFilters, Place, list_compensations
from app.viewer import Viewer
from tests.projections.telling import MORNING, Teller

IN_BINJIANG = Viewer(role="csr", subject="u-lin", communities=("binjiang",))
GIVEN: dict[str, Any] = {"benefit": "fee_credit", "amount_fen": 5_000, "household_id": "h-1"}
REQUESTED = CompensationApprovalRequested(
    because="budget_exceeded", amount_fen=5_000, approver_roles=("manager",)
)
VOIDED = CompensationVoided(because="breach_retracted", granted=True, **GIVEN)


def proposed(one: str, **changes: Any) -> CompensationProposed:
    fields: dict[str, Any] = {
        "compensation_id": one,
        "ticket_id": "t1",
        "community": "jinxiu",
        "currency": "CNY",
        "nominal": False,
        "reason": "sla_breached",
        "cause": "sla:arrive:1",
        "month": "2024-03",
        "idempotency_key": one,
        "proposed_by": "system",
        "proposed_role": "system",
        "rule_id": "R-ARRIVE-LATE",
        **GIVEN,
    }
    return CompensationProposed(**{**fields, **changes})


def granted(one: str) -> CompensationGranted:
    return CompensationGranted(
        compensation_id=one,
        ticket_id="t1",
        community="jinxiu",
        currency="CNY",
        month="2024-03",
        **GIVEN,
    )


async def tell(teller: Teller) -> None:
    def minute(n: int) -> Any:
        return MORNING + timedelta(minutes=n)

    await teller.tell("compensation-a", proposed("a"), granted("a"), at=minute(0))
    await teller.tell("compensation-b", proposed("b"), REQUESTED, at=minute(2))
    await teller.tell("compensation-c", proposed("c", ticket_id="t2"), REQUESTED, at=minute(1))
    terms = AccrualTerms(
        promise_id="p1", due_at=MORNING, zone="Asia/Shanghai", per_day_fen=1, cap_fen=2
    )
    other: dict[str, Any] = {"household_id": "h-2", "community": "binjiang", "rule_id": None}
    await teller.tell("compensation-d", proposed("d", accrual=terms, **other), at=minute(3))
    await teller.project()


async def found(teller: Teller, limit: int = 10, after: Place | None = None, **said: Any) -> str:
    filters = CompensationFilters(**said)
    async with teller.looking() as connection:
        rows = await list_compensations(
            connection, teller.tenant_id, filters, after=after, limit=limit
        )
    return "".join(row.compensation_id for row in rows)


async def test_what_waits_comes_first_and_every_filter_finds_its_own(teller: Teller) -> None:
    await tell(teller)
    assert await found(teller) == "cbda"
    assert await found(teller, ticket_id="t2") == "c"
    assert await found(teller, household_id="h-2") == "d"
    assert await found(teller, state="accruing") == "d"
    assert await found(teller, rule_id="R-ARRIVE-LATE") == "cba"
    assert await found(teller, benefit="cash") == ""
    assert await found(teller, proposed_by="u-lin") == ""
    assert await found(teller, viewer=IN_BINJIANG) == "d"


async def test_pages_go_on_where_the_last_one_ended(teller: Teller) -> None:
    await tell(teller)
    async with teller.looking() as connection:
        first = await list_compensations(
            connection, teller.tenant_id, CompensationFilters(), after=None, limit=2
        )
    assert await found(teller, after=first[-1]) == "da"


async def test_what_was_voided_and_begins_anew_is_one_row(teller: Teller) -> None:
    await tell(teller)
    await teller.tell("compensation-a", VOIDED, at=MORNING + timedelta(hours=1))
    await teller.project(batch=1)
    assert await found(teller, state="voided") == "a"
    later = MORNING + timedelta(hours=2)
    await teller.tell("compensation-a", proposed("a"), granted("a"), at=later)
    await teller.project()
    assert await found(teller, state="granted") == "a"
    assert await found(teller) == "cbad"
