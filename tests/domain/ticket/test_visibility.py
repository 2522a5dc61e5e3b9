"""What one may not see is not found, before anything else is said of it."""

import pytest
from app.domain.decider import Given
from app.domain.errors import NotFound
from app.domain.ticket import commands as c
from app.domain.ticket.statuses import ALL
from app.domain.ticket.visibility import may_see
from app.events.base import Actor

from tests.domain.ticket.world import (
    ADMIN,
    AUDITOR,
    CHEN,
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
    return may_see(given, world.ticket())


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
    ("status", "li", "wang"),
    [
        ("reported", False, False),
        ("acknowledged", False, False),
        ("pooled", True, True),
        ("assigned", True, False),
        ("returned", False, False),
        ("accepted", True, False),
        ("transferred", True, True),
        ("on_site", True, False),
        ("completed", True, False),
        ("closed", True, False),
        ("reopened", True, False),
    ],
)
def test_engineers_see_what_concerns_them_and_the_pool(
    status: str,
    li: bool,
    wang: bool,  # noqa: FBT001 - a row of the table
) -> None:
    world = reach(status)
    assert (sees(world, LI), sees(world, WANG)) == (li, wang)


def test_an_engineer_sees_what_was_once_in_the_own_hands() -> None:
    world = reach("transferred")
    world.do(c.Accept(), WANG)
    assert sees(world, LI)
    assert world.ticket().assignment.past == ("u-li",)


def test_ten_former_engineers_are_remembered() -> None:
    world = reach("disputed")
    for n in range(12):
        engineer = Actor(subject=f"u-{n}", role="engineer")
        world.staff(engineer)
        world.do(c.Assign(engineer=engineer.subject), DU)
        world.do(c.Accept(), engineer)
        world.do(c.Depart(eta=world.eta()), engineer)
        world.do(c.Arrive(photo_ids=("p-on_site",)), engineer)
        world.do(c.RecordNoAccess(call_log="无人"), engineer)
        world.do(c.Transfer(engineer="u-chen"), engineer)
        world.do(c.Accept(), CHEN)
        done = (world.do(c.Depart(eta=world.eta()), CHEN), world.photo(f"p{n}", "after", CHEN))
        world.do(c.Arrive(photo_ids=("p-on_site",)), CHEN)
        world.do(c.CompleteWork(photo_ids=(done[1],), summary="好了"), CHEN) if n == 0 else (
            world.do(c.CompleteWork(photo_ids=(done[1],), summary="好了"), CHEN)
        )
        world.do(c.Dispute(reason="没有"), OWNER)
    assert len(world.ticket().assignment.past) == 10
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
