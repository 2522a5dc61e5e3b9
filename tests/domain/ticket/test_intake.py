"""Acknowledge, Reject, Reclassify, Cancel."""

from datetime import timedelta

import pytest

from app.domain.errors import NotFound, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
from app.events.ticket import (
    FirstResponsibleSet,
    TicketAcknowledged,
    TicketCancelled,
    TicketReclassified,
    TicketRejected,
)
from tests.domain.ticket.world import (
    DU,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    World,
    complete,
    reach,
    reported,
)


def test_who_took_the_first_contact_is_responsible() -> None:
    world = reach("reported", by=LIN)
    assert world.do(c.Acknowledge(note="已电话联系"), DU) == [
        TicketAcknowledged(note="已电话联系"),
        FirstResponsibleSet(subject="u-lin", name="小林"),
    ]


def test_who_acknowledged_is_responsible_for_what_an_owner_reported() -> None:
    world = reach("reported", by=OWNER)
    assert world.do(c.Acknowledge(), LIN)[1] == FirstResponsibleSet(subject="u-lin", name="小林")


def test_an_engineer_who_reports_is_no_first_contact() -> None:
    world = reach("reported", by=LI)
    assert world.do(c.Acknowledge(), LIN)[1].subject == "u-lin"


def test_who_has_no_staff_record_goes_by_the_pseudonym() -> None:
    world = reach("reported", by=OWNER)
    world.states.pop("staff-u-lin")
    assert world.do(c.Acknowledge(), LIN)[1] == FirstResponsibleSet(subject="u-lin", name="u-lin")


@pytest.mark.parametrize("again", [LIN, DU])
def test_acknowledging_again_changes_nothing(again: Actor) -> None:
    assert reach("acknowledged").do(c.Acknowledge(), again) == []


def test_a_reopened_ticket_keeps_its_first_responsible() -> None:
    assert reach("reopened").do(c.Acknowledge(), DU) == [TicketAcknowledged()]


def test_an_acknowledgement_before_the_report_is_refused() -> None:
    world = reach("reported")
    before = world.now - timedelta(seconds=1)
    world.refuses(
        c.Acknowledge(), LIN, "occurred_at_before_report", Unacceptable, occurred_at=before
    )


def test_a_ticket_that_nobody_reported_is_not_found() -> None:
    World().refuses(c.Acknowledge(), LIN, "ticket_not_found", NotFound)


def test_a_rejection_says_why_and_who_else() -> None:
    command = c.Reject(reason="不归物业管", referred_to="燃气公司 96777")
    assert reach("reported").do(command, LIN) == [
        TicketRejected(reason="不归物业管", referred_to="燃气公司 96777")
    ]


@pytest.mark.parametrize(
    ("reason", "referred_to", "pointer"),
    [(" ", "燃气公司", "/reason"), ("不归", "", "/referred_to")],
)
def test_a_rejection_without_is_refused(reason: str, referred_to: str, pointer: str) -> None:
    command = c.Reject(reason=reason, referred_to=referred_to)
    assert reach("reported").refuses(command, LIN, "blank", Unacceptable).pointer == pointer


def test_a_ticket_is_put_into_another_class() -> None:
    world = reach("on_site")
    assert world.do(c.Reclassify(service_class="complex", reason="主管道老化"), LIN) == [
        TicketReclassified(service_class="complex", previous="general", reason="主管道老化")
    ]
    assert world.ticket().service_class == "complex"
    assert world.do(c.Reclassify(service_class="complex", reason="主管道老化"), LIN) == []


def test_a_class_is_one_of_the_kinds() -> None:
    command = c.Reclassify(service_class="urgent", reason="急")
    refused = reach("on_site").refuses(command, LIN, "not_one_of", Unacceptable)
    assert refused.pointer == "/service_class"


def test_a_new_class_has_a_reason() -> None:
    reach("on_site").refuses(c.Reclassify(service_class="simple", reason=""), LIN, "blank")


@pytest.mark.parametrize("by", [OWNER, SUPERVISOR])
def test_a_ticket_is_withdrawn_with_a_reason(by: Actor) -> None:
    world = reach("accepted")
    world.refuses(c.Cancel(reason=" "), by, "blank", Unacceptable)
    assert world.do(c.Cancel(reason="自己修好了"), by) == [TicketCancelled(reason="自己修好了")]
    assert world.load(LI) == ()


def test_another_cycle_may_be_withdrawn_too() -> None:
    world = reach("reopened")
    assert world.do(c.Cancel(reason="不修了"), OWNER)


def test_done_work_is_not_withdrawn() -> None:
    world = reach("on_site")
    complete(world)
    world.refuses(c.Cancel(reason="不修了"), OWNER, "illegal_transition")


def test_an_owner_withdraws_nothing_of_others() -> None:
    world = World()
    world.do(reported(household_id="h-other"), LIN)
    world.refuses(c.Cancel(reason="不修了"), OWNER, "ticket_not_found", NotFound)
