"""Hold, Release, and what ends a hold without being asked."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.repair import OPEN
from app.domain.ticket.state.ticket import Hold
from app.events.base import SYSTEM, Actor, Fact
from app.events.ticket import TicketHeld, TicketResumed
from tests.domain.ticket.world import (
    DU,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    World,
    check_all,
    reach,
)

DAY = timedelta(hours=24)


def held(status: str, reason: str = "parts") -> World:
    world = reach(status)
    world.do(c.Hold(reason=reason), SUPERVISOR)
    return world


@pytest.mark.parametrize("status", sorted(OPEN))
def test_any_open_ticket_may_wait(status: str) -> None:
    world = reach(status)
    assert world.do(c.Hold(reason="weather", note="暴雨"), SUPERVISOR) == [
        TicketHeld(reason="weather", note="暴雨")
    ]
    assert world.ticket().hold == Hold(
        reason="weather", since=world.now, expected_resume_at=None, note="暴雨"
    )
    assert world.status() == status
    assert world.do(c.Release(), SUPERVISOR) == [TicketResumed()]
    assert (world.ticket().hold, world.status()) == (None, status)
    assert world.do(c.Release(), SUPERVISOR) == []


def test_a_wait_for_anything_else_is_refused() -> None:
    refused = reach("accepted").refuses(
        c.Hold(reason="lunch"), SUPERVISOR, "unknown_hold_reason", Unacceptable
    )
    assert refused.pointer == "/reason"


def test_a_ticket_waits_for_one_thing() -> None:
    world = held("accepted", "parts")
    assert world.do(c.Hold(reason="parts"), SUPERVISOR) == []
    refused = world.refuses(
        c.Hold(reason="weather"), SUPERVISOR, "already_on_hold", IllegalTransition
    )
    assert refused.details == {"reason": "parts"}


@pytest.mark.parametrize("by", [LI, DU])
def test_a_wait_of_more_than_a_day_needs_a_superior(by: Actor) -> None:
    world = reach("accepted")
    longer = c.Hold(reason="parts", expected_resume_at=world.now + DAY + timedelta(seconds=1))
    world.refuses(longer, by, "hold_needs_supervisor", NotPermitted)
    world.refuses(c.Hold(reason="parts"), by, "hold_needs_supervisor", NotPermitted)
    assert world.do(c.Hold(reason="parts", expected_resume_at=world.now + DAY), by)


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER])
def test_a_superior_may_let_it_wait_longer(by: Actor) -> None:
    world = reach("accepted")
    assert world.do(c.Hold(reason="parts", expected_resume_at=world.now + 7 * DAY), by)


def test_a_wait_does_not_end_before_it_begins() -> None:
    world = reach("accepted")
    command = c.Hold(reason="parts", expected_resume_at=world.now)
    refused = world.refuses(command, LI, "expected_resume_in_past", Unacceptable)
    assert refused.pointer == "/expected_resume_at"


def test_a_wait_ends_at_its_time() -> None:
    world = reach("accepted")
    until = world.now + timedelta(hours=1)
    world.do(c.Hold(reason="parts", expected_resume_at=until), LI)
    assert world.wait(minutes=59).lapse() == []
    assert world.wait(hours=3).lapse() == [Fact(TicketResumed(auto=True), until, SYSTEM)]
    assert world.ticket().hold is None


COMPLETE = c.CompleteWork(photo_ids=("p-after",), summary="换了水管")


@pytest.mark.parametrize(
    ("status", "command", "by"),
    [
        ("accepted", None, LI),
        ("en_route", c.Arrive(photo_ids=("p-on_site",)), LI),
        ("on_site", c.ProposeSolution(plan="换", material_fen=0, chargeable=False), LI),
        ("on_site", c.ProposeSolution(plan="换", material_fen=0, chargeable=True), LI),
        ("proposed", c.AcceptSolution(), OWNER),
        ("in_progress", COMPLETE, LI),
        ("reported", c.Reject(reason="不归", referred_to="燃气公司"), LIN),
        ("accepted", c.Cancel(reason="不修了"), OWNER),
        ("confirmed", c.Close(), LIN),
        ("completed", c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER),
    ],
)
def test_work_that_goes_on_ends_the_wait_in_the_same_decision(
    status: str, command: Any, by: Actor
) -> None:
    world = reach(status)
    if command is COMPLETE:
        check_all(world)
    world.do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    events = world.do(command or c.Depart(eta=world.eta()), by)
    assert events[0] == TicketResumed(implicit=True)
    assert len(events) > 1
    assert world.ticket().hold is None


def test_a_merged_ticket_waits_for_nothing() -> None:
    world = held("accepted")
    reach("reported", world=world, ticket="t2")
    assert world.do(c.MergeInto(into="t2"), LIN)[0] == TicketResumed(implicit=True)


@pytest.mark.parametrize(
    ("status", "command", "by"),
    [
        ("reported", c.Acknowledge(), LIN),
        ("acknowledged", c.Assign(engineer="u-wang"), DU),
        ("assigned", c.Accept(), LI),
        ("accepted", c.UpdateProgress(text="等配件"), LI),
        ("on_site", c.AddCost(kind="material", description="软管", amount_fen=1), LI),
        ("accepted", c.Comment(text="好的"), OWNER),
    ],
)
def test_what_is_no_work_leaves_the_wait(status: str, command: Any, by: Actor) -> None:
    world = held(status)
    assert not any(isinstance(event, TicketResumed) for event in world.do(command, by))
    assert world.ticket().hold is not None


def test_one_consent_of_two_leaves_the_wait() -> None:
    world = reach("on_site")
    world.do(c.ProposeSolution(plan="换主管", material_fen=50_000, chargeable=True), LI)
    world.do(c.Hold(reason="fund_approval"), SUPERVISOR)
    world.do(c.AcceptSolution(), OWNER)
    assert world.ticket().hold is not None
    assert world.do(c.AcceptSolution(), MANAGER)[0] == TicketResumed(implicit=True)
