"""Lodging a complaint (docs/domain.md §6.2, §1c rows 65, 66)."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.decider import On
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.records.complaint_record import COMPLAINT_RECORD
from app.domain.ticket.commands.complaint import Support
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import TicketLink
from app.events.complaint import ComplaintLodged, ComplaintSupported
from app.events.complaint_record import ComplaintFiled
from app.events.sla import NotificationQueued
from app.events.ticket import EscalationRaised, Reporter, TicketLinked, TicketReported
from tests.domain.ticket.complaining import NEIGHBOUR, NEXT_DOOR, complaint, lodge
from tests.domain.ticket.world import (
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    World,
    reach,
    reported,
)
from tests.given_when_then import NOW


def raised(reason: str) -> EscalationRaised:
    return EscalationRaised(
        level=2, reason=reason, audience="manager", due_at=NOW + timedelta(minutes=15)
    )


def test_a_complaint_is_received_and_has_its_own_number() -> None:
    world = World()
    first, lodged = world.do(complaint(subject_of_complaint="u-li"), OWNER)
    assert isinstance(first, TicketReported)
    assert (first.kind, first.status, first.number) == ("complaint", "received", "C240305-0001")
    assert first.checklist == ()
    assert lodged == ComplaintLodged(subject_of_complaint="u-li")
    assert world.beside == [
        On(COMPLAINT_RECORD.stream(HOUSEHOLD), ComplaintFiled(ticket_id="t1", category="leak"))
    ]


def test_an_anonymous_complaint_neither_counts_nor_is_counted() -> None:
    world = World()
    lodged = [
        world.do(complaint(f"t{n}", anonymous=hidden), LIN)[1].repeat
        for n, hidden in enumerate((False, True, True, False), 1)
    ]
    assert lodged == [1, 1, 1, 2]


def test_only_staff_whom_we_know_can_be_complained_about() -> None:
    refused = World().refuses(
        complaint(subject_of_complaint="u-who"), OWNER, "unknown_staff", Unacceptable
    )
    assert refused.pointer == "/subject_of_complaint"


@pytest.mark.parametrize(
    "lodged", [{"anonymous": True}, {"supporters": 3}, {"subject_of_complaint": "u-li"}]
)
def test_what_complaints_say_no_repair_says(lodged: dict[str, Any]) -> None:
    command = complaint(beside={"kind": "repair"}, **lodged)
    World().refuses(command, LIN, "only_of_complaints", Unacceptable)


def test_staff_need_not_name_who_is_not_to_be_named() -> None:
    nameless = {"reporter": Reporter()}
    World().refuses(complaint(beside=nameless), LIN, "reporter_name_required")
    assert World().do(complaint(anonymous=True, beside=nameless), LIN)


class TestSpread:
    @pytest.mark.parametrize("supporters", [10, 12])
    def test_ten_households_bring_it_before_the_manager(self, supporters: int) -> None:
        world = World()
        events = world.do(complaint(supporters=supporters), LIN)
        assert events[2:] == [raised("public_spread")]
        assert world.ticket().escalation_level == 2
        told = NotificationQueued(template="brought_up", audience="manager", level=2)
        assert told in world.clockwork

    def test_nine_do_not(self) -> None:
        assert World().do(complaint(supporters=9), LIN)[2:] == []

    def test_the_tenth_may_come_later_and_each_counts_once(self) -> None:
        world = lodge(supporters=8)
        assert world.do(_support(), NEIGHBOUR, household_id=NEXT_DOOR) == [
            ComplaintSupported(household_id=NEXT_DOOR, supporters=9)
        ]
        assert world.do(_support(), NEIGHBOUR, household_id=NEXT_DOOR) == []
        events = world.do(_support("h-3-1203"), LIN)
        assert events == [
            ComplaintSupported(household_id="h-3-1203", supporters=10),
            raised("public_spread"),
        ]
        assert len(world.do(_support("h-3-1204"), LIN)) == 1
        supporting = world.ticket().complaint
        assert supporting is not None
        assert supporting.supporters == 11

    def test_there_is_an_end_to_those_who_are_remembered(self) -> None:
        world = lodge()
        for n in range(500):
            supported = ComplaintSupported(household_id=f"h-{n}", supporters=n + 1)
            world.record(TICKET.stream("t1"), supported)
        world.refuses(_support("h-501"), LIN, "too_many_supporters", IllegalTransition)
        assert world.do(_support("h-7"), LIN) == []

    def test_who_complains_does_not_support_besides(self) -> None:
        assert lodge().do(_support(), OWNER) == []

    def test_staff_say_whom_they_mean_and_owners_speak_for_themselves(self) -> None:
        world = lodge()
        assert world.refuses(_support(), LIN, "required").pointer == "/household_id"
        world.refuses(_support("h-x"), NEIGHBOUR, "household_not_own", household_id=NEXT_DOOR)
        world.refuses(_support(), NEIGHBOUR, "ticket_not_found", household_id=None)

    def test_another_community_does_not_hear_of_it(self) -> None:
        elsewhere: dict[str, Any] = {"household_id": "h-9", "communities": ("cuihu",)}
        lodge().refuses(_support(), NEIGHBOUR, "ticket_not_found", **elsewhere)


class TestRepeat:
    def test_the_third_of_a_sort_within_ninety_days_is_brought_before_the_manager(self) -> None:
        world = World()
        world.do(complaint("t1"), LIN)
        world.wait(days=40).do(complaint("t2"), LIN)
        world.do(complaint("t3", beside={"category": "cleaning"}), LIN)
        world.wait(days=40)
        lodged, escalated = world.do(complaint("t4"), LIN)[1:]
        assert lodged.repeat == 3
        assert (escalated.reason, escalated.level) == ("repeat", 2)
        world.wait(days=51)
        assert world.do(complaint("t5"), LIN)[1].repeat == 2

    def test_three_quoted_tickets_are_three_times_too(self) -> None:
        world = World()
        for past in ("r1", "r2", "r3"):
            reach("closed", world=world, ticket=past)
        events = world.do(complaint(quotes=("r1", "r2", "r3")), OWNER)
        assert events[1].repeat == 3
        assert events[2] == raised("repeat")
        assert [one.kind for one in events[3:]] == ["quotes"] * 3
        assert world.ticket("r2").links[-1] == TicketLink(
            ticket_id="t1", number="C240305-0001", kind="quoted_by"
        )

    def test_what_one_may_not_see_one_does_not_quote(self) -> None:
        world = reach("closed", ticket="r1")
        refused = world.refuses(
            complaint("t2", quotes=("r1",)), NEIGHBOUR, "unknown_ticket", household_id=NEXT_DOOR
        )
        assert refused.pointer == "/quotes/0"


class TestPainPoints:
    POINTS = ("报修响应慢", "师傅敷衍", "公共卫生差")

    def test_each_becomes_a_complaint_of_its_own(self) -> None:
        world = lodge(by=OWNER, pain_points=self.POINTS, subject_of_complaint="u-li")
        children = [world.ticket(f"t1-{n}") for n in (1, 2, 3)]
        assert [one.description for one in children] == list(self.POINTS)
        assert [one.number for one in children] == [f"C240305-000{n}" for n in (2, 3, 4)]
        assert {one.status for one in children} == {"received"}
        assert {one.complaint.subject for one in children if one.complaint} == {"u-li"}
        assert [one.linked("parent") for one in children] == [("t1",)] * 3
        assert world.ticket().linked("child") == ("t1-1", "t1-2", "t1-3")

    def test_each_has_its_own_clocks(self) -> None:
        world = lodge(by=OWNER, pain_points=self.POINTS)
        for n in (1, 2, 3):
            assert [one.kind for one in world.ticket(f"t1-{n}").clocks] == [
                "acknowledge",
                "propose",
            ]

    def test_who_of_the_office_writes_one_down_has_taken_notice_and_answers_for_it(self) -> None:
        world = lodge(by=LIN, pain_points=self.POINTS)
        child = world.ticket("t1-2")
        assert child.status == "acknowledged"
        assert child.first_responsible is not None
        assert child.first_responsible.subject == "u-lin"
        assert next(one for one in child.clocks if one.kind == "acknowledge").is_over
        assert world.ticket().status == "received"

    def test_the_owner_is_told_once(self) -> None:
        world = lodge(by=OWNER, pain_points=self.POINTS)
        told = [
            one.event if isinstance(one, On) else one
            for one in world.clockwork
            if "ticket_reported" in repr(one)
        ]
        assert len(told) == 1

    def test_they_are_no_repeats(self) -> None:
        world = lodge(by=OWNER, pain_points=self.POINTS)
        world.do(complaint("t2", beside={"parent_id": "t1"}), OWNER)
        assert world.do(complaint("t9"), OWNER)[1].repeat == 2

    def test_the_photos_stay_with_the_whole(self) -> None:
        world = World()
        world.photo("p1", "report", OWNER)
        world.do(complaint(pain_points=self.POINTS, beside={"photo_ids": ("p1",)}), OWNER)
        reports = [on.event for on in world.beside if isinstance(on.event, TicketReported)]
        assert [one.photos for one in reports] == [()] * 3

    @pytest.mark.parametrize(("points", "code"), [((" ",), "blank"), (("痛",) * 21, "too_many")])
    def test_they_are_words_and_not_too_many(self, points: tuple[str, ...], code: str) -> None:
        World().refuses(complaint(pain_points=points), OWNER, code, Unacceptable)


class TestParent:
    def child(self, ticket: str = "t2", **beside: Any) -> Any:
        return complaint(ticket, beside={"parent_id": "t1", **beside})

    def test_a_child_may_be_reported_later(self) -> None:
        world = lodge("acknowledged", subject_of_complaint="u-li")
        world.wait(days=1).do(self.child(), MANAGER)
        assert world.ticket().linked("child") == ("t2",)
        child = world.ticket("t2")
        assert (child.status, child.linked("parent")) == ("acknowledged", ("t1",))
        assert child.complaint is not None
        assert child.complaint.subject == "u-li"

    def test_a_repair_may_be_a_child_of_a_complaint(self) -> None:
        world = lodge("acknowledged")
        events = world.do(reported("t2", parent_id="t1", service_class="complex"), LIN)
        assert events[1:] == [TicketLinked(ticket_id="t1", number="C240305-0001", kind="parent")]
        assert world.status("t2") == "reported"

    def test_an_owners_child_waits_to_be_taken_notice_of(self) -> None:
        world = lodge("acknowledged", by=OWNER)
        world.do(self.child(), OWNER)
        assert world.status("t2") == "received"

    @pytest.mark.parametrize("status", ["closed", "withdrawn"])
    def test_what_is_over_has_no_more_parts(self, status: str) -> None:
        lodge(status).refuses(self.child(), LIN, "parent_not_open", IllegalTransition)

    def test_the_parent_of_a_stranger_is_unknown(self) -> None:
        world = lodge()
        world.do(_support(), NEIGHBOUR, household_id=NEXT_DOOR)
        command = self.child(household_id=NEXT_DOOR)
        refused = world.refuses(command, NEIGHBOUR, "unknown_ticket", household_id=NEXT_DOOR)
        assert refused.pointer == "/parent_id"

    def test_an_engineer_may_take_a_complaint_down(self) -> None:
        assert lodge(by=LI).status() == "received"


def _support(household_id: str | None = None) -> Support:
    return Support(household_id=household_id)
