"""Giving the owner what is owed, and taking it back."""

import pytest

from app.domain.compensation import commands as k
from app.events.compensation import CompensationReversed, CompensationVoided, FeeCreditWithdrawn
from app.events.sla import SlaBreached
from tests.compensation.world import Compensated
from tests.domain.ticket.world import CHEN, FINANCE, LIN, MANAGER, OWNER, SUPERVISOR, reported

FULFIL = k.FulfilCompensation(reference="FEE-7")
VOID = k.VoidCompensation(reason="算错了")
REVERSE = k.ReverseCompensation(ground="duplicate", notice="已电话告知")


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    made.at("2024-03-05 09:00:00")
    made.do(reported(), LIN)
    made.gives(10_000, benefit="fee_credit")
    return made


def clock(world: Compensated) -> tuple[str, str | None]:
    [one] = world.the().clocks
    return one.kind, one.result


def test_what_is_granted_is_fulfilled_once(world: Compensated) -> None:
    assert world.asks(FULFIL, FINANCE)
    assert world.asks(FULFIL, FINANCE) == []
    assert world.asks(k.FulfilCompensation(), FINANCE) == []
    world.refused("compensation_not_granted", k.FulfilCompensation(reference="FEE-8"), FINANCE)
    assert (world.the().state, world.the().reference) == ("fulfilled", "FEE-7")
    assert clock(world) == ("fulfilment", "on_time")


def test_what_was_voided_is_not_fulfilled(world: Compensated) -> None:
    world.asks(VOID, FINANCE)
    assert world.asks(VOID, FINANCE) == []
    world.refused("compensation_not_granted", FULFIL, FINANCE)
    world.refused("compensation_not_fulfilled", REVERSE, FINANCE)
    [voided] = world.told(CompensationVoided)
    assert (voided.event.granted, voided.event.amount_fen) == (True, 10_000)
    assert len(world.told(FeeCreditWithdrawn)) == 1
    assert world.exposure().entries == ()
    assert world.states["budget-jinxiu:2024-03"].spent_fen == 0
    assert clock(world) == ("fulfilment", "cancelled")


def test_what_waits_is_voided_without_ever_having_been_owed(world: Compensated) -> None:
    world.gives(60_000)
    world.asks(VOID, MANAGER, "c2")
    [voided] = world.told(CompensationVoided)
    assert not voided.event.granted
    assert world.told(FeeCreditWithdrawn) == []
    assert world.states["budget-jinxiu:2024-03"].spent_fen == 10_000


def test_what_the_owner_has_is_reversed_never_voided(world: Compensated) -> None:
    world.refused("compensation_not_fulfilled", REVERSE, MANAGER)
    world.asks(FULFIL, FINANCE)
    world.refused("compensation_not_voidable", VOID, MANAGER)
    bad = k.ReverseCompensation(ground="our_error", notice="x")
    world.refused("not_one_of", bad, MANAGER)
    world.refused("blank", k.ReverseCompensation(ground="fraud", notice=" "), MANAGER)
    world.asks(REVERSE, MANAGER)
    assert world.asks(REVERSE, MANAGER) == []
    assert world.the().state == "reversed"
    assert world.told(CompensationReversed)[0].event.notice == "已电话告知"
    assert world.exposure().entries == ()
    assert world.states["budget-jinxiu:2024-03"].spent_fen == 0
    world.refused("compensation_not_granted", FULFIL, FINANCE)


def test_who_may_not_is_refused(world: Compensated) -> None:
    for by in (LIN, SUPERVISOR):
        world.refused("role_not_permitted", VOID, by)
        world.refused("role_not_permitted", REVERSE, by)
    world.refused("compensation_not_found", FULFIL, CHEN)
    world.refused("role_not_permitted", FULFIL, OWNER, household_id="h-3-1201")
    world.refused("compensation_not_found", FULFIL, FINANCE, "c-nowhere")


def test_what_was_tried_in_vain_stays_owed(world: Compensated) -> None:
    world.asks(k.RecordFulfilmentFailure(reason="收费系统停机"), FINANCE)
    assert (world.the().state, world.the().failures) == ("granted", 1)
    world.asks(FULFIL, FINANCE)
    world.refused("compensation_not_granted", k.RecordFulfilmentFailure(reason="x"), FINANCE)


@pytest.mark.parametrize(
    ("benefit", "days"), [("fee_credit", 30), ("gift", 1), ("housekeeping", 7), ("cash", 7)]
)
def test_each_benefit_has_its_time(benefit: str, days: int) -> None:
    world = Compensated()
    world.at("2024-03-05 09:00:00")
    world.do(reported("t1"), LIN)
    world.gives(1_000, benefit=benefit)
    due = world.the().clocks[0].due_at - world.now
    assert due.days == days
    world.until("2024-04-20 09:00:00")
    of_it = [each for each in world.told(SlaBreached) if each.event.clock == "fulfilment"]
    assert [fact.event.due_at for fact in of_it if fact.event.cycle == 1][0:1]
    assert world.the().state == "granted"
