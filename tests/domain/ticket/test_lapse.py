"""What comes of itself: in the order of its due times, whoever looks and however late."""

from datetime import timedelta

import pytest

from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds.repair import ALL
from app.events.ticket import AssignmentReturned, CompletionSigned, TicketResumed
from tests.domain.ticket.world import DU, LI, OWNER, World, reach

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "status",
    sorted(ALL - {"assigned", "transferred", "completed", "verified", "confirmed", "closed"}),
)
def test_nothing_else_comes_of_itself(status: str) -> None:
    ticket = reach(status, world=World().without_clocks()).ticket()
    assert TICKET.next_due(ticket) is None


def test_where_there_is_no_ticket_nothing_comes_of_itself() -> None:
    world = reach("reported")
    assert TICKET.next_due(None) is None
    assert TICKET.lapse(None, world.now) == []


@pytest.mark.parametrize(
    ("status", "after", "then"),
    [
        ("assigned", timedelta(minutes=10), None),
        ("transferred", timedelta(minutes=10), None),
        ("completed", timedelta(hours=72), timedelta(days=30)),
        ("verified", timedelta(hours=72), timedelta(days=30)),
        ("confirmed", timedelta(days=30), None),
        ("closed", timedelta(days=30), None),
    ],
)
def test_the_next_due_is_when_it_lapses(
    status: str, after: timedelta, then: timedelta | None
) -> None:
    world = reach(status, world=World().without_clocks())
    due = TICKET.next_due(world.ticket())
    assert due == world.now + after
    assert TICKET.lapse(world.ticket(), due - timedelta(microseconds=1)) == []
    [fact] = TICKET.lapse(world.ticket(), due)
    assert fact.occurred_at == due
    following = TICKET.next_due(TICKET.evolve(world.ticket(), fact))
    assert following == (then and world.now + then)


def test_what_lapsed_together_is_told_in_order() -> None:
    world = reach("assigned", world=World().without_clocks())
    world.do(c.Hold(reason="parts", expected_resume_at=world.now + HOUR), DU)
    facts = world.wait(hours=2).lapse()
    assert [type(fact.event) for fact in facts] == [AssignmentReturned, TicketResumed]
    assert [fact.occurred_at - world.ticket().reported_at for fact in facts] == [HOUR / 6, HOUR]
    assert TICKET.next_due(world.ticket()) is None


def test_a_wait_may_end_before_the_silence_does() -> None:
    world = reach("completed")
    world.do(c.Hold(reason="owner_unavailable", expected_resume_at=world.now + HOUR), DU)
    facts = world.wait(days=4).lapse()
    assert [type(fact.event) for fact in facts] == [TicketResumed, CompletionSigned]


def test_a_command_finds_the_ticket_as_time_has_left_it() -> None:
    world = reach("assigned")
    world.wait(minutes=10).refuses(c.Decline(reason="在忙"), LI, "ticket_not_found")
    assert world.status() == "returned"
    world = reach("completed")
    world.wait(days=4)
    assert world.do(c.SignCompletion(), OWNER) == []
