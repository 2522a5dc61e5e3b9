"""Reaching the owner: by whom, when, how often, and when it is put off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.records.household import HOUSEHOLD
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, MarkUnreachable, Reschedule
from app.events.base import Actor
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpUnreachable,
)
from app.events.household import HouseholdRecorded
from app.events.household import QuietHours as HouseholdQuiet
from app.events.sla import SlaClockMet
from app.events.ticket import QuietHours
from tests.domain.ticket.asking import FIRST, answer, ask, at, completed, schedule
from tests.domain.ticket.clocked import Clocked
from tests.domain.ticket.world import (
    CHEN,
    DU,
    EVERYBODY,
    GUARD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
)
from tests.domain.ticket.world import (
    HOUSEHOLD as HOME,
)

LI_AT_THE_DESK = Actor(subject="u-li", role="csr")


def test_every_call_is_counted() -> None:
    world = completed()
    told = world.at("2024-03-06 10:00").do(Attempt(call_id="call-1"), LIN, ticket=FIRST)
    assert told == [FollowUpAttempted(attempt=1, on=date(2024, 3, 6), call_id="call-1")]
    assert world.status(FIRST) == "attempting"
    [again] = world.at("2024-03-06 10:30").do(Attempt(note="占线"), LIN, ticket=FIRST)
    assert (again.attempt, again.note) == (2, "占线")
    asked = world.ticket(FIRST).follow_up
    assert asked is not None
    assert (asked.attempts, asked.days) == (2, (date(2024, 3, 6),))
    assert asked.last_attempt_at == world.now


def test_a_call_told_twice_is_one() -> None:
    world = completed()
    world.do(Attempt(call_id="call-1"), LIN, ticket=FIRST)
    assert world.do(Attempt(call_id="call-1"), LIN, ticket=FIRST) == []
    assert world.do(Attempt(call_id="call-2"), LIN, ticket=FIRST)


def test_the_day_of_a_call_is_the_local_one() -> None:
    world = completed()
    world.now = datetime(2024, 3, 5, 16, 30, tzinfo=UTC)
    [told] = world.do(Attempt(), LIN, ticket=FIRST)
    assert told.on == date(2024, 3, 6)


def test_who_did_the_work_does_not_ask_about_it() -> None:
    world = completed()
    for command in (Attempt(), answer("satisfied"), MarkUnreachable()):
        world.refuses(command, LI_AT_THE_DESK, "caller_is_executor", NotPermitted, ticket=FIRST)


def test_the_engineer_of_an_earlier_cycle_may_ask_about_anothers() -> None:
    world = completed()
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    world.do(c.Assign(engineer="u-chen"), DU)
    world.do(c.Accept(), CHEN)
    schedule(world)
    assert world.do(Attempt(), LI_AT_THE_DESK, ticket="f-9")
    other = Actor(subject="u-chen", role="csr")
    world.refuses(Attempt(), other, "caller_is_executor", ticket="f-9")


@pytest.mark.parametrize("by", EVERYBODY, ids=lambda one: one.role)
def test_the_office_and_security_ask(by: Actor) -> None:
    world = completed()
    if by in {LIN, DU, SUPERVISOR, MANAGER, GUARD}:
        assert world.do(Attempt(), by, ticket=FIRST)
    else:
        code = "ticket_not_found" if by is LI else "role_not_permitted"
        world.refuses(Attempt(), by, code, ticket=FIRST)


@pytest.mark.parametrize("by", [LIN, DU, GUARD])
def test_a_call_back_is_a_superiors(by: Actor) -> None:
    world = completed()
    schedule(world, purpose="callback")
    world.refuses(Attempt(), by, "call_back_by_superior", NotPermitted, ticket="f-9")
    assert world.do(Attempt(), SUPERVISOR, ticket="f-9")
    world.refuses(answer("satisfied"), by, "call_back_by_superior", NotPermitted, ticket="f-9")
    assert world.do(answer("satisfied"), MANAGER, ticket="f-9")


@pytest.mark.parametrize(
    ("minute", "quiet"), [("11:59", False), ("12:00", True), ("13:59", True), ("14:00", False)]
)
def test_nobody_is_called_in_the_quiet_hours(minute: str, quiet: bool) -> None:  # noqa: FBT001
    world = completed(quiet_hours=(QuietHours(start="12:00", end="14:00"),))
    world.at(f"2024-03-06 {minute}")
    if quiet:
        refused = world.refuses(Attempt(), LIN, "quiet_hours", IllegalTransition, ticket=FIRST)
        assert refused.details == {"at": world.now}
    else:
        assert world.do(Attempt(), LIN, ticket=FIRST)


def test_the_quiet_hours_of_the_household_are_kept_too() -> None:
    world = completed()
    quiet = HouseholdRecorded(
        household_id=HOME, quiet_hours=(HouseholdQuiet(start="21:00", end="08:00"),)
    )
    world.record(HOUSEHOLD.stream(HOME), quiet)
    world.at("2024-03-05 21:30").refuses(Attempt(), LIN, "quiet_hours", ticket=FIRST)
    late = Reschedule(at=at("2024-03-06 07:59"))
    world.refuses(late, LIN, "quiet_hours", ticket=FIRST)
    assert world.do(Reschedule(at=at("2024-03-06 08:00")), LIN, ticket=FIRST)


def test_a_call_told_later_is_judged_by_when_it_was() -> None:
    world = completed(quiet_hours=(QuietHours(start="12:00", end="14:00"),))
    before = at("2024-03-06 11:50")
    world.at("2024-03-06 12:04")
    assert world.do(Attempt(), LIN, ticket=FIRST, occurred_at=before)


def test_an_emergency_is_followed_up_at_any_hour() -> None:
    quiet = (QuietHours(start="00:00", end="23:59"),)
    world = completed(quiet_hours=quiet, service_class="emergency")
    assert world.do(Attempt(), LIN, ticket=FIRST)


def test_an_answer_takes_a_call() -> None:
    world = completed()
    world.refuses(
        answer("satisfied"), LIN, "follow_up_not_attempted", IllegalTransition, ticket=FIRST
    )
    world.do(Attempt(), LIN, ticket=FIRST)
    assert world.do(answer("satisfied", score=5, text="很满意"), LIN, ticket=FIRST) == [
        FollowUpCompleted(
            parent_id="t1",
            cycle=1,
            purpose="satisfaction",
            outcome="satisfied",
            score=5,
            text="很满意",
        )
    ]
    done = world.ticket(FIRST)
    assert (done.status, done.is_open) == ("completed", False)
    assert done.follow_up is not None
    assert (done.follow_up.outcome, done.follow_up.score) == ("satisfied", 5)


def test_an_answer_given_again_changes_nothing_and_another_is_refused() -> None:
    world = completed()
    ask(world, "neutral", score=3)
    assert world.do(answer("neutral", score=3), LIN, ticket=FIRST) == []
    refused = world.refuses(answer("satisfied"), LIN, "illegal_transition", ticket=FIRST)
    assert refused.details["status"] == "completed"


@pytest.mark.parametrize("score", [0, 6, -1])
def test_stars_are_one_to_five(score: int) -> None:
    world = completed()
    world.do(Attempt(), LIN, ticket=FIRST)
    refused = world.refuses(
        answer("satisfied", score=score), LIN, "out_of_range", Unacceptable, ticket=FIRST
    )
    assert refused.pointer == "/score"


def test_an_answer_is_one_of_four() -> None:
    world = completed()
    world.do(Attempt(), LIN, ticket=FIRST)
    assert world.refuses(answer("maybe"), LIN, "not_one_of", ticket=FIRST).pointer == "/outcome"


@pytest.mark.parametrize(("minute", "result"), [("11:40:00", "on_time"), ("11:40:01", "late")])
def test_the_clock_asks_for_the_answer(minute: str, result: str) -> None:
    world = completed()
    world.at("2024-03-06 11:30").do(Attempt(), LIN, ticket=FIRST)
    world.at(f"2024-03-06 {minute}").do(answer("satisfied"), LIN, ticket=FIRST)
    [met] = [each for each in world.clockwork if isinstance(each, SlaClockMet)]
    assert met.result == result
    if result == "late":
        assert world.clock("follow_up", ticket=FIRST).breached_at == at("2024-03-06 11:40")


@pytest.mark.parametrize(
    "calls",
    [
        [],
        ["2024-03-05 18:00"],
        ["2024-03-05 18:00", "2024-03-06 09:00"],
        ["2024-03-05 18:00", "2024-03-05 19:00", "2024-03-05 23:59"],
    ],
)
def test_who_was_hardly_tried_is_not_given_up(calls: list[str]) -> None:
    world = completed()
    for call in calls:
        world.at(call).do(Attempt(), LIN, ticket=FIRST)
    refused = world.refuses(
        MarkUnreachable(), LIN, "too_few_attempts", IllegalTransition, ticket=FIRST
    )
    assert refused.details["attempts"] == len(calls)


def test_three_calls_on_two_days_are_enough() -> None:
    world = completed()
    for call in ("2024-03-05 18:00", "2024-03-05 23:59", "2024-03-06 00:00"):
        world.at(call).do(Attempt(), LIN, ticket=FIRST)
    told = world.do(MarkUnreachable(note="三次无人接听"), LIN, ticket=FIRST)
    assert told == [
        FollowUpUnreachable(
            parent_id="t1",
            cycle=1,
            purpose="satisfaction",
            attempts=3,
            days=2,
            note="三次无人接听",
        )
    ]
    assert world.status(FIRST) == "unreachable"
    assert world.do(MarkUnreachable(), LIN, ticket=FIRST) == []
    assert world.clock("follow_up", ticket=FIRST).result == "on_time"
    world.refuses(Attempt(), LIN, "illegal_transition", ticket=FIRST)


@pytest.mark.parametrize("command", [Attempt(), answer("satisfied"), MarkUnreachable()])
def test_a_repair_is_no_follow_up(command: object) -> None:
    world = completed()
    world.refuses(command, LIN, "not_of_this_kind", IllegalTransition)


def test_nobody_is_called_for_ever() -> None:
    world: Clocked = completed()
    for n in range(40):
        world.wait(hours=7 * n).do(Attempt(), LIN, ticket=FIRST)
    asked = world.ticket(FIRST).follow_up
    assert asked is not None
    assert len(asked.days) == 10, "the state stays small"
    assert asked.attempts == 40
    assert world.now - at("2024-03-05 11:40") > timedelta(days=200)
