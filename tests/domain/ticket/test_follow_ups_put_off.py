"""Another time is agreed with the owner, or none."""

import pytest

from app.domain.errors import Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, MarkUnreachable, Reschedule
from app.events.base import Actor
from app.events.follow_up import FollowUpRescheduled
from app.events.sla import SlaClockRetargeted, SlaClockStarted
from app.events.ticket import TicketCancelled
from tests.domain.ticket.asking import FIRST, ask, at, completed
from tests.domain.ticket.world import LIN, OWNER, SUPERVISOR


def test_another_time_is_agreed_and_the_first_is_remembered() -> None:
    world = completed()
    world.at("2024-03-06 10:00").do(Attempt(), LIN, ticket=FIRST)
    before, later = at("2024-03-06 11:40"), at("2024-03-07 10:00")
    told = world.do(Reschedule(at=later, note="在开会"), LIN, ticket=FIRST)
    assert told == [FollowUpRescheduled(previous_due_at=before, due_at=later, note="在开会")]
    [moved] = [each for each in world.clockwork if isinstance(each, SlaClockRetargeted)]
    assert (moved.old_due_at, moved.due_at, moved.reason) == (before, later, "rescheduled")
    asked = world.ticket(FIRST).follow_up
    assert asked is not None
    assert (world.status(FIRST), asked.due_at, asked.attempts) == ("rescheduled", later, 0)
    assert world.do(Reschedule(at=later), LIN, ticket=FIRST) == []
    world.at("2024-03-07 10:00:01").do(Attempt(), LIN, ticket=FIRST)
    assert world.clock("follow_up", ticket=FIRST).breached_at == later


def test_a_call_that_is_late_already_is_not_made_punctual_by_putting_it_off() -> None:
    world = completed()
    world.at("2024-03-06 12:00").do(Reschedule(at=at("2024-03-09 10:00")), LIN, ticket=FIRST)
    clock = world.clock("follow_up", ticket=FIRST)
    assert (clock.state, clock.breached_at) == ("breached", at("2024-03-06 11:40"))
    ask(world.at("2024-03-09 09:00"), "satisfied")
    assert world.clock("follow_up", ticket=FIRST).result == "late"


def test_who_was_not_reached_is_tried_again_by_a_new_clock() -> None:
    world = completed()
    for call in ("2024-03-05 18:00", "2024-03-05 19:00", "2024-03-06 09:00"):
        world.at(call).do(Attempt(), LIN, ticket=FIRST)
    world.do(MarkUnreachable(), LIN, ticket=FIRST)
    later = at("2024-03-08 10:00")
    world.do(Reschedule(at=later), LIN, ticket=FIRST)
    assert [type(each) for each in world.clockwork] == [SlaClockStarted]
    clocks = [(one.cycle, one.due_at, one.state) for one in world.ticket(FIRST).clocks]
    assert clocks == [(1, at("2024-03-06 11:40"), "met"), (2, later, "running")]
    world.refuses(MarkUnreachable(), LIN, "too_few_attempts", ticket=FIRST)
    ask(world.at("2024-03-08 10:00"), "neutral")
    assert world.clock("follow_up", 2, FIRST).result == "on_time"


def test_a_time_that_is_past_cannot_be_agreed() -> None:
    world = completed()
    refused = world.refuses(
        Reschedule(at=world.now), LIN, "due_in_past", Unacceptable, ticket=FIRST
    )
    assert refused.pointer == "/at"


@pytest.mark.parametrize("by", [OWNER, SUPERVISOR])
def test_owner_or_superior_may_call_it_off(by: Actor) -> None:
    world = completed()
    told = world.do(c.Cancel(reason="不用回访"), by, ticket=FIRST)
    assert told == [TicketCancelled(reason="不用回访")]
    assert world.clock("follow_up", ticket=FIRST).is_cancelled
    world.refuses(Attempt(), LIN, "illegal_transition", ticket=FIRST)
    world.refuses(c.Cancel(reason="?"), LIN, "role_not_permitted", ticket=FIRST)
