"""Penalties by the day: the table of docs/domain.md §4.3 at every instant, and what comes of
them."""

import pytest

from app.domain.compensation import commands as k
from app.domain.compensation.rule_book import MOST_FEN
from app.domain.ticket.commands import ticket as c
from app.events.compensation import (
    CompensationAccrued,
    CompensationGranted,
    CompensationSettled,
    FeeCreditExported,
)
from app.events.compensation_rules import RuleBenefit, RuleCaps, RuleTrigger
from app.events.promise import PromisePenalty
from tests.compensation.world import Compensated
from tests.domain.ticket.clocked import PHOTO, local
from tests.domain.ticket.promised import PENALTY, promised
from tests.domain.ticket.world import FINANCE, LI, MANAGER, complete


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    promised(made, penalty=PENALTY)
    return made


def finished(world: Compensated, at: str) -> Compensated:
    world.until(at)
    complete(world, LI)
    return world


TABLE = [
    ("2024-03-12 16:30:00", 0),
    ("2024-03-13 00:00:00", 0),
    ("2024-03-13 00:00:01", 50_000),
    ("2024-03-14 00:00:00", 50_000),
    ("2024-03-14 00:00:01", 100_000),
    ("2024-03-14 10:00:00", 100_000),
    ("2024-03-25 09:00:00", 500_000),
]


@pytest.mark.parametrize(("at", "amount_fen"), TABLE)
def test_done_at_that_instant_it_comes_to_that(
    world: Compensated, at: str, amount_fen: int
) -> None:
    finished(world, at)
    assert [one.amount_fen for one in world.all()] == ([amount_fen] if amount_fen else [])
    assert [one.state for one in world.all()] == (["granted"] if amount_fen else [])


@pytest.mark.parametrize(("at", "amount_fen"), TABLE[:-1])
def test_while_it_is_not_done_it_accrues_as_the_promise_does(
    world: Compensated, at: str, amount_fen: int
) -> None:
    world.until(at)
    assert [one.amount_fen for one in world.all()] == ([amount_fen] if amount_fen else [])
    assert world.the_promise().accrued_fen(world.now) == amount_fen


def test_every_day_is_told_at_its_beginning_and_the_end_is_exported_once(
    world: Compensated,
) -> None:
    finished(world, "2024-03-14 10:00:00")
    days = [(fact.event.day, fact.occurred_at) for fact in world.told(CompensationAccrued)]
    assert days == [(1, local("2024-03-13 00:00")), (2, local("2024-03-14 00:00"))]
    world.again()
    world.until("2024-04-01 09:00:00")
    assert len(world.told(FeeCreditExported)) == len(world.told(CompensationGranted)) == 1
    assert world.only.idempotency_key == "R-DELAY-DAY:1:t1:p1:1"


def test_at_the_cap_it_is_owed_though_it_is_not_done_and_both_sums_are_kept(
    world: Compensated,
) -> None:
    """13 days are ¥6,500, capped at ¥5,000."""
    world.until("2024-03-22 00:00:01")
    assert (world.only.state, world.only.amount_fen, world.only.days) == ("granted", 500_000, 10)
    assert world.only.capped_from_fen is None
    finished(world, "2024-03-25 09:00:00")
    one = world.only
    assert (one.days, one.amount_fen, one.capped_from_fen) == (13, 500_000, 650_000)
    assert len(world.told(CompensationAccrued)) == 10
    assert len(world.told(CompensationGranted)) == 1
    world.again()
    assert len(world.told(CompensationSettled)) == 2


def test_what_accrued_before_anybody_said_that_it_was_done_is_settled_by_the_deed(
    world: Compensated,
) -> None:
    world.until("2024-03-16 09:00:00")
    assert (world.only.state, world.only.days) == ("accruing", 4)
    told_late(world, "2024-03-14 10:00")
    assert (world.only.state, world.only.days, world.only.amount_fen) == ("granted", 2, 100_000)


def told_late(world: Compensated, done: str) -> None:
    for item in ("shoe_covers", "rubbish_bags", "satisfaction_form"):
        world.do(c.CheckItem(item=item), LI)
    after = world.photo("p-after-t1", "after", LI)
    command = c.CompleteWork(photo_ids=(after,), summary="换了水管")
    world.do(command, LI, occurred_at=local(done), evidence=PHOTO)


def test_a_break_that_was_none_voids_what_has_accrued(world: Compensated) -> None:
    world.until("2024-03-14 09:00:00")
    told_late(world, "2024-03-12 16:30")
    assert (world.only.state, world.only.outcome) == ("voided", "promise_break_retracted")
    assert world.told(CompensationGranted) == []
    world.until("2024-03-30 09:00:00")
    assert world.only.days == 2


def test_excused_days_void_it_and_a_later_break_begins_anew(world: Compensated) -> None:
    world.until("2024-03-14 09:00:00")
    world.excuse("2024-03-09", "2024-03-11", by=MANAGER)
    assert world.only.state == "voided"
    world.until("2024-03-17 12:00:00")
    assert (world.only.state, world.only.amount_fen) == ("accruing", 100_000)
    finished(world, "2024-03-17 13:00:00")
    assert (world.only.state, world.only.amount_fen) == ("granted", 100_000)


def test_what_the_owner_has_is_kept_when_the_days_were_fewer_after_all(
    world: Compensated,
) -> None:
    world.until("2024-03-23 09:00:00")
    world.asks(k.FulfilCompensation(), FINANCE, world.only.id)
    told_late(world, "2024-03-14 10:00")
    one = world.only
    assert (one.state, one.amount_fen, one.days) == ("fulfilled", 500_000, 2)
    assert one.flags == ("settled_for_more_days",)


def test_a_broken_completion_promise_without_a_penalty_goes_by_the_rule() -> None:
    world = Compensated()
    promised(world)
    finished(world, "2024-03-14 10:00:00")
    assert (world.only.rule_id, world.only.amount_fen) == ("R-DELAY-DAY", 100_000)


def test_a_penalty_of_a_promise_that_no_rule_knows_is_owed_all_the_same() -> None:
    world = Compensated()
    small = PromisePenalty(amount_fen=1_000, per="started_day", cap_fen=3_000, benefit="gift")
    promised(world, penalty=small, kind="update")
    world.until("2024-03-20 09:00:00")
    one = world.only
    assert (one.rule_id, one.benefit, one.amount_fen) == (None, "gift", 3_000)
    assert (one.state, one.idempotency_key) == ("granted", "promise:0:t1:p1:1")


def test_a_rule_may_give_once_instead_of_by_the_day() -> None:
    world = Compensated()
    world.at("2024-03-01 09:00:00")
    flat = RuleBenefit(kind="fee_credit", amount_fen=8_000)
    world.rule("R-DELAY-DAY", benefit=flat, caps=RuleCaps(per_promise_fen=7_000))
    promised(world)
    world.until("2024-03-20 09:00:00")
    assert [(one.state, one.amount_fen) for one in world.all()] == [("granted", 7_000)]


def test_a_penalty_takes_nothing_from_the_caps_of_other_rules(world: Compensated) -> None:
    finished(world, "2024-03-14 10:00:00")
    world.late("t2")
    assert sorted(one.amount_fen for one in world.all()) == [5_000, 100_000]


def by_the_day(amount_fen: int, cap_fen: int) -> Compensated:
    """A rule of that for broken promises; one was broken and came to two days."""
    world = Compensated()
    world.at("2024-03-01 09:00:00")
    world.rule(
        "R-DELAY-DAY",
        trigger=RuleTrigger(event="PromiseBroken", promise_kind="completion"),
        benefit=RuleBenefit(kind="gift", amount_fen=amount_fen, per="started_calendar_day"),
        caps=RuleCaps(per_promise_fen=cap_fen),
    )
    promised(world)
    return finished(world, "2024-03-14 10:00:00")


def test_a_rule_that_caps_a_promise_at_nothing_gives_nothing_and_says_so() -> None:
    one = by_the_day(8_000, cap_fen=0).only
    assert (one.state, one.outcome) == ("rejected", "cap_exhausted")
    assert (one.amount_fen, one.capped_from_fen) == (0, 16_000)


def test_a_sum_that_no_number_can_tell_is_told_as_the_largest_that_one_can() -> None:
    one = by_the_day(MOST_FEN, cap_fen=50_000).only
    assert (one.amount_fen, one.capped_from_fen) == (50_000, MOST_FEN)
