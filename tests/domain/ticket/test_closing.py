"""Close, Reopen, SettleBill, WaiveBill."""

from datetime import timedelta

import pytest

from app.domain.decider import On
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.base import SYSTEM, Actor
from app.events.ticket import (
    BillSettled,
    BillWaived,
    TicketClosed,
    TicketLinked,
    TicketReopened,
    TicketReported,
)
from tests.domain.ticket.world import (
    DU,
    FINANCE,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    World,
    complete,
    reach,
)

REOPEN = c.Reopen(reason="又漏了", new_ticket_id="t-new")
SETTLE = c.SettleBill(method="wechat", reference="4200001")
WEEK = timedelta(days=7)


def billed(amount_fen: int = 100, world: World | None = None) -> World:
    world = world or reach("in_progress")
    world.do(c.AddCost(kind="material", description="软管", amount_fen=amount_fen), LI)
    complete(world)
    return world


def work_again(world: World) -> World:
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    return world


def test_a_confirmed_ticket_is_closed() -> None:
    world = reach("confirmed")
    assert world.do(c.Close(note="已回访"), LIN) == [TicketClosed(note="已回访")]
    assert (world.status(), world.ticket().closed_at) == ("closed", world.now)
    assert world.do(c.Close(), SYSTEM) == []


def test_no_ticket_is_closed_while_a_bill_is_open() -> None:
    world = billed()
    world.do(c.SignCompletion(), OWNER)
    refused = world.refuses(c.Close(), LIN, "billing_open", IllegalTransition)
    assert refused.details == {"amount_fen": 100}
    world.do(SETTLE, FINANCE)
    assert world.do(c.Close(), LIN)


def test_no_ticket_is_closed_before_its_children() -> None:
    world = reach("confirmed")
    reach("reported", world=world, ticket="t2")
    reach("cancelled", world=world, ticket="t3")
    for child in ("t2", "t3"):
        world.do(c.Link(ticket_id=child, kind="child"), LIN)
    refused = world.refuses(c.Close(), LIN, "open_children", IllegalTransition)
    assert refused.details == {"numbers": ["R240305-0002"]}
    world.do(c.Cancel(reason="不修了"), OWNER, ticket="t2")
    assert world.do(c.Close(), LIN)


def test_a_bill_is_settled_once() -> None:
    world = billed()
    assert world.do(SETTLE, FINANCE) == [
        BillSettled(amount_fen=100, method="wechat", reference="4200001")
    ]
    assert world.ticket().billing.status == "settled"
    assert world.do(SETTLE, FINANCE) == []
    assert world.do(c.WaiveBill(reason="质量问题"), SUPERVISOR) == []


def test_a_bill_is_waived_with_a_reason() -> None:
    world = billed()
    world.refuses(c.WaiveBill(reason=""), SUPERVISOR, "blank", Unacceptable)
    assert world.do(c.WaiveBill(reason="质量问题"), SUPERVISOR) == [
        BillWaived(amount_fen=100, reason="质量问题")
    ]
    assert world.ticket().billing.status == "waived"


def test_what_is_not_owed_is_not_paid() -> None:
    world = reach("completed")
    world.refuses(SETTLE, FINANCE, "nothing_to_settle", IllegalTransition)
    world.refuses(c.WaiveBill(reason="质量问题"), SUPERVISOR, "nothing_to_settle")
    world.refuses(c.SettleBill(method=""), FINANCE, "blank", Unacceptable)


def test_work_done_again_is_billed_once() -> None:
    world = billed()
    world.do(c.Dispute(reason="还在滴水"), OWNER)
    world.do(c.CompleteWork(photo_ids=("p-after",), summary="拧紧"), LI)
    assert world.ticket().billing.owed_fen == 100


def test_what_was_owed_before_reopening_is_still_owed() -> None:
    world = billed()
    world.do(REOPEN, OWNER)
    assert world.ticket().billing.owed_fen == 100
    work_again(world)
    world.do(c.ProposeSolution(plan="换阀", material_fen=50, chargeable=True), LI)
    world.do(c.AcceptSolution(), OWNER)
    billed(50, world)
    assert world.ticket().billing.owed_fen == 150
    assert world.do(SETTLE, FINANCE)[0].amount_fen == 150
    assert world.ticket().billing.status == "settled"


def test_a_new_cycle_of_a_paid_ticket_may_be_free() -> None:
    world = billed()
    world.do(SETTLE, FINANCE)
    world.do(REOPEN, OWNER)
    complete(work_again(world))
    assert (world.ticket().billing.owed_fen, world.ticket().billing.status) == (0, "settled")


@pytest.mark.parametrize("status", ["completed", "verified", "confirmed", "disputed", "closed"])
@pytest.mark.parametrize("by", [OWNER, LIN, SYSTEM], ids=lambda by: by.role)
def test_what_was_not_fixed_is_opened_again(status: str, by: Actor) -> None:
    world = reach(status)
    assert world.do(REOPEN, by) == [TicketReopened(reason="又漏了", cycle=2)]
    assert world.do(REOPEN, by) == []


def test_a_new_cycle_begins_anew() -> None:
    world = billed()
    world.do(c.SignCompletion(), OWNER)
    world.do(REOPEN, OWNER)
    ticket = world.ticket()
    assert (ticket.status, ticket.cycle, ticket.closed_at) == ("reopened", 2, None)
    assert (ticket.solution, ticket.completion, ticket.hold, ticket.eta) == (None,) * 4
    assert ticket.assignment.assignee is None
    assert all(check.checked_at is None for check in ticket.checklist)
    assert [line.cycle for line in ticket.cost_lines] == [1]
    assert ticket.first_responsible is not None


def test_a_reason_is_said() -> None:
    command = c.Reopen(reason=" ", new_ticket_id="t-new")
    reach("closed").refuses(command, OWNER, "blank", Unacceptable)


def test_the_seventh_day_is_within_seven_days() -> None:
    world = reach("closed")
    world.now += WEEK
    assert isinstance(world.do(REOPEN, OWNER)[0], TicketReopened)


@pytest.mark.parametrize("status", ["closed", "confirmed", "disputed"])
def test_later_a_new_ticket_tells_of_the_old_one(status: str) -> None:
    world = reach(status)
    old = world.ticket()
    world.now += WEEK + timedelta(seconds=1)
    assert world.do(REOPEN, OWNER) == [
        TicketLinked(ticket_id="t-new", number="R240312-0001", kind="has_recurrence")
    ]
    new = world.ticket("t-new")
    assert isinstance(world.beside[0], On)
    assert isinstance(world.beside[0].event, TicketReported)
    assert (new.status, new.cycle, new.description) == ("reported", 1, "又漏了")
    assert new.reported_at == world.now
    for same in ("kind", "category", "service_class", "location", "household_id", "reporter"):
        assert getattr(new, same) == getattr(old, same)
    assert [check.item for check in new.checklist] == [check.item for check in old.checklist]
    assert (new.linked("recurs_of"), world.ticket().linked("has_recurrence")) == (
        ("t1",),
        ("t-new",),
    )
    assert world.status() == status


def test_seven_days_are_counted_from_the_closing() -> None:
    world = reach("confirmed")
    world.wait(days=6)
    world.do(c.Close(), LIN)
    world.wait(days=6)
    assert isinstance(world.do(REOPEN, OWNER)[0], TicketReopened)


def test_seven_days_are_judged_by_when_it_leaked_again() -> None:
    world = reach("closed")
    leaked = world.now + WEEK
    world.now = leaked + timedelta(minutes=10)
    assert isinstance(world.do(REOPEN, OWNER, occurred_at=leaked)[0], TicketReopened)


def test_one_recurrence_is_told_of_once() -> None:
    world = reach("closed")
    world.wait(days=8)
    world.do(REOPEN, OWNER)
    again = c.Reopen(reason="又漏了", new_ticket_id="t-other")
    assert world.do(again, OWNER) == []
    world.do(c.Cancel(reason="好了"), OWNER, ticket="t-new")
    assert world.do(again, OWNER)


def test_a_new_ticket_is_new() -> None:
    world = reach("closed")
    reach("reported", world=world, ticket="t-new")
    world.wait(days=8)
    refused = world.refuses(REOPEN, OWNER, "ticket_exists", Unacceptable)
    assert refused.pointer == "/new_ticket_id"


def test_the_channel_of_a_recurrence_is_how_it_was_told() -> None:
    for channel, expected in (("app", "app"), ("api", "phone"), (None, "phone")):
        world = reach("closed")
        world.wait(days=8)
        world.do(REOPEN, OWNER, channel=channel)
        assert world.ticket("t-new").channel == expected


def test_thanks_do_not_reopen() -> None:
    world = reach("closed")
    world.do(c.Comment(text="谢谢"), OWNER)
    assert (world.status(), world.ticket().cycle) == ("closed", 1)
