"""What becomes of promises by what is done, by the ticket's end, and when the time passes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.calendars.late_days import days_after
from app.domain.errors import Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    PromiseSettled,
    PromiseTerms,
    PromiseWithdrawn,
)
from app.events.sla import NotificationQueued
from tests.domain.ticket.clocked import PHOTO, local
from tests.domain.ticket.promised import (
    DUE,
    PENALTY,
    Promised,
    at,
    on_site,
    promised,
    without_clocks,
)
from tests.domain.ticket.world import (
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    complete,
    reported,
)

TICK = timedelta(microseconds=1)


def ended(world: Promised) -> list[type[Any]]:
    over = (PromiseKept, PromiseBroken, PromiseSettled, PromiseWithdrawn, PromiseBreakRetracted)
    return [type(fact.event) for fact in world.history if isinstance(fact.event, over)]


def test_work_that_is_done_in_time_keeps_the_promise() -> None:
    world = promised(penalty=PENALTY)
    world.completes("2024-03-12 16:30")
    [kept] = world.recorded(PromiseKept)
    assert kept.event == PromiseKept(promise_id="p1", done_at=local("2024-03-12 16:30"))
    seen = world.seen()
    assert (seen["state"], seen["accrued_fen"]) == ("kept", 0)
    world.at("2024-03-20 00:00").lapse()
    assert ended(world) == [PromiseKept]


def test_the_last_instant_is_in_time_and_the_next_is_not() -> None:
    in_time = promised()
    in_time.now = DUE
    complete(in_time, LI)
    assert ended(in_time) == [PromiseKept]
    late = promised()
    late.now = DUE + TICK
    complete(late, LI)
    assert ended(late) == [PromiseBroken, PromiseSettled]


def test_it_is_broken_at_its_due_time_whoever_looks_and_however_late() -> None:
    world = promised(without_clocks(), penalty=PENALTY)
    assert TICKET.next_due(world.ticket()) == DUE + TICK
    world.at("2024-03-13 00:00").lapse()
    assert ended(world) == []
    world.at("2024-03-20 09:00").lapse()
    [broken] = world.recorded(PromiseBroken)
    assert broken.occurred_at == DUE
    assert broken.event == PromiseBroken(
        promise_id="p1",
        kind="completion",
        due_at=DUE,
        zone="Asia/Shanghai",
        household_id=HOUSEHOLD,
        community="jinxiu",
        cycle=1,
        penalty=PENALTY,
    )
    world.at("2024-03-25 09:00").lapse()
    assert ended(world) == [PromiseBroken]


def test_who_is_responsible_is_told_of_a_break() -> None:
    world = promised(without_clocks())
    world.now = DUE + TICK
    world.lapse()
    told = [fact.event for fact in world.lapsed if isinstance(fact.event, NotificationQueued)]
    assert [(one.template, one.audience) for one in told] == [
        ("promise_broken", "first_responsible")
    ]


def test_the_owner_is_told_of_a_promise_and_of_its_revision() -> None:
    world = promised()
    world.revise(at("2024-03-20 00:00"))
    told = [fact.event.template for fact in world.recorded(NotificationQueued, audience="owner")]
    assert told[-2:] == ["promise_made", "promise_revised"]


@pytest.mark.parametrize(
    ("done", "days", "amount", "owed"),
    [
        ("2024-03-13 00:00:01", 1, 50_000, 50_000),
        ("2024-03-14 00:00:00", 1, 50_000, 50_000),
        ("2024-03-14 00:00:01", 2, 100_000, 100_000),
        ("2024-03-14 10:00:00", 2, 100_000, 100_000),
        ("2024-03-25 09:00:00", 13, 650_000, 500_000),
    ],
)
def test_work_that_is_done_late_settles_what_the_lateness_costs(
    done: str, days: int, amount: int, owed: int
) -> None:
    world = promised(penalty=PENALTY)
    world.at(done)
    assert world.seen()["accrued_fen"] == owed
    world.completes(done)
    [settled] = world.recorded(PromiseSettled)
    assert settled.event == PromiseSettled(
        promise_id="p1",
        kind="completion",
        due_at=DUE,
        done_at=local(done),
        days_late=days,
        amount_fen=amount,
        capped_fen=owed,
        ended_by="done",
    )
    seen = world.seen(at=local("2024-05-01 00:00"))
    assert (seen["state"], seen["accrued_fen"], seen["days_late"]) == ("broken", owed, days)
    assert seen["done_at"] == local(done)


def test_what_accrues_is_told_as_of_now() -> None:
    world = promised(penalty=PENALTY)
    for text, owed in [
        ("2024-03-13 00:00", 0),
        ("2024-03-13 00:00:01", 50_000),
        ("2024-03-14 00:00:01", 100_000),
        ("2024-04-01 00:00", 500_000),
    ]:
        assert world.at(text) is world
        assert world.seen()["accrued_fen"] == owed


def test_work_that_was_done_in_time_and_is_told_late_undoes_the_break() -> None:
    world = promised(penalty=PENALTY)
    world.at("2024-03-13 02:00")
    for item in ("shoe_covers", "rubbish_bags", "satisfaction_form"):
        world.do(c.CheckItem(item=item), LI)
    after = world.photo("p-after", "after", LI)
    done = c.CompleteWork(photo_ids=(after,), summary="主管道换好了")
    world.do(done, LI, occurred_at=local("2024-03-12 23:50"))
    assert ended(world) == [PromiseBroken, PromiseBreakRetracted, PromiseKept]
    [retracted] = world.recorded(PromiseBreakRetracted)
    assert (retracted.event.due_at, retracted.event.proof) == (DUE, "photo")
    assert world.seen()["state"] == "kept"


def test_a_break_is_not_undone_by_saying_so() -> None:
    world = promised()
    world.at("2024-03-13 00:05")
    earlier: dict[str, Any] = {"occurred_at": local("2024-03-12 23:55")}
    command = c.KeepPromise(promise_id="p1")
    world.refuses(command, LIN, "occurred_at_needs_evidence", Unacceptable, **earlier)
    world.keep(LIN, evidence=PHOTO, **earlier)
    assert ended(world) == [PromiseBroken, PromiseBreakRetracted, PromiseKept]


def test_a_client_whose_clock_is_fast_breaks_it_before_it_is_settled() -> None:
    world = promised(penalty=PENALTY)
    world.now = DUE - timedelta(minutes=1)
    world.keep(LIN, occurred_at=DUE + timedelta(seconds=30))
    assert ended(world) == [PromiseBroken, PromiseSettled]
    world.wait(days=1).lapse()
    assert ended(world) == [PromiseBroken, PromiseSettled]


def test_an_arrival_keeps_a_promise_to_come() -> None:
    world = Promised()
    world.report("2024-03-07 11:00")
    world.promise(PromiseTerms(seconds=900), by=LIN, kind="arrival")
    world.promise(PromiseTerms(seconds=900), by=LIN, promise_id="p2")
    world.dispatched().depart()
    world.wait(minutes=10)
    world.arrive()
    assert (world.seen("p1")["state"], world.seen("p2")["state"]) == ("kept", "made")


@pytest.mark.parametrize(
    ("command", "by", "state"),
    [
        (c.UpdateProgress(text="正在换管"), LI, "kept"),
        (c.Comment(text="明天完工"), LIN, "kept"),
        (c.Comment(text="明天完工", visibility="internal"), LIN, "made"),
        (c.Comment(text="怎么样了"), OWNER, "made"),
    ],
)
def test_what_tells_the_owner_how_it_goes_keeps_the_promise_of_an_update(
    command: Any, by: Any, state: str
) -> None:
    world = promised(kind="update", terms=at("2024-03-08 18:00"))
    world.do(command, by)
    assert world.seen()["state"] == state


@pytest.mark.parametrize(
    ("command", "ended_by"),
    [(c.Cancel(reason="自己修好了"), "cancelled"), (c.MergeInto(into="t-root"), "merged")],
)
def test_what_is_not_owed_any_more_is_withdrawn(command: Any, ended_by: str) -> None:
    world = promised(penalty=PENALTY)
    world.do(reported("t-root"), LIN)
    world.do(command, SUPERVISOR)
    [withdrawn] = world.recorded(PromiseWithdrawn)
    assert withdrawn.event == PromiseWithdrawn(promise_id="p1", ended_by=ended_by)
    world.at("2024-03-20 00:00").lapse()
    assert world.seen()["accrued_fen"] == 0
    assert TICKET.next_due(world.ticket()) is None


def test_a_ticket_that_is_cancelled_owes_what_was_late_by_then() -> None:
    world = promised(penalty=PENALTY)
    world.at("2024-03-14 10:00")
    world.do(c.Cancel(reason="业主找了别人"), OWNER)
    [settled] = world.recorded(PromiseSettled)
    assert (settled.event.days_late, settled.event.ended_by) == (2, "cancelled")
    seen = world.seen(at=local("2024-03-30 00:00"))
    assert (seen["state"], seen["accrued_fen"], seen["done_at"]) == ("broken", 100_000, None)


def test_what_is_open_when_the_ticket_closes_is_done_or_withdrawn() -> None:
    world = promised()
    world.completes("2024-03-08 10:00")
    world.promise(kind="suggestion", promise_id="p2")
    world.promise(kind="update", promise_id="p3")
    world.do(c.SignCompletion(), OWNER)
    world.do(c.Close(), LIN)
    assert [world.seen(each)["state"] for each in ("p1", "p2", "p3")] == [
        "kept",
        "kept",
        "withdrawn",
    ]


def test_an_excuse_after_the_break_undoes_it_where_it_is_enough() -> None:
    world = promised(penalty=PENALTY)
    world.at("2024-03-14 10:00")
    world.excuse("2024-03-09", "2024-03-10", "force_majeure")
    assert ended(world) == [PromiseBroken, PromiseBreakRetracted]
    assert world.recorded(PromiseBreakRetracted)[0].event.proof == "excused"
    assert world.seen()["accrued_fen"] == 0
    world.completes("2024-03-14 16:00")
    assert world.seen()["state"] == "kept"


def test_an_excuse_that_is_not_enough_leaves_a_later_break() -> None:
    world = promised(penalty=PENALTY)
    world.at("2024-03-14 10:00")
    world.excuse("2024-03-09", "2024-03-09")
    world.lapse()
    assert [fact.event.due_at for fact in world.recorded(PromiseBroken)] == [
        DUE,
        local("2024-03-14 00:00"),
    ]
    assert world.seen()["accrued_fen"] == 50_000


def test_a_break_in_the_middle_does_not_stop_other_promises() -> None:
    world = promised()
    world.promise(PromiseTerms(days=9), promise_id="p2")
    world.at("2024-03-15 00:00").lapse()
    assert (world.seen("p1")["state"], world.seen("p2")["state"]) == ("broken", "made")


@settings(max_examples=60)
@given(
    first=st.integers(0, 30),
    length=st.integers(1, 20),
)
def test_excusing_days_moves_the_due_time_by_as_many_local_days(first: int, length: int) -> None:
    world = promised()
    start = (local("2024-03-07 00:00") + timedelta(days=first)).date()
    last = start + timedelta(days=length - 1)
    world.excuse(start.isoformat(), last.isoformat())
    assert world.the_promise().due_at == days_after(DUE, length, "Asia/Shanghai")


@settings(max_examples=30)
@given(
    stretches=st.lists(
        st.tuples(st.integers(0, 12), st.integers(1, 6)), min_size=2, max_size=3, unique=True
    )
)
def test_the_order_in_which_days_are_excused_does_not_matter(
    stretches: list[tuple[int, int]],
) -> None:
    start = local("2024-03-07 00:00").date()
    days = {start + timedelta(days=first + n) for first, length in stretches for n in range(length)}
    dues: set[datetime] = set()
    for order in permutations(stretches):
        world = promised()
        for first, length in order:
            begin = start + timedelta(days=first)
            world.excuse(begin.isoformat(), (begin + timedelta(days=length - 1)).isoformat())
        dues.add(world.the_promise().due_at)
    assert dues == {days_after(DUE, len(days), "Asia/Shanghai")}


@pytest.mark.parametrize("told_first", ["update", "arrival"])
def test_facts_are_judged_by_when_they_were_so_whatever_is_told_first(told_first: str) -> None:
    """Two late facts, told in either order, leave the same promises."""
    world = Promised()
    world.report("2024-03-07 11:00").dispatched().depart()
    world.promise(at("2024-03-07 12:00"), by=LIN, kind="arrival")
    world.promise(at("2024-03-07 12:30"), by=LIN, kind="update", promise_id="p2")
    world.at("2024-03-07 14:00")
    comment = c.Comment(text="在路上")
    told: dict[str, Callable[[], object]] = {
        "arrival": lambda: world.arrive(occurred_at=local("2024-03-07 11:50")),
        "update": lambda: world.do(
            comment, LIN, occurred_at=local("2024-03-07 12:10"), evidence=PHOTO
        ),
    }
    told.pop(told_first)()
    for tell in told.values():
        tell()
    assert (world.seen("p1")["state"], world.seen("p2")["state"]) == ("kept", "kept")


def test_a_promise_of_the_next_cycle_is_its_own() -> None:
    world = promised()
    world.completes("2024-03-08 10:00")
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    world.promise(PromiseTerms(days=1), promise_id="p2")
    [first, second] = [fact.event.cycle for fact in world.recorded(PromiseMade)]
    assert (first, second) == (1, 2)
    assert (world.seen("p1")["state"], world.seen("p2")["state"]) == ("kept", "made")


def test_a_hold_for_the_fund_does_not_stop_the_penalty() -> None:
    world = promised(penalty=PENALTY)
    world.do(c.Hold(reason="fund_approval"), SUPERVISOR)
    world.at("2024-03-13 10:00").lapse()
    assert world.seen()["accrued_fen"] == 50_000


def test_the_manager_may_keep_what_was_broken() -> None:
    world = on_site()
    world.promise(kind="suggestion", terms=at("2024-03-08 18:00"), penalty=PENALTY)
    world.at("2024-03-09 10:00")
    world.keep(MANAGER)
    [settled] = world.recorded(PromiseSettled)
    assert (settled.event.by_hand, settled.event.days_late) == (True, 1)
