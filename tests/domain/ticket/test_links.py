"""MergeInto and Link: tickets that belong together."""

from typing import Any

import pytest

from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds.repair import OPEN
from app.domain.ticket.limits import LINKS
from app.events.ticket import DuplicateAbsorbed, Location, TicketLinked, TicketMerged
from tests.domain.ticket.world import LI, LIN, World, reach, reported


def tickets(*names: str) -> World:
    world = World()
    for name in names:
        reach("reported", world=world, ticket=name)
    return world


def child(of: str) -> c.Link:
    return c.Link(ticket_id=of, kind="child")


def test_a_duplicate_goes_on_in_the_other() -> None:
    world = tickets("t1", "t2")
    assert world.do(c.MergeInto(into="t2", note="同一漏水"), LIN) == [
        TicketMerged(into="t2", into_number="R240305-0002", note="同一漏水")
    ]
    assert [on.event for on in world.beside] == [
        DuplicateAbsorbed(ticket_id="t1", number="R240305-0001")
    ]
    assert (world.status(), world.ticket().merged_into) == ("merged", "t2")
    assert world.ticket("t2").linked("duplicate") == ("t1",)
    assert world.do(c.MergeInto(into="t2"), LIN) == []


def test_a_merged_ticket_goes_nowhere_else() -> None:
    world = tickets("t1", "t2", "t3")
    world.do(c.MergeInto(into="t2"), LIN)
    assert world.refuses(c.MergeInto(into="t3"), LIN, "ticket_merged").details == {"into": "t2"}


@pytest.mark.parametrize("status", sorted(OPEN - {"pooled"}))
def test_any_open_ticket_may_be_a_duplicate(status: str) -> None:
    world = reach(status)
    reach("reported", world=world, ticket="t2")
    assert world.do(c.MergeInto(into="t2"), LIN)
    assert world.load(LI) == ()


@pytest.mark.parametrize("status", ["merged", "cancelled", "rejected", "closed"])
def test_nothing_goes_on_in_a_ticket_that_ended(status: str) -> None:
    world = reach(status)
    reach("reported", world=world, ticket="t2")
    refused = world.refuses(
        c.MergeInto(into="t1"), LIN, "merge_target_not_live", IllegalTransition, ticket="t2"
    )
    assert refused.details == {"status": status}


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (c.MergeInto(into="t-none"), "/into"),
        (c.Link(ticket_id="t-none", kind="related"), "/ticket_id"),
    ],
)
def test_the_other_ticket_must_be_there_and_be_seen(command: Any, pointer: str) -> None:
    world = tickets("t1")
    assert world.refuses(command, LIN, "unknown_ticket", Unacceptable).pointer == pointer


def test_the_other_ticket_must_be_in_reach() -> None:
    world = tickets("t1")
    world.do(reported("t2", location=Location(community="yuelan")), LIN)
    for command in (c.MergeInto(into="t2"), c.Link(ticket_id="t2", kind="related")):
        world.refuses(command, LIN, "unknown_ticket", communities=("jinxiu",))


def test_nothing_is_its_own_duplicate_or_relative() -> None:
    world = tickets("t1")
    world.refuses(c.MergeInto(into="t1"), LIN, "merge_into_itself", IllegalTransition)
    for kind in ("child", "related", "recurs_of"):
        world.refuses(c.Link(ticket_id="t1", kind=kind), LIN, "link_to_itself", IllegalTransition)


def test_no_ticket_is_the_duplicate_of_its_own_family() -> None:
    world = tickets("t1", "t2", "t3", "t4")
    world.do(child("t2"), LIN, ticket="t1")
    world.do(child("t3"), LIN, ticket="t2")
    for ticket, into in (("t1", "t3"), ("t3", "t1"), ("t1", "t2"), ("t2", "t1")):
        world.refuses(c.MergeInto(into=into), LIN, "merge_target_is_relative", ticket=ticket)
    assert world.do(c.MergeInto(into="t4"), LIN, ticket="t3")


@pytest.mark.parametrize(
    ("kind", "inverse"),
    [("child", "parent"), ("related", "related"), ("recurs_of", "has_recurrence")],
)
def test_a_link_is_kept_on_both_sides(kind: str, inverse: str) -> None:
    world = tickets("t1", "t2")
    command = c.Link(ticket_id="t2", kind=kind)
    assert world.do(command, LIN) == [
        TicketLinked(ticket_id="t2", number="R240305-0002", kind=kind)
    ]
    assert [on.event for on in world.beside] == [
        TicketLinked(ticket_id="t1", number="R240305-0001", kind=inverse)
    ]
    assert (world.ticket().linked(kind), world.ticket("t2").linked(inverse)) == (("t2",), ("t1",))
    assert world.do(command, LIN) == []


@pytest.mark.parametrize("kind", ["parent", "has_recurrence", "duplicate", "friend"])
def test_no_other_kind_is_asked_for(kind: str) -> None:
    world = tickets("t1", "t2")
    refused = world.refuses(c.Link(ticket_id="t2", kind=kind), LIN, "not_one_of", Unacceptable)
    assert refused.pointer == "/kind"


def test_a_child_has_one_parent() -> None:
    world = tickets("t1", "t2", "t3")
    world.do(child("t3"), LIN, ticket="t1")
    refused = world.refuses(child("t3"), LIN, "child_has_parent", ticket="t2")
    assert refused.details == {"number": "R240305-0003"}


def test_nobody_is_the_child_of_a_descendant() -> None:
    world = tickets("t1", "t2", "t3", "t4")
    for parent, name in (("t1", "t2"), ("t2", "t3"), ("t3", "t4")):
        world.do(child(name), LIN, ticket=parent)
    for descendant in ("t2", "t3", "t4"):
        world.refuses(child("t1"), LIN, "link_cycle", IllegalTransition, ticket=descendant)


def test_a_link_to_a_merged_ticket_is_told_where_it_went() -> None:
    world = tickets("t1", "t2", "t3")
    world.do(c.MergeInto(into="t3"), LIN, ticket="t2")
    refused = world.refuses(child("t2"), LIN, "ticket_merged", IllegalTransition)
    assert refused.details == {"into": "t3"}


@pytest.mark.parametrize(
    "command", [c.MergeInto(into="t2"), c.Link(ticket_id="t2", kind="related")]
)
def test_the_links_of_a_ticket_have_an_end(command: Any) -> None:
    world = tickets("t1", "t2")
    for n in range(LINKS):
        linked = TicketLinked(ticket_id=f"x{n}", number="R", kind="related")
        world.record(TICKET.stream("t2"), linked)
    assert world.refuses(command, LIN, "too_many_links").details["number"] == "R240305-0002"
