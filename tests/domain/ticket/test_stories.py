"""Whole repairs from the acceptance scenarios, as far as the ticket alone tells them."""

from datetime import datetime

from app.domain.errors import IllegalTransition
from app.domain.ticket.commands import ticket as c
from tests.domain.ticket.world import (
    CHEN,
    DU,
    HOUSEHOLD,
    ITEMS,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    WANG,
    World,
    complete,
    reach,
    reported,
)
from tests.given_when_then import SHANGHAI


def at(world: World, clock: str) -> World:
    world.now = datetime.strptime(clock, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    return world


def test_a_transparent_repair() -> None:
    world = at(World(), "2024-03-05 09:00")
    photo = world.photo("p1", "report", OWNER)
    world.do(reported(channel="app", photo_ids=(photo,)), OWNER)
    at(world, "2024-03-05 09:08").do(c.Acknowledge(), LIN)
    at(world, "2024-03-05 09:10")
    eta = at(World(), "2024-03-05 10:30").now
    world.do(c.Assign(engineer="u-li", eta=eta), DU)
    world.do(c.Accept(), LI)
    at(world, "2024-03-05 10:05").do(c.Depart(eta=eta), LI)
    at(world, "2024-03-05 10:25").do(c.Arrive(photo_ids=("p-on_site",)), LI)
    world.do(c.ProposeSolution(plan="换软管", material_fen=8650, chargeable=False), LI)
    world.do(c.AddCost(kind="material", description="软管", amount_fen=8650), LI)
    for item in ITEMS:
        world.do(c.CheckItem(item=item), LI)
    at(world, "2024-03-05 11:40")
    world.do(c.CompleteWork(photo_ids=("p-before", "p-after"), summary="换了软管"), LI)
    assert world.do(c.AcceptSolution(), OWNER) == []
    at(world, "2024-03-05 12:02").do(c.SignCompletion(), OWNER)
    world.do(c.Close(), LIN)
    ticket = world.ticket()
    assert (ticket.number, ticket.status, ticket.cycle) == ("R240305-0001", "closed", 1)
    assert (ticket.closed_at, ticket.billing.status) == (world.now, "none")
    assert ticket.household_id == HOUSEHOLD
    assert world.load(LI) == ()


def test_thanks_cycles_and_a_recurrence() -> None:
    world = at(World(), "2024-03-07 09:00")
    reach("confirmed", world=world)
    at(world, "2024-03-08 11:00").do(c.Close(), LIN)
    at(world, "2024-03-08 12:00").do(c.Comment(text="谢谢"), OWNER)
    assert (world.status(), world.ticket().cycle) == ("closed", 1)

    again = c.Reopen(reason="又漏了", new_ticket_id="t-new")
    at(world, "2024-03-12 09:00").do(again, OWNER)
    assert (world.status(), world.ticket().cycle) == ("reopened", 2)
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    complete(world)
    world.do(c.SignCompletion(), OWNER)
    at(world, "2024-03-12 15:00").do(c.Close(), LIN)

    at(world, "2024-03-20 09:00").do(again, OWNER)
    assert (world.status(), world.ticket().cycle) == ("closed", 2)
    new = world.ticket("t-new")
    assert (new.number, new.status, new.linked("recurs_of")) == (
        "R240320-0001",
        "reported",
        ("t1",),
    )


def test_a_race_a_transfer_and_who_answers_for_it() -> None:
    world = World()
    world.do(reported(), LIN)
    world.do(c.Acknowledge(), LIN)
    world.do(c.OpenToPool(), DU)
    world.do(c.Claim(), LI)
    refused = world.refuses(c.Claim(), WANG, "already_claimed", IllegalTransition)
    assert refused.details == {"owner": "u-li"}

    world.do(c.Transfer(engineer="u-chen"), LI)
    world.wait(minutes=10).refuses(c.Accept(), CHEN, "ticket_not_found")
    assert (world.status(), world.load(LI), world.load(CHEN)) == ("accepted", ("t1",), ())

    world.do(c.HandOver(to="u-sun"), LIN)
    assert world.ticket().first_responsible.subject == "u-lin"  # type: ignore[union-attr]
    world.do(c.AcceptHandOver(), SUPERVISOR)
    assert world.ticket().first_responsible.subject == "u-sun"  # type: ignore[union-attr]
