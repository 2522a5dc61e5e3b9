"""What an answer leads to, in the same append: the work done once more, or somebody to make up."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.decider import On
from app.domain.errors import Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, ScheduleFollowUp
from app.events.base import SYSTEM
from app.events.complaint import ComplaintLodged
from app.events.follow_up import FollowUpCompleted, FollowUpScheduled
from app.events.sla import NotificationQueued, SlaClockCancelled, SlaClockStarted
from app.events.ticket import (
    EscalationRaised,
    TicketCancelled,
    TicketLinked,
    TicketReopened,
    TicketReported,
)
from tests.domain.ticket.asking import (
    FIRST,
    SECOND,
    answer,
    ask,
    completed,
    confirmed,
    on,
    schedule,
)
from tests.domain.ticket.clocked import Clocked
from tests.domain.ticket.world import AT_HOME, HOUSEHOLD, LIN, OWNER, SUPERVISOR


def clockwork(world: Clocked, ticket: str) -> list[Any]:
    """What the clocks of another ticket made of the last decision."""
    return [each.event for each in world.clockwork if _is_on(each, ticket)]


def _is_on(event: Any, ticket: str) -> bool:
    return isinstance(event, On) and event.stream.id == f"ticket-{ticket}"


@pytest.mark.parametrize("outcome", ["satisfied", "neutral"])
def test_a_content_owner_is_left_alone(outcome: str) -> None:
    world = completed()
    [told] = ask(world, outcome)
    assert isinstance(told, FollowUpCompleted)
    assert world.beside == []
    assert world.status() == "completed"


def test_what_came_again_is_done_once_more() -> None:
    world = completed()
    [told] = ask(world.at("2024-03-06 10:00"), "recurred", text="还在渗")
    assert told.outcome == "recurred"
    assert TicketReopened(reason="还在渗", cycle=2) in on(world, "t1")
    repair = world.ticket()
    assert (repair.status, repair.cycle, repair.first_time_fix) == ("reopened", 2, "refuted")
    started = [each for each in clockwork(world, "t1") if isinstance(each, SlaClockStarted)]
    assert {(each.clock, each.cycle) for each in started} == {("acknowledge", 2), ("arrive", 2)}


def test_then_the_other_follow_up_of_the_cycle_is_not_needed_any_more() -> None:
    world = completed()
    ask(world, "recurred")
    assert on(world, SECOND) == [TicketCancelled(reason="parent_reopened")]
    assert [type(each) for each in clockwork(world, SECOND)] == [SlaClockCancelled]
    assert (world.status(FIRST), world.status(SECOND)) == ("completed", "cancelled")


def test_without_words_the_reason_says_where_they_are_to_be_found() -> None:
    world = completed()
    ask(world, "recurred")
    assert TicketReopened(reason="F240305-0001", cycle=2) in on(world, "t1")


def test_a_week_after_the_closing_a_new_ticket_tells_of_the_old_one() -> None:
    world = confirmed()
    ask(world, "satisfied")
    world.do(c.Close(), LIN)
    world.wait(days=8)
    ask(world, "recurred", ticket=SECOND, text="又漏了")
    assert (world.status(), world.ticket().cycle) == ("closed", 1)
    new = world.ticket("t-new")
    assert (new.kind, new.status, new.description) == ("repair", "reported", "又漏了")
    assert new.linked("recurs_of") == ("t1",)
    assert world.ticket().linked("has_recurrence") == ("t-new",)
    assert "arrive" in world.kinds("t-new")
    assert world.ticket().first_time_fix == "refuted"


def test_what_is_being_done_again_already_is_not_begun_once_more() -> None:
    world = completed()
    schedule(world, purpose="outcome")
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    assert world.status("f-9") == "cancelled"
    schedule(world, ticket="f-8")
    ask(world, "recurred", ticket="f-8")
    assert world.beside == []
    assert (world.status(), world.ticket().cycle) == ("reopened", 2)


def test_a_visit_that_belongs_to_no_ticket_reopens_none() -> None:
    world = Clocked()
    visit = ScheduleFollowUp(
        ticket_id="f-9",
        purpose="care",
        location=AT_HOME,
        household_id=HOUSEHOLD,
        series_id="s-1",
        assigned_to="u-lin",
    )
    world.do(visit, SYSTEM, ticket="f-9")
    ticket = world.ticket("f-9")
    assert ticket.first_responsible is not None
    assert (ticket.first_responsible.subject, ticket.links) == ("u-lin", ())
    world.do(Attempt(), LIN, ticket="f-9")
    refused = world.refuses(
        answer("recurred"), LIN, "nothing_to_reopen", Unacceptable, ticket="f-9"
    )
    assert refused.pointer == "/outcome"
    world.do(answer("dissatisfied", text="没人来"), LIN, ticket="f-9")
    complaint = world.ticket("t-c")
    assert (complaint.kind, complaint.category) == ("complaint", "other")
    assert complaint.linked("parent") == ("f-9",)
    assert world.ticket("f-9").linked("child") == ("t-c",)
    call = world.ticket("f-back").follow_up
    assert call is not None
    assert (call.purpose, call.parent_id) == ("callback", None)


def test_who_is_not_content_has_a_complaint_and_a_superiors_call_within_a_day() -> None:
    world = completed()
    ask(world.at("2024-03-06 10:00"), "dissatisfied", score=1, text="师傅态度差")
    complaint = world.ticket("t-c")
    assert (complaint.kind, complaint.status, complaint.number) == (
        "complaint",
        "received",
        "C240306-0001",
    )
    assert complaint.description == "师傅态度差"
    assert (complaint.household_id, complaint.category) == (HOUSEHOLD, "leak")
    assert complaint.linked("parent") == ("t1",)
    assert world.ticket().linked("child") == ("t-c",)
    assert on(world, "t-c")[0:2] == [on(world, "t-c")[0], ComplaintLodged()]
    assert isinstance(on(world, "t-c")[0], TicketReported)
    assert {"acknowledge", "propose"} <= set(world.kinds("t-c"))
    call = world.ticket("f-back")
    assert call.follow_up is not None
    assert (call.follow_up.purpose, call.follow_up.executor) == ("callback", "u-li")
    assert call.follow_up.due_at == world.now + timedelta(hours=24)
    assert world.clock("follow_up", ticket="f-back").due_at == call.follow_up.due_at
    assert world.ticket().linked("follow_up") == (FIRST, SECOND, "f-back")
    told = [each for each in clockwork(world, "f-back") if isinstance(each, NotificationQueued)]
    assert told == [NotificationQueued(template="call_back_wanted", audience="supervisor")]
    assert world.status() == "completed", "that work was done nobody denies"


def test_a_ticket_with_such_a_complaint_is_not_closed_before_that_is_over() -> None:
    world = confirmed()
    ask(world, "dissatisfied")
    refused = world.refuses(c.Close(), LIN, "open_children")
    assert refused.details["numbers"] == ["C240305-0001"]


def test_who_is_still_not_content_has_it_taken_one_level_up() -> None:
    world = completed()
    ask(world, "dissatisfied")
    world.do(Attempt(), SUPERVISOR, ticket="f-back")
    again = answer("dissatisfied", text="还是不满意")
    command = type(again)(
        outcome=again.outcome,
        text=again.text,
        new_ticket_id="t-new2",
        complaint_id="t-c2",
        callback_id="f-back2",
    )
    world.do(command, SUPERVISOR, ticket="f-back")
    assert on(world, "t-c") == [EscalationRaised(level=1, reason="dissatisfied_again")]
    assert "ticket-t-c2" not in world.states
    scheduled = [each for each in on(world, "t1") if isinstance(each, FollowUpScheduled)]
    assert [each.follow_up_id for each in scheduled] == ["f-back2"]


def test_one_call_back_at_a_time() -> None:
    world = completed()
    ask(world, "dissatisfied")
    ask(world, "dissatisfied", ticket=SECOND)
    assert [type(each) for each in on(world, "t-c")] == [EscalationRaised]
    assert on(world, "t1") == []


def test_an_old_complaint_that_is_over_does_not_stand_for_a_new_one() -> None:
    world = completed()
    ask(world, "dissatisfied")
    world.do(c.Acknowledge(), LIN, ticket="t-c")
    world.do(c.Reject(reason="已另行处理", referred_to="经理"), LIN, ticket="t-c")
    command = ScheduleFollowUp(ticket_id="f-9", purpose="satisfaction", parent_id="t1")
    world.do(command, LIN, ticket="f-9")
    world.do(Attempt(), LIN, ticket="f-9")
    again = answer("dissatisfied")
    world.do(
        type(again)(
            outcome="dissatisfied",
            new_ticket_id="t-n2",
            complaint_id="t-c2",
            callback_id="f-b2",
        ),
        LIN,
        ticket="f-9",
    )
    assert world.ticket("t-c2").kind == "complaint"
    assert any(isinstance(each, TicketLinked) for each in on(world, "t1"))
