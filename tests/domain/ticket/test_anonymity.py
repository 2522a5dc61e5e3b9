"""Whose a complaint is, and who is not to know (docs/domain.md §6.2)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.errors import IllegalTransition
from app.domain.ticket.access.naming import may_name
from app.domain.ticket.access.visibility import knows_reporter, may_see, sees_confidential_links
from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.every_kind.links import LINKABLE_KINDS, LinkKind
from app.domain.ticket.state.ticket import Complaint
from app.events.base import Actor
from app.events.ticket import TicketMerged
from app.viewer import Viewer
from tests.domain.ticket.complaining import NEIGHBOUR, NEXT_DOOR, complaint, lodge
from tests.domain.ticket.world import (
    ADMIN,
    AUDITOR,
    CHEN,
    DU,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    World,
    reported,
)


def viewer(actor: Actor, household_id: str | None = None) -> Viewer:
    return Viewer(role=actor.role, subject=actor.subject, household_id=household_id)


def anonymous(status: str = "acknowledged", world: World | None = None) -> World:
    return lodge(status, by=OWNER, world=world, anonymous=True, subject_of_complaint="u-sun")


@pytest.mark.parametrize("actor", [LIN, DU, MANAGER, AUDITOR, ADMIN])
def test_the_office_knows_whose_it_is(actor: Actor) -> None:
    assert knows_reporter(viewer(actor), anonymous().ticket())


def test_who_is_complained_about_does_not_though_in_the_office() -> None:
    ticket = anonymous().ticket()
    assert may_see(viewer(SUPERVISOR), ticket)
    assert not knows_reporter(viewer(SUPERVISOR), ticket)


def test_no_engineer_does_even_who_investigates() -> None:
    world = anonymous()
    world.do(p.Investigate(investigator="u-chen"), LIN)
    assert may_see(viewer(CHEN), world.ticket())
    assert not knows_reporter(viewer(CHEN), world.ticket())


def test_an_engineer_does_not_see_what_is_complained_about_him() -> None:
    world = lodge(by=LI, subject_of_complaint="u-li")
    assert not may_see(viewer(LI), world.ticket())


def test_a_named_complaint_is_no_secret() -> None:
    world = lodge(subject_of_complaint="u-sun")
    assert knows_reporter(viewer(SUPERVISOR), world.ticket())


def test_the_owner_knows_and_the_neighbour_who_supports_does_not() -> None:
    for world in (anonymous(), lodge()):
        world.do(p.Support(), NEIGHBOUR, household_id=NEXT_DOOR)
        ticket = world.ticket()
        assert knows_reporter(viewer(OWNER, HOUSEHOLD), ticket)
        assert may_see(viewer(NEIGHBOUR, NEXT_DOOR), ticket)
        assert not knows_reporter(viewer(NEIGHBOUR, NEXT_DOOR), ticket)
        assert not may_see(viewer(NEIGHBOUR, "h-other"), ticket)


class TestLinks:
    @pytest.mark.parametrize("kind", LINKABLE_KINDS)
    def test_it_names_another_ticket_which_does_not_name_it(self, kind: LinkKind) -> None:
        world = anonymous()
        world.do(reported("r1"), LIN)
        world.do(c.Link(ticket_id="r1", kind=kind), LIN)
        assert world.beside == []
        assert [one.confidential for one in world.ticket().links] == [True]
        assert world.ticket("r1").links == ()
        assert world.do(c.Link(ticket_id="r1", kind=kind), LIN) == []

    @pytest.mark.parametrize("kind", LINKABLE_KINDS)
    def test_nobody_links_it_from_the_other_side(self, kind: LinkKind) -> None:
        world = anonymous()
        world.do(reported("r1"), LIN)
        command = c.Link(ticket_id="t1", kind=kind)
        world.refuses(command, LIN, "would_reveal_reporter", IllegalTransition, ticket="r1")

    def test_the_links_of_a_named_one_are_no_secret(self) -> None:
        world = lodge()
        world.do(reported("r1", parent_id="t1"), LIN)
        assert [one.confidential for one in world.ticket().links] == [False]

    def test_no_repair_is_reported_as_its_part(self) -> None:
        world = anonymous()
        world.refuses(reported("r1", parent_id="t1"), LIN, "would_reveal_reporter")
        world.do(reported("r1"), LIN)
        world.do(c.Link(ticket_id="r1", kind="child"), LIN)
        assert world.ticket().linked("child") == ("r1",)

    def test_nor_does_a_named_complaint_quote_it(self) -> None:
        world = anonymous()
        world.refuses(complaint("t2", quotes=("t1",)), OWNER, "would_reveal_reporter")
        world.do(complaint("t2", quotes=("t1",), **ABOUT_SUN), OWNER)
        assert world.ticket("t2").linked("quotes") == ("t1",)

    def test_it_quotes_a_ticket_which_does_not_name_it(self) -> None:
        world = World()
        world.do(reported("r1"), LIN)
        world.do(complaint("t2", anonymous=True, quotes=("r1",)), OWNER)
        assert world.ticket("r1").links == ()
        [quoting] = world.ticket("t2").links
        assert (quoting.kind, quoting.confidential) == ("quotes", True)

    def test_an_anonymous_part_of_a_named_one(self) -> None:
        world = lodge()
        world.do(complaint("t2", anonymous=True, beside={"parent_id": "t1"}), OWNER)
        assert world.ticket().links == ()
        assert world.ticket("t2").linked("parent") == ("t1",)

    def test_a_part_about_somebody_else_is_a_complaint_of_its_own(self) -> None:
        """The other would see the whole by the part, and the first the part by the whole."""
        command = complaint("t2", subject_of_complaint="u-li", beside={"parent_id": "t1"})
        anonymous().refuses(command, LIN, "would_reveal_reporter")

    def test_its_child_does_not_become_its_parent(self) -> None:
        world = World()
        for name in ("t1", "t2"):
            world.do(complaint(name, **ABOUT_SUN), LIN)
        world.do(complaint("t3"), LIN)
        world.do(c.Link(ticket_id="t2", kind="child"), LIN)
        world.do(c.Link(ticket_id="t3", kind="child"), LIN)
        assert world.ticket("t3").links == ()
        world.refuses(c.Link(ticket_id="t1", kind="child"), LIN, "link_cycle", ticket="t2")

    def test_parts_are_anonymous_as_the_whole(self) -> None:
        world = lodge(by=OWNER, anonymous=True, pain_points=("师傅敷衍",))
        world.do(complaint("t2", beside={"parent_id": "t1"}), LIN)
        for part in ("t1-1", "t2"):
            found = world.ticket(part).complaint
            assert found is not None
            assert found.anonymous

    def test_on_the_other_ticket_nobody_sees_them_who_might_be_meant(self) -> None:
        """Links that earlier releases recorded there."""
        world = anonymous()
        world.do(reported("r1"), LIN)
        for actor in (LIN, DU, LI, SUPERVISOR, MANAGER):
            assert not sees_confidential_links(viewer(actor), world.ticket("r1"))
        assert sees_confidential_links(viewer(LIN), world.ticket())
        assert not sees_confidential_links(viewer(SUPERVISOR), world.ticket())
        assert sees_confidential_links(viewer(OWNER, HOUSEHOLD), world.ticket("r1"))


ABOUT_SUN: dict[str, Any] = {"anonymous": True, "subject_of_complaint": "u-sun"}
MERGES = [
    ({}, ABOUT_SUN, False),
    (ABOUT_SUN, {}, False),
    (ABOUT_SUN, ABOUT_SUN | {"subject_of_complaint": "u-li"}, False),
    (ABOUT_SUN, {"anonymous": True}, False),
    ({"anonymous": True}, ABOUT_SUN, False),
    (ABOUT_SUN, ABOUT_SUN, True),
    ({"anonymous": True}, {"anonymous": True}, True),
    ({"subject_of_complaint": "u-sun"}, {}, True),
]


@pytest.mark.parametrize(("one", "other", "merges"), MERGES)
def test_complaints_merge_if_the_same_people_know_whose_they_are(
    one: dict[str, Any], other: dict[str, Any], *, merges: bool
) -> None:
    world = lodge(by=OWNER, **one)
    world.do(complaint("t2", **other), OWNER)
    command = c.MergeInto(into="t2")
    if merges:
        assert world.do(command, LIN)
    else:
        world.refuses(command, LIN, "would_reveal_reporter", IllegalTransition)


LODGED = st.builds(
    Complaint, anonymous=st.booleans(), subject=st.sampled_from([None, "u-sun", "u-li"])
)


@given(st.none() | LODGED, LODGED)
def test_who_sees_whose_a_ticket_is_reads_there_of_no_complaint_that_hides_it(
    one: Complaint | None, other: Complaint
) -> None:
    """The rule, by the rule of who knows the reporter."""
    shown, hidden = (replace(lodge().ticket(), complaint=each) for each in (one, other))
    people = (LI, DU, LIN, MANAGER, AUDITOR, ADMIN, SUPERVISOR, Actor(subject="u-li", role="csr"))
    leaks = [
        each
        for each in map(viewer, people)
        if knows_reporter(each, shown) and not knows_reporter(each, hidden)
    ]
    assert may_name(one, other) == (not leaks)


@pytest.mark.parametrize(("merged", "into"), [("t1", "t2"), ("t2", "t1")])
def test_a_merge_of_an_earlier_release_is_not_told_by_a_refusal(merged: str, into: str) -> None:
    world = lodge(by=OWNER, **ABOUT_SUN)
    world.do(complaint("t2"), OWNER)
    world.record(TICKET.stream(merged), TicketMerged(into=into, into_number="C"))
    refused = world.refuses(c.Comment(text="?"), SUPERVISOR, "illegal_transition", ticket=merged)
    assert into not in refused.details.values()
    world.refuses(c.MergeInto(into=into), SUPERVISOR, "illegal_transition", ticket=merged)
    told = world.refuses(c.Comment(text="?"), LIN, "ticket_merged", ticket=merged)
    assert told.details == {"into": into}
