"""What rules give by themselves, and what they do not (docs/domain.md §4.2–4.5)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.compensation import commands as k
from app.domain.compensation.rules import DEFAULT_RULES
from app.domain.ticket.commands import ticket as c
from app.events.compensation import (
    CompensationGranted,
    CompensationKept,
    FeeCreditExported,
    FeeCreditWithdrawn,
)
from app.events.compensation_rules import RuleBenefit, RuleCaps, RuleTrigger
from tests.compensation.world import Compensated, amounts
from tests.domain.ticket.clocked import PHOTO, local
from tests.domain.ticket.world import FINANCE, LIN, MANAGER, OWNER, SUPERVISOR, reported

CAPS = DEFAULT_RULES.rules[0].versions[0].caps
LATER = "2024-03-05 11:30:00"


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    made.at("2024-03-05 09:00:00")
    return made


def test_who_is_not_come_to_in_time_gets_fifty_yuan_as_of_the_due_time(world: Compensated) -> None:
    world.late()
    one = world.only
    assert (one.state, one.amount_fen, one.benefit) == ("granted", 5_000, "fee_credit")
    assert (one.idempotency_key, one.month) == ("R-ARRIVE-LATE:1:t1:arrive:1", "2024-03")
    assert one.granted_at == local("11:00:00")
    [exported] = world.told(FeeCreditExported)
    assert exported.event.amount_fen == 5_000


def test_the_second_at_the_due_time_is_in_time(world: Compensated) -> None:
    world.do(reported(), LIN)
    world.until("2024-03-05 11:00:00")
    assert world.all() == []


def test_hearing_of_it_again_grants_nothing_again(world: Compensated) -> None:
    world.late()
    world.again()
    world.again()
    assert amounts(world.all()) == [5_000]
    assert len(world.told(CompensationGranted)) == 1


def test_a_new_version_of_the_rule_grants_nothing_again(world: Compensated) -> None:
    world.late()
    world.rule(benefit=RuleBenefit(kind="fee_credit", amount_fen=9_000))
    world.again()
    assert amounts(world.all()) == [5_000]


def test_a_rule_that_changes_while_a_breach_is_in_flight_is_that_of_the_breach(
    world: Compensated,
) -> None:
    world.deaf = True
    world.late()
    world.until(LATER)
    world.rule(benefit=RuleBenefit(kind="fee_credit", amount_fen=9_000))
    world.deaf = False
    world.react()
    assert (world.only.amount_fen, world.only.rule_version) == (5_000, 1)
    world.late("t2", household_id="h-2")
    assert (world.all()[1].amount_fen, world.all()[1].rule_version) == (9_000, 2)


def test_a_rule_that_is_switched_off_gives_nothing_from_then_on(world: Compensated) -> None:
    world.rule(enabled=False)
    world.wait(seconds=1)
    world.late()
    assert world.all() == []


def test_a_breach_found_out_late_counts_in_its_own_month(world: Compensated) -> None:
    world.at("2024-03-31 21:59:00").do(reported(), LIN)
    world.until("2024-04-02 08:00:00")
    assert world.only.month == "2024-03"


def test_of_what_is_left_under_the_household_cap_it_gets_the_rest(world: Compensated) -> None:
    world.rule(benefit=RuleBenefit(kind="fee_credit", amount_fen=17_000))
    world.wait(seconds=1)
    world.late()
    world.rule(benefit=RuleBenefit(kind="fee_credit", amount_fen=5_000))
    world.wait(seconds=1)
    world.late("t2")
    first, second = world.all()
    assert (first.amount_fen, first.capped_from_fen) == (17_000, None)
    assert (second.amount_fen, second.capped_from_fen) == (3_000, 5_000)
    world.late("t3")
    third = world.all()[2]
    assert (third.state, third.outcome, third.amount_fen) == ("rejected", "cap_exhausted", 0)
    assert third.capped_from_fen == 5_000
    world.late("t4", household_id="h-other")
    assert world.all()[3].amount_fen == 5_000


def test_a_ticket_has_a_cap_of_its_own(world: Compensated) -> None:
    world.rule(
        benefit=RuleBenefit(kind="fee_credit", amount_fen=3_000),
        caps=replace(CAPS, per_ticket_fen=1_000),
    )
    world.wait(seconds=1)
    world.late()
    assert (world.only.amount_fen, world.only.capped_from_fen) == (1_000, 3_000)


def test_gifts_take_nothing_from_the_cap_of_fee_credits_but_credits_by_hand_do(
    world: Compensated,
) -> None:
    world.do(reported(), LIN)
    world.gives(18_000, benefit="gift")
    world.gives(18_000, benefit="fee_credit")
    world.until("2024-03-05 11:00:01")
    assert world.all()[2].amount_fen == 2_000


def test_what_a_voided_one_took_from_the_cap_is_free_again(world: Compensated) -> None:
    world.rule(benefit=RuleBenefit(kind="fee_credit", amount_fen=20_000))
    world.wait(seconds=1)
    world.late()
    world.asks(k.VoidCompensation(reason="算错了"), MANAGER, world.only.id)
    world.late("t2")
    assert amounts(world.all()) == [20_000]
    assert amounts(world.all(), "voided") == [20_000]
    assert len(world.told(FeeCreditWithdrawn)) == 1


def test_beyond_the_budget_all_of_it_waits(world: Compensated) -> None:
    world.rule(caps=replace(CAPS, project_month_budget_fen=9_999))
    world.wait(seconds=1)
    world.late()
    world.late("t2", household_id="h-2")
    granted, waits = world.all()
    assert (granted.state, waits.state, waits.pending_reason) == (
        "granted",
        "pending_approval",
        "budget_exceeded",
    )
    assert (waits.amount_fen, waits.asked_role) == (5_000, "manager")
    world.asks(k.ApproveCompensation(), MANAGER, waits.id)
    assert world.the(waits.id).over_budget
    assert world.states["budget-jinxiu:2024-03"].spent_fen == 5_000
    assert world.states["budget-jinxiu:2024-03"].over_fen == 5_000


def test_a_budget_is_used_to_the_last_fen(world: Compensated) -> None:
    world.rule(caps=replace(CAPS, project_month_budget_fen=10_000))
    world.wait(seconds=1)
    world.late()
    world.late("t2", household_id="h-2")
    assert amounts(world.all()) == [5_000, 5_000]
    assert [one.percent for one in world.states["budget-jinxiu:2024-03"].alarms] == [100]


def test_a_ticket_of_no_household_has_nobody_to_give_to(world: Compensated) -> None:
    world.late(household_id=None)
    assert (world.only.state, world.only.outcome) == ("rejected", "no_household")


def test_a_retracted_breach_voids_what_the_owner_does_not_have_yet(world: Compensated) -> None:
    arrived_in_time(world)
    assert (world.only.state, world.only.outcome) == ("voided", "breach_retracted")
    assert world.exposure().entries == ()
    assert world.states["budget-jinxiu:2024-03"].spent_fen == 0
    assert len(world.told(FeeCreditWithdrawn)) == 1


def arrived_in_time(world: Compensated, *, fulfilled: bool = False) -> None:
    """The engineer was there at 10:50, which is told at 11:30 with a photo."""
    world.do(reported(), LIN)
    world.dispatched().depart()
    world.until(LATER)
    if fulfilled:
        world.asks(k.FulfilCompensation(reference="3月账单"), FINANCE, world.only.id)
    world.arrive(occurred_at=local("10:50:00"))
    world.react()


def test_what_the_owner_has_already_they_keep(world: Compensated) -> None:
    arrived_in_time(world, fulfilled=True)
    assert (world.only.state, world.only.outcome) == ("fulfilled", "breach_retracted")
    world.again()
    assert len(world.told(CompensationKept)) == 1


def test_a_waived_breach_takes_nothing_from_the_owner(world: Compensated) -> None:
    world.late()
    world.do(c.WaiveBreach(clock="arrive", cycle=1, reason="暴雨"), MANAGER)
    world.again()
    assert amounts(world.all()) == [5_000]


def test_a_breach_that_comes_about_after_all_is_made_good_after_all(world: Compensated) -> None:
    """Retracted by a hold that began before the due time, and breached when that was over."""
    world.do(reported(), LIN)
    world.until(LATER)
    hold = c.Hold(reason="owner_decision")
    world.do(hold, SUPERVISOR, occurred_at=local("10:30:00"), evidence=PHOTO)
    assert (world.only.state, world.only.again) == ("voided", True)
    world.until("2024-03-05 14:00:00").do(c.Release(), SUPERVISOR)
    world.until("2024-03-05 16:00:00")
    assert (world.only.state, world.only.amount_fen) == ("granted", 5_000)
    world.again()
    assert len(world.told(CompensationGranted)) == 2


def test_of_two_rules_for_one_cause_the_owner_gets_the_larger(world: Compensated) -> None:
    world.rule("R-MORE", benefit=RuleBenefit(kind="fee_credit", amount_fen=8_000))
    world.wait(seconds=1)
    world.late()
    assert [(one.rule_id, one.amount_fen) for one in world.all()] == [("R-MORE", 8_000)]


def test_a_rule_that_adds_is_given_on_top(world: Compensated) -> None:
    world.rule("R-VOUCHER", benefit=RuleBenefit(kind="gift", amount_fen=1_000), stack="add")
    world.wait(seconds=1)
    world.late()
    assert {one.rule_id: one.amount_fen for one in world.all()} == {
        "R-ARRIVE-LATE": 5_000,
        "R-VOUCHER": 1_000,
    }


def test_a_delay_of_an_hour_that_is_told_ahead_brings_housekeeping(world: Compensated) -> None:
    """S003: 预计延迟1小时, 赠送一次免费家政. It does not un-breach (docs/domain.md §1a row 19)."""
    world.rule(
        "R-DELAY-TOLD",
        trigger=RuleTrigger(event="DelayDeclared", delay_seconds=3_600),
        benefit=RuleBenefit(kind="housekeeping", amount_fen=8_000),
        caps=RuleCaps(),
    )
    world.do(reported(), LIN)
    world.wait(seconds=1)
    world.dispatched()
    soon = c.DeclareDelay(reason="堵车", new_eta=world.now + timedelta(minutes=59))
    world.do(soon, LIN)
    assert world.all() == []
    told = c.DeclareDelay(reason="缺件", new_eta=world.now + timedelta(minutes=60))
    world.do(told, LIN)
    assert (world.only.benefit, world.only.nominal, world.only.state) == (
        "housekeeping",
        True,
        "granted",
    )
    world.until(LATER)
    assert sorted(one.amount_fen for one in world.all()) == [5_000, 8_000]


@pytest.mark.parametrize(
    ("declared_at", "benefits"),
    [
        ("10:59:59", ["fee_credit", "housekeeping"]),
        ("11:00:00", ["fee_credit"]),
        ("11:30:00", ["fee_credit"]),
    ],
)
def test_a_delay_declared_at_or_after_the_due_time_brings_nothing(
    world: Compensated, declared_at: str, benefits: list[str]
) -> None:
    """docs/domain.md §1a row 19: the owner is told before."""
    world.rule(
        "R-DELAY-TOLD",
        trigger=RuleTrigger(event="DelayDeclared", delay_seconds=3_600),
        benefit=RuleBenefit(kind="housekeeping", amount_fen=8_000),
        caps=RuleCaps(),
    )
    world.at("2024-03-05 09:00:00").do(reported(), LIN)
    world.dispatched().depart()
    world.until(f"2024-03-05 {declared_at}")
    world.do(c.DeclareDelay(reason="缺件", new_eta=world.now + timedelta(hours=3)), LIN)
    world.until("2024-03-05 12:00:00")
    assert sorted(one.benefit for one in world.all()) == benefits


def test_only_what_is_late_beyond_the_time_of_grace_is_made_good(world: Compensated) -> None:
    world.rule(grace_seconds=600)
    world.wait(seconds=1)
    world.do(reported(), LIN)
    world.do(reported("t2", household_id="h-2"), LIN)
    world.dispatched().depart()
    world.until("2024-03-05 11:05:00")
    assert [one.state for one in world.all()] == ["deferred", "deferred"]
    world.arrive()
    world.until("2024-03-05 11:10:02")
    states = {one.ticket_id: one.state for one in world.all()}
    assert states == {"t1": "deferred", "t2": "granted"}
    world.refused(
        "compensation_not_found", k.VoidCompensation(reason="x"), MANAGER, world.all()[0].id
    )


def test_the_owner_sees_only_the_own_households(world: Compensated) -> None:
    world.late()
    other: Any = {"household_id": "h-other"}
    command = k.ApproveCompensation()
    world.refused("compensation_not_found", command, OWNER, world.only.id, **other)
