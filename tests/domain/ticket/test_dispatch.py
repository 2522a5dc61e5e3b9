"""OpenToPool, Assign, Claim, Accept, Decline, Transfer."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.state.ticket import Person
from app.events.base import SYSTEM, Fact
from app.events.ticket import (
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    OfferedToPool,
    TicketAssigned,
    TicketClaimed,
)
from app.events.workload import LoadReleased, LoadTaken
from tests.domain.ticket.world import DU, LI, OWNER, SUPERVISOR, WANG, World, reach

TEN_MINUTES = timedelta(minutes=10)


def test_a_ticket_is_put_into_the_pool() -> None:
    assert reach("acknowledged").do(c.OpenToPool(), DU) == [OfferedToPool()]


def test_the_first_who_claims_it_has_it() -> None:
    world = reach("pooled")
    assert world.do(c.Claim(), LI) == [TicketClaimed(engineer="u-li", engineer_name="李师傅")]
    assert (world.load(LI), world.status()) == (("t1",), "accepted")
    assert world.do(c.Claim(), LI) == []
    refused = world.refuses(c.Claim(), WANG, "already_claimed", IllegalTransition)
    assert refused.details == {"owner": "u-li"}


def test_a_claim_comes_too_late_also_when_the_work_has_begun() -> None:
    world = reach("pooled")
    world.do(c.Claim(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.refuses(c.Claim(), WANG, "already_claimed")


def test_a_claim_by_somebody_who_is_no_engineer_any_more_is_refused() -> None:
    world = reach("pooled")
    world.staff(LI, active=False)
    world.refuses(c.Claim(), LI, "not_an_active_engineer", NotPermitted)


def test_an_assigned_engineer_has_ten_minutes_to_answer() -> None:
    world = reach("acknowledged")
    eta = world.now + timedelta(minutes=80)
    assert world.do(c.Assign(engineer="u-li", eta=eta, note="老住户"), DU) == [
        TicketAssigned(
            engineer="u-li",
            engineer_name="李师傅",
            eta=eta,
            offer_expires_at=world.now + TEN_MINUTES,
            note="老住户",
        )
    ]
    assert world.load(LI) == ()


def test_the_same_assignment_again_changes_nothing() -> None:
    world = reach("assigned")
    assert world.do(c.Assign(engineer="u-li"), DU) == []
    assert world.do(c.Assign(engineer="u-li", eta=world.eta()), DU) != []


def test_an_unanswered_offer_may_go_to_another() -> None:
    world = reach("assigned")
    assert world.do(c.Assign(engineer="u-wang"), DU)
    world.refuses(c.Accept(), LI, "ticket_not_found")
    assert world.do(c.Accept(), WANG)


def test_an_accepted_offer_is_load() -> None:
    world = reach("assigned")
    assert world.do(c.Accept(), LI) == [AssignmentAccepted(engineer="u-li", engineer_name="李师傅")]
    assert [on.event for on in world.beside] == [LoadTaken(ticket_id="t1")]
    assert world.do(c.Accept(), LI) == []


def test_the_promised_arrival_is_kept_when_the_offer_is_accepted() -> None:
    world = reach("acknowledged")
    eta = world.eta()
    world.do(c.Assign(engineer="u-li", eta=eta), DU)
    world.do(c.Accept(), LI)
    assert world.ticket().eta == eta


def test_a_declined_offer_goes_back_to_the_dispatcher() -> None:
    world = reach("assigned")
    world.refuses(c.Decline(reason=" "), LI, "blank", Unacceptable)
    assert world.do(c.Decline(reason="在忙"), LI) == [
        AssignmentReturned(engineer="u-li", reason="在忙")
    ]
    assert (world.status(), world.ticket().assignment.offer) == ("returned", None)


@pytest.mark.parametrize("command", [c.Accept(), c.Decline(reason="在忙")])
def test_an_offer_is_answered_by_whom_it_was_made_to(command: object) -> None:
    world = reach("assigned", by=WANG)
    world.refuses(command, WANG, "not_offered_to_you", NotPermitted)


def test_an_offer_lapses_at_its_tenth_minute() -> None:
    world = reach("assigned")
    expires = world.now + TEN_MINUTES
    assert world.wait(minutes=9, seconds=59).lapse() == []
    assert world.wait(seconds=1).lapse() == [
        Fact(AssignmentReturned(engineer="u-li", reason="offer_expired"), expires, SYSTEM)
    ]
    world.refuses(c.Accept(), LI, "ticket_not_found")


def test_who_has_a_ticket_keeps_it_until_the_other_accepts() -> None:
    world = reach("accepted")
    assert world.do(c.Transfer(engineer="u-wang"), LI) == [
        AssignmentTransferred(
            from_engineer="u-li",
            engineer="u-wang",
            engineer_name="王师傅",
            offer_expires_at=world.now + TEN_MINUTES,
        )
    ]
    assert (world.load(LI), world.load(WANG)) == (("t1",), ())
    assert world.ticket().assignment.assignee == Person(subject="u-li", name="李师傅")
    assert world.do(c.Transfer(engineer="u-wang"), LI) == []
    world.refuses(c.Depart(eta=world.eta()), LI, "illegal_transition")
    world.refuses(c.Accept(), LI, "not_offered_to_you", NotPermitted)


def test_a_transfer_that_is_accepted_moves_the_load() -> None:
    world = reach("transferred")
    world.do(c.Accept(), WANG)
    assert [(on.stream.id, on.event) for on in world.beside] == [
        ("workload-u-li", LoadReleased(ticket_id="t1")),
        ("workload-u-wang", LoadTaken(ticket_id="t1")),
    ]
    assert (world.status(), world.load(LI), world.load(WANG)) == ("accepted", (), ("t1",))


def test_a_transfer_that_is_declined_goes_back_to_the_giver() -> None:
    world = reach("transferred")
    assert world.do(c.Decline(reason="在忙"), WANG) == [
        AssignmentReturned(engineer="u-wang", reason="在忙", returned_to="u-li")
    ]
    assert (world.status(), world.load(LI)) == ("accepted", ("t1",))
    assert world.do(c.Depart(eta=world.eta()), LI)


def test_a_transfer_that_nobody_answers_goes_back_to_the_giver() -> None:
    world = reach("transferred")
    [fact] = world.wait(minutes=10).lapse()
    assert fact.event == AssignmentReturned(
        engineer="u-wang", reason="offer_expired", returned_to="u-li"
    )
    assert (world.status(), world.load(LI)) == ("accepted", ("t1",))


@pytest.mark.parametrize("by", [DU, SUPERVISOR])
def test_a_dispatcher_may_transfer_too(by: Any) -> None:
    assert reach("no_access").do(c.Transfer(engineer="u-wang"), by)


def test_a_transfer_to_the_holder_is_none() -> None:
    refused = reach("accepted").refuses(
        c.Transfer(engineer="u-li"), DU, "transfer_to_holder", Unacceptable
    )
    assert refused.pointer == "/engineer"


def test_disputed_work_may_go_to_another() -> None:
    world = reach("disputed")
    world.do(c.Assign(engineer="u-wang"), DU)
    world.do(c.Accept(), WANG)
    assert (world.load(LI), world.load(WANG)) == ((), ("t1",))
    assert world.ticket().assignment.past == ("u-li",)


def test_a_reopened_ticket_is_nobodys() -> None:
    world = reach("reopened")
    assert world.ticket().assignment.assignee is None
    world.do(c.Assign(engineer="u-wang"), DU)


def test_an_unknown_engineer_is_pointed_at() -> None:
    for command, status in ((c.Assign, "acknowledged"), (c.Transfer, "accepted")):
        for nobody in ("u-none", "u-lin"):
            refused = reach(status).refuses(
                command(engineer=nobody), DU, "unknown_engineer", Unacceptable
            )
            assert refused.pointer == "/engineer"


def test_the_cap_holds_however_a_ticket_is_given() -> None:
    world = World()
    world.staff(LI, max_load=2)
    for ticket in ("t1", "t2"):
        reach("accepted", world=world, ticket=ticket)
    assert world.load(LI) == ("t1", "t2")

    reach("acknowledged", world=world, ticket="t3")
    refused = world.refuses(c.Assign(engineer="u-li"), DU, "load_cap_reached", ticket="t3")
    assert refused.details == {"max_load": 2}
    world.do(c.OpenToPool(), DU, ticket="t3")
    world.refuses(c.Claim(), LI, "load_cap_reached", IllegalTransition, ticket="t3")
    world.do(c.Claim(), WANG, ticket="t3")
    world.refuses(c.Transfer(engineer="u-li"), WANG, "load_cap_reached", ticket="t3")


def test_the_cap_is_looked_at_again_when_an_offer_is_accepted() -> None:
    world = World()
    world.staff(LI, max_load=1)
    for ticket in ("t1", "t2"):
        reach("assigned", world=world, ticket=ticket)
    world.do(c.Accept(), LI)
    world.refuses(c.Accept(), LI, "load_cap_reached", ticket="t2")
    world.do(c.Cancel(reason="不修了"), OWNER)
    assert world.do(c.Accept(), LI, ticket="t2")
