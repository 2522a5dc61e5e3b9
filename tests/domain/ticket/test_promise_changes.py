"""Promises revised, excused, kept by hand and taken back."""

from typing import Any

import pytest

from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseExcused,
    PromiseKept,
    PromiseRevised,
    PromiseTerms,
    PromiseWithdrawn,
)
from tests.domain.ticket.clocked import local
from tests.domain.ticket.promised import DUE, FIVE_DAYS, at, promised
from tests.domain.ticket.world import (
    LIN,
    MANAGER,
    OWNER,
)


def test_a_promise_is_revised_with_the_owners_consent() -> None:
    world = promised()
    world.at("2024-03-08 10:00")
    [revised] = world.revise(PromiseTerms(days=5), consent_by=" 张阿姨，电话 ")
    assert isinstance(revised, PromiseRevised)
    assert (revised.previous_due_at, revised.due_at) == (DUE, local("2024-03-14 00:00"))
    assert revised.consent_by == "张阿姨，电话"
    seen = world.seen()
    assert (seen["due_at"], seen["revised_from"]) == (local("2024-03-14 00:00"), DUE)
    assert world.revise(at("2024-03-14 00:00")) == []


def test_a_revision_that_nobody_consented_to_is_refused() -> None:
    command = c.RevisePromise(promise_id="p1", terms=FIVE_DAYS, consent_by=" ")
    assert promised().refuses(command, LIN, "blank", Unacceptable).pointer == "/consent_by"


def test_a_break_is_not_talked_away() -> None:
    world = promised()
    world.at("2024-03-13 00:01")
    command = c.RevisePromise(promise_id="p1", terms=at("2024-03-20 00:00"), consent_by="张阿姨")
    world.refuses(command, LIN, "promise_is_broken", IllegalTransition)
    taken_back = c.WithdrawPromise(promise_id="p1", reason="算了")
    world.refuses(taken_back, MANAGER, "promise_is_broken", IllegalTransition)


def test_a_consent_given_in_time_and_told_late_undoes_the_break() -> None:
    world = promised()
    world.at("2024-03-13 08:00")
    earlier: dict[str, Any] = {"occurred_at": local("2024-03-12 18:00")}
    command = c.RevisePromise(promise_id="p1", terms=at("2024-03-20 00:00"), consent_by="张阿姨")
    world.refuses(command, LIN, "occurred_at_needs_evidence", Unacceptable, **earlier)
    undone, revised = world.do(command, MANAGER, **earlier)
    assert isinstance(undone, PromiseBreakRetracted)
    assert isinstance(revised, PromiseRevised)
    assert world.seen()["state"] == "made"


def test_whole_days_that_are_excused_move_the_due_time() -> None:
    world = promised()
    [excused] = world.excuse("2024-03-09", "2024-03-10")
    assert excused == PromiseExcused(
        promise_id="p1",
        reason="owner_absent",
        from_date=excused.from_date,
        to_date=excused.to_date,
        days=2,
        previous_due_at=DUE,
        due_at=local("2024-03-15 00:00"),
    )
    seen = world.seen()
    assert (seen["state"], seen["excused_days"]) == ("excused", 2)
    assert seen["revised_from"] is None


def test_no_day_is_excused_twice() -> None:
    world = promised()
    world.excuse("2024-03-09", "2024-03-10")
    assert world.excuse("2024-03-10", "2024-03-10", "force_majeure") == []
    [excused] = world.excuse("2024-03-10", "2024-03-11", "force_majeure")
    assert (excused.days, excused.due_at) == (1, local("2024-03-16 00:00"))


def test_days_after_a_revision_are_counted_from_it_and_the_old_ones_are_gone() -> None:
    world = promised()
    world.excuse("2024-03-08", "2024-03-08")
    world.revise(at("2024-03-20 00:00"))
    assert world.excuse("2024-03-08", "2024-03-08") == []
    [excused] = world.excuse("2024-03-08", "2024-03-09")
    assert excused.due_at == local("2024-03-21 00:00")


@pytest.mark.parametrize(
    ("first", "last", "code", "pointer"),
    [
        ("2024-03-10", "2024-03-09", "ends_before_start", "/to"),
        ("2024-03-06", "2024-03-09", "excused_before_promise", "/from"),
        ("2024-03-10", "2025-03-11", "out_of_range", "/to"),
    ],
)
def test_days_that_are_none_of_the_promise_are_not_excused(
    first: str, last: str, code: str, pointer: str
) -> None:
    with pytest.raises(Unacceptable) as refused:
        promised().excuse(first, last)
    assert (refused.value.code, refused.value.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2024-03-09 00:00", "2024-03-11 00:00", 2),
        ("2024-03-09 10:00", "2024-03-11 10:00", 2),
        ("2024-03-09 10:00", "2024-03-11 09:59", 1),
        ("2024-03-09 10:00", "2024-03-10 09:59", None),
    ],
)
def test_of_two_instants_the_whole_days_between_are_excused(
    since: str, until: str, days: int | None
) -> None:
    world = promised()
    command = c.ExcusePromise(
        promise_id="p1", reason="owner_absent", since=local(since), until=local(until)
    )
    if days is None:
        assert world.refuses(command, LIN, "out_of_range", Unacceptable).pointer == "/to"
    else:
        [excused] = world.do(command, LIN)
        assert (excused.days, excused.from_date) == (days, local(since).date())


def test_only_the_owner_and_force_majeure_excuse() -> None:
    with pytest.raises(Unacceptable, match="not_one_of"):
        promised().excuse("2024-03-09", "2024-03-09", "parts")


def test_who_kept_it_may_say_so() -> None:
    world = promised(kind="suggestion")
    world.at("2024-03-10 09:00")
    assert world.keep(LIN) == [PromiseKept(promise_id="p1", done_at=world.now, by_hand=True)]
    assert world.keep(OWNER) == []
    assert world.seen()["state"] == "kept"


@pytest.mark.parametrize(
    "command",
    [
        c.KeepPromise(promise_id="p1"),
        c.RevisePromise(promise_id="p1", terms=FIVE_DAYS, consent_by="张阿姨"),
        c.ExcusePromise(
            promise_id="p1",
            reason="owner_absent",
            since=DUE.date(),
            until=DUE.date(),
        ),
    ],
)
def test_what_was_taken_back_is_over(command: Any) -> None:
    world = promised()
    [withdrawn] = world.withdraw()
    assert withdrawn == PromiseWithdrawn(promise_id="p1", reason="业主改为自修")
    assert world.withdraw() == []
    refused = world.refuses(command, MANAGER, "promise_is_over", IllegalTransition)
    assert refused.details == {"state": "withdrawn"}


def test_only_a_superior_takes_a_promise_back() -> None:
    command = c.WithdrawPromise(promise_id="p1", reason="算了")
    promised().refuses(command, LIN, "role_not_permitted", NotPermitted)


def test_a_promise_that_there_is_not_is_not_found() -> None:
    command = c.KeepPromise(promise_id="p9")
    promised().refuses(command, LIN, "promise_not_found", NotFound)
