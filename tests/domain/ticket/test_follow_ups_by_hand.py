"""Follow-ups that somebody schedules, or a reactor: what they say, and when they come too late."""

from datetime import timedelta

import pytest

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.events.base import SYSTEM
from app.events.ticket import TicketReported
from tests.domain.ticket.asking import (
    FIRST,
    at,
    by_hand,
    completed,
    on,
    own,
    schedule,
)
from tests.domain.ticket.clocked import Clocked
from tests.domain.ticket.world import (
    LI,
    LIN,
    OWNER,
    about_the_ticket,
    reach,
)

NEXT_DAY, THIRD_DAY = at("2024-03-06 11:40"), at("2024-03-08 11:40")


def test_one_may_be_scheduled_by_hand() -> None:
    world = reach("accepted", world=Clocked())
    assert isinstance(world, Clocked)
    due_at = at("2024-03-06 10:00:30")
    told = schedule(world, purpose="care", due_at=due_at, reason="独居老人")
    [begun, scheduled] = own(told)
    assert isinstance(begun, TicketReported)
    assert (begun.category, begun.description, begun.status) == ("care", "独居老人", "scheduled")
    assert (scheduled.due_at, scheduled.is_fixed) == (due_at, True)
    assert on(world, "t1") == [scheduled]
    clock = world.clock("follow_up", ticket="f-9")
    assert (clock.due_at, clock.target.at, clock.target.seconds) == (due_at, due_at, None)
    assert clock.pausable_reasons == ()
    assert world.ticket().linked("follow_up") == ("f-9",)


def test_by_hand_without_a_time_it_is_due_when_the_policy_says() -> None:
    world = reach("accepted", world=Clocked())
    assert isinstance(world, Clocked)
    schedule(world, purpose="outcome")
    assert world.ticket().follow_ups[0].due_at == world.now + timedelta(hours=72)


@pytest.mark.parametrize("by", [OWNER, LI])
def test_neither_owner_nor_engineer_schedules_one(by: object) -> None:
    world = reach("accepted")
    world.refuses(by_hand(), by, "role_not_permitted", NotPermitted, ticket="f-9")  # type: ignore[arg-type]


def test_what_a_follow_up_by_hand_has_to_say() -> None:
    world = reach("accepted")

    def refused(code: str, pointer: str | None = None, **said: object) -> None:
        caught = world.refuses(by_hand(**said), LIN, code, ticket="f-9")  # type: ignore[arg-type]
        assert caught.pointer == pointer

    refused("unknown_ticket", "/parent_id", parent_id="t-404")
    refused("parent_required", "/parent_id", parent_id=None)
    refused("due_in_past", "/due_at", due_at=world.now)
    refused("not_one_of", "/purpose", purpose="chat")
    refused("blank", "/reason", reason=" ")


@pytest.mark.parametrize("status", ["cancelled", "rejected", "merged"])
def test_there_is_nothing_to_ask_about_what_is_not_there(status: str) -> None:
    world = reach(status)
    refused = world.refuses(by_hand(), LIN, "nothing_to_ask_about", IllegalTransition, ticket="f-9")
    assert refused.details == {"status": status}


def test_a_follow_up_is_not_followed_up() -> None:
    world = completed()
    refused = world.refuses(
        by_hand(parent_id=FIRST), LIN, "parent_is_follow_up", Unacceptable, ticket="f-9"
    )
    assert refused.pointer == "/parent_id"


def test_a_reactor_is_answered_with_nothing_where_it_comes_too_late() -> None:
    world = completed()
    again = ScheduleFollowUp(ticket_id=FIRST, purpose="callback", parent_id="t1")
    assert world.do(again, SYSTEM, ticket=FIRST) == []
    world.refuses(again, LIN, "already_reported", IllegalTransition, ticket=FIRST)
    for gone in ("cancelled", "merged"):
        elsewhere = reach(gone)
        assert elsewhere.do(by_hand(), SYSTEM, ticket="f-9") == []
    assert world.do(by_hand(parent_id="t-404"), SYSTEM, ticket="f-9") == []


def test_a_reactor_may_be_late_with_a_time_that_was_said() -> None:
    world = completed()
    answered, due_at = world.now, world.now + timedelta(hours=24)
    world.wait(hours=30)
    told = world.do(
        by_hand(purpose="callback", due_at=due_at), SYSTEM, ticket="f-9", occurred_at=answered
    )
    assert told
    lapsed = world.lapse("f-9")
    assert about_the_ticket(lapsed) == []
    assert world.clock("follow_up", ticket="f-9").breached_at == due_at
