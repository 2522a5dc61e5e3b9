"""What compensation costs: by the time of the grant, whatever became of it later."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.statistics.cost_rate import cost_of_a_ticket
from app.domain.statistics.estimates import mean_of
from app.events.compensation import GoodFaithRecorded
from app.projections.ledger_figures import Cost, Period, costs, tickets_reported
from tests.projections.telling import MORNING, Teller, reported
from tests.projections.test_ledger import fulfilled, granted, reversed_, voided

DAY = timedelta(days=1)
FAITH = GoodFaithRecorded(subject="u-lin", no_fault=True, loss_fen=5_000, rationale="安抚老人")


async def tell_some(teller: Teller) -> None:
    stories: list[tuple[str, datetime, list[Any]]] = [
        ("c-1", MORNING, [granted("c-1"), fulfilled()]),
        ("c-2", MORNING, [granted("c-2", ticket_id="t-2"), voided()]),
        ("c-3", MORNING + DAY, [granted("c-3", 7_000, ticket_id="t-2", rule_id=None), FAITH]),
        ("c-4", MORNING + DAY, [granted("c-4", ticket_id="t-4", community="binjiang")]),
    ]
    for one, at, events in stories:
        await teller.tell(f"compensation-{one}", *events, at=at)
    late = MORNING + 40 * DAY
    await teller.tell("compensation-c-4", fulfilled(), reversed_(), at=late)
    for n in (1, 2, 3):
        await teller.tell(f"ticket-{n}", reported(str(n)))
    await teller.tell("ticket-9", reported("9", kind="follow_up"))
    await teller.project()


async def cost(teller: Teller, group_by: Any = None, **period: Any) -> dict[str | None, Cost]:
    async with teller.looking() as connection:
        found = await costs(connection, teller.tenant_id, Period(**period), group_by)
    return {each.group: each for each in found}


async def test_all_that_was_granted_less_what_was_taken_back(teller: Teller) -> None:
    await tell_some(teller)
    one = (await cost(teller))[None]
    assert (one.grants, one.granted_fen, one.voided_fen, one.reversed_fen) == (
        4,
        22_000,
        5_000,
        5_000,
    )
    assert (one.net_fen, one.fulfilled_fen, one.no_fault_fen) == (12_000, 10_000, 7_000)
    assert (one.tickets, one.net_squares) == (3, 5_000**2 + 7_000**2)


async def test_the_grant_says_which_period_it_belongs_to(teller: Teller) -> None:
    await tell_some(teller)
    early = (await cost(teller, until=MORNING + DAY))[None]
    assert (early.grants, early.net_fen) == (2, 5_000)
    late = (await cost(teller, since=MORNING + DAY))[None]
    assert (late.grants, late.reversed_fen, late.net_fen) == (2, 5_000, 7_000)
    assert await cost(teller, since=MORNING + 2 * DAY) == {}


async def test_costs_are_grouped(teller: Teller) -> None:
    await tell_some(teller)

    async def net(group_by: str, **period: Any) -> dict[str | None, int]:
        found = await cost(teller, group_by, **period)
        return {name: each.net_fen for name, each in found.items()}

    assert await net("rule") == {"R-ARRIVE-LATE": 5_000, None: 7_000}
    assert await net("community") == {"jinxiu": 12_000, "binjiang": 0}
    assert await net("community", community="jinxiu") == {"jinxiu": 12_000}
    assert await net("community", communities=("binjiang",)) == {"binjiang": 0}
    assert await net("month") == {"2024-03": 12_000}
    assert await net("decided_by") == {"u-lin": 12_000}
    assert await net("benefit") == {"fee_credit": 12_000}


async def test_follow_ups_are_no_matters_of_owners(teller: Teller) -> None:
    await tell_some(teller)
    async with teller.looking() as connection:
        of = (connection, teller.tenant_id)
        whole = Period()
        assert await tickets_reported(*of, whole, None, "Asia/Shanghai") == {None: 3}
        assert await tickets_reported(*of, whole, "month", "Asia/Shanghai") == {"2024-03": 3}
        assert await tickets_reported(*of, whole, "community", "UTC") == {"jinxiu": 3}
        assert await tickets_reported(*of, Period(until=MORNING), None, "UTC") == {}


def test_the_interval_is_that_of_the_mean() -> None:
    values = [5_000, 7_000, 0, 0, 0]
    by_hand = mean_of(values)
    found = cost_of_a_ticket(12_000, sum(each * each for each in values), 5)
    assert (found.value, found.n) == (by_hand.value, 5)
    assert abs(found.variance - by_hand.variance) < 1e-6 * by_hand.variance
    assert cost_of_a_ticket(9, 81, 1).interval == (9.0, 9.0)
    large = 2**52
    assert cost_of_a_ticket(2 * large, 2 * large * large, 2).variance == 0
