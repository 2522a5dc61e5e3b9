"""Whose a complaint is, and who is not to know (docs/domain.md §6.2)."""

import pytest

from app.domain.ticket.access.visibility import knows_reporter, may_see, sees_confidential_links
from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
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
    def test_what_an_anonymous_complaint_is_linked_to_says_whose_it_is(self) -> None:
        world = anonymous()
        world.do(reported("r1"), LIN)
        world.do(c.Link(ticket_id="r1", kind="related"), LIN)
        assert [one.confidential for one in world.ticket().links] == [True]
        assert [one.confidential for one in world.ticket("r1").links] == [True]

    def test_from_the_other_side_too(self) -> None:
        world = anonymous()
        world.do(reported("r1"), LIN)
        world.do(c.Link(ticket_id="t1", kind="related"), LIN, ticket="r1")
        assert [one.confidential for one in world.ticket().links] == [True]

    def test_the_links_of_a_named_one_are_no_secret(self) -> None:
        world = lodge()
        world.do(reported("r1", parent_id="t1"), LIN)
        assert [one.confidential for one in world.ticket().links] == [False]

    def test_reported_as_a_part_or_quoting(self) -> None:
        world = anonymous()
        world.do(reported("r1", parent_id="t1"), LIN)
        world.do(complaint("t2", anonymous=True, quotes=("r1",)), OWNER)
        assert [one.confidential for one in world.ticket("r1").links] == [True]
        [quoting] = world.ticket("t2").links
        assert (quoting.kind, quoting.confidential) == ("quotes", True)

    def test_an_anonymous_part_of_a_named_one(self) -> None:
        world = lodge()
        world.do(complaint("t2", anonymous=True, beside={"parent_id": "t1"}), OWNER)
        assert [one.confidential for one in world.ticket().links] == [True]

    def test_parts_are_anonymous_as_the_whole(self) -> None:
        world = lodge(by=OWNER, anonymous=True, pain_points=("师傅敷衍",))
        world.do(complaint("t2", beside={"parent_id": "t1"}), LIN)
        for part in ("t1-1", "t2"):
            found = world.ticket(part).complaint
            assert found is not None
            assert found.anonymous

    def test_on_the_other_ticket_nobody_sees_them_who_might_be_meant(self) -> None:
        world = anonymous()
        world.do(reported("r1", parent_id="t1"), LIN)
        for actor in (LIN, DU, LI, SUPERVISOR, MANAGER):
            assert not sees_confidential_links(viewer(actor), world.ticket("r1"))
        assert sees_confidential_links(viewer(LIN), world.ticket())
        assert not sees_confidential_links(viewer(SUPERVISOR), world.ticket())
        assert sees_confidential_links(viewer(OWNER, HOUSEHOLD), world.ticket("r1"))
