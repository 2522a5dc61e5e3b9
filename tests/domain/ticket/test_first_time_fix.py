"""Mended at the first visit, for good: known after thirty days, denied at once
(docs/domain.md §5.1)."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.decider import On
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.repair.first_time_fix import refute
from app.events.base import Fact
from app.events.ticket import EngineerArrived, FirstTimeFixConfirmed, FirstTimeFixRefuted
from tests.domain.ticket.world import (
    FIRST_TIME_FIX,
    LI,
    LIN,
    OWNER,
    World,
    complete,
    reach,
    reported,
)
from tests.events.examples import example

MONTH = timedelta(days=30)


def told(world: World) -> list[Any]:
    """What was said of it, when, beside what became of the ticket."""
    found = [each.event if isinstance(each, Fact | On) else each for each in world.clockwork]
    return [event for event in found if isinstance(event, FIRST_TIME_FIX)]


def go_there(world: World) -> None:
    world.do(c.Depart(eta=world.eta()), LI)
    here = world.photo("p-again", "on_site")
    world.do(c.Arrive(photo_ids=(here,)), LI)


@pytest.mark.parametrize("status", ["confirmed", "closed"])
def test_it_is_confirmed_thirty_days_after_the_work_was_done(status: str) -> None:
    world = reach(status)
    done_at = world.now
    world.wait(days=30, seconds=-1).lapse()
    assert told(world) == []
    world.wait(seconds=1).lapse()
    assert told(world) == [FirstTimeFixConfirmed()]
    (fact,) = [each for each in world.lapsed if isinstance(each.event, FirstTimeFixConfirmed)]
    assert fact.occurred_at == done_at + MONTH
    assert world.ticket().first_time_fix == "confirmed"
    world.wait(days=30).lapse()
    assert told(world) == []


def test_where_nobody_was_at_home_that_was_no_visit() -> None:
    world = reach("on_site")
    world.do(c.RecordNoAccess(call_log="没人"), LI)
    go_there(world)
    complete(world)
    assert told(world) == []


def test_work_at_the_second_visit_was_not_done_at_the_first() -> None:
    world = reach("on_site")
    world.record(TICKET.stream("t1"), example(EngineerArrived), LI)
    complete(world)
    assert told(world) == [FirstTimeFixRefuted(cause="several_visits")]


def test_work_that_is_done_again_after_a_dispute_was_not_done_at_once() -> None:
    world = reach("disputed")
    assert told(world) == []
    world.photo("p-2", "after")
    world.do(c.CompleteWork(photo_ids=("p-2",), summary="又换了"), LI)
    assert told(world) == [FirstTimeFixRefuted(cause="disputed")]


def test_a_dispute_that_is_dropped_leaves_it_as_it_was() -> None:
    world = reach("disputed").wait(days=31)
    world.lapse()
    assert told(world) == [], "while it is disputed nothing is certain"
    world.do(c.SignCompletion(), OWNER)
    world.lapse()
    assert told(world) == [FirstTimeFixConfirmed()]


def test_opening_it_again_within_the_window_refutes_it_and_later_does_not() -> None:
    assert told(reach("reopened")) == [FirstTimeFixRefuted(cause="reopened")]
    world = reach("confirmed").wait(days=29)
    world.do(c.Close(), LIN)
    world.wait(days=2)
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t2"), OWNER)
    assert told(world) == []
    assert world.ticket().first_time_fix == "confirmed"


def test_a_ticket_that_tells_of_the_old_one_refutes_it() -> None:
    world = reach("closed").wait(days=8)
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t2"), OWNER)
    assert told(world) == [FirstTimeFixRefuted(cause="recurrence", by_ticket="t2")]
    world = reach("confirmed")
    world.do(reported("t2"), LIN)
    world.do(c.Link(ticket_id="t1", kind="recurs_of"), LIN, ticket="t2")
    assert world.ticket("t1").first_time_fix == "refuted"


def test_it_is_refuted_once_and_within_the_window() -> None:
    world = reach("confirmed")
    ticket = world.ticket()
    at = world.now
    assert refute(ticket, at + MONTH, "recurrence", "t2") == []
    assert refute(ticket, at - timedelta(seconds=1), "recurrence", "t2") == []
    (event,) = refute(ticket, at + MONTH - timedelta(seconds=1), "recurrence", "t2")
    again = TICKET.fold(ticket, [Fact(event, at, LIN)])
    assert again is not None
    assert refute(again, at + timedelta(days=1), "recurrence", "t3") == []
