"""What one may not see is not found, before anything else is said of it."""

import pytest

from app.domain.decider import Given
from app.domain.errors import NotFound
from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.repair import ALL
from app.events.base import Actor
from tests.domain.ticket.world import (
    ADMIN,
    AUDITOR,
    DU,
    FINANCE,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    WANG,
    World,
    reach,
    reported,
)
from tests.given_when_then import NOW, SHANGHAI


def sees(world: World, actor: Actor, household: str | None = None, *communities: str) -> bool:
    given = Given(
        actor=actor,
        now=NOW,
        occurred_at=NOW,
        zone=SHANGHAI,
        household_id=household,
        communities=communities,
    )
    return may_see(given.viewer, world.ticket())


@pytest.mark.parametrize("status", sorted(ALL))
def test_owners_see_what_is_their_households(status: str) -> None:
    world = reach(status)
    assert sees(world, OWNER, HOUSEHOLD)
    assert not sees(world, OWNER, "h-other")
    assert not sees(world, OWNER, None)


def test_a_ticket_of_no_household_is_no_owners() -> None:
    world = World()
    world.do(reported(household_id=None), LIN)
    assert not sees(world, OWNER, None)
    assert not sees(world, OWNER, HOUSEHOLD)


@pytest.mark.parametrize(
    ("status", "who"),
    [
        ("reported", []),
        ("acknowledged", []),
        ("pooled", [LI, WANG]),
        ("assigned", [LI]),
        ("returned", []),
        ("accepted", [LI]),
        ("transferred", [LI, WANG]),
        ("on_site", [LI]),
        ("completed", [LI]),
        ("closed", [LI]),
        ("reopened", [LI]),
    ],
)
def test_engineers_see_what_concerns_them_and_the_pool(status: str, who: list[Actor]) -> None:
    world = reach(status)
    assert [actor for actor in (LI, WANG) if sees(world, actor)] == who


def test_an_engineer_sees_what_was_once_in_the_own_hands() -> None:
    world = reach("transferred")
    world.do(c.Accept(), WANG)
    assert sees(world, LI)
    assert world.ticket().assignment.past == ("u-li",)


def test_ten_former_engineers_are_remembered() -> None:
    world = reach("accepted")
    for n in range(12):
        engineer = Actor(subject=f"u-{n}", role="engineer")
        world.staff(engineer)
        world.do(c.Transfer(engineer=engineer.subject), DU)
        world.do(c.Accept(), engineer)
    assert world.ticket().assignment.past == tuple(f"u-{n}" for n in range(1, 11))
    assert not sees(world, LI)


def test_an_engineer_sees_what_he_reported_or_answers_for() -> None:
    assert sees(reach("reported", by=WANG), WANG)
    world = reach("acknowledged")
    world.do(c.HandOver(to="u-wang"), LIN)
    assert sees(world, WANG)
    world.do(c.AcceptHandOver(), WANG)
    assert sees(world, WANG)


@pytest.mark.parametrize("actor", [LIN, DU, MANAGER, FINANCE, AUDITOR, ADMIN])
def test_all_others_see_the_whole_tenant_or_their_communities(actor: Actor) -> None:
    world = reach("reported")
    assert sees(world, actor)
    assert sees(world, actor, None, "yuelan", "jinxiu")
    assert not sees(world, actor, None, "yuelan")


def test_the_pool_ends_at_the_edge_of_ones_communities() -> None:
    assert not sees(reach("pooled"), WANG, None, "yuelan")
    assert sees(reach("assigned"), LI, None, "yuelan")


@pytest.mark.parametrize(
    ("command", "actor"),
    [
        (c.Verify(), WANG),  # neither the role nor the status would allow it
        (c.Claim(), WANG),
        (c.Depart(eta=NOW), WANG),
        (c.CompleteWork(photo_ids=(), summary=""), WANG),
    ],
)
def test_not_found_comes_before_everything_else(command: object, actor: Actor) -> None:
    reach("on_site").refuses(command, actor, "ticket_not_found", NotFound)


def test_who_comes_too_late_for_the_pool_is_told_so() -> None:
    world = reach("pooled")
    world.do(c.Claim(), WANG)
    assert world.refuses(c.Claim(), LI, "already_claimed").details == {"owner": "u-wang"}
    world.refuses(c.Claim(), LI, "ticket_not_found", NotFound, communities=("yuelan",))
