"""The commands of complaints and their guards (docs/domain.md §6.2)."""

from datetime import date
from typing import Any

import pytest

from app.domain.authority.exposure import exposure_stream
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.state.ticket import ComplaintAnswer, Person
from app.events.base import Actor
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.exposure import ExposureAdded
from app.events.ticket import (
    EscalationRaised,
    FirstResponsibleSet,
    TicketAcknowledged,
    TicketClosed,
    TicketResumed,
)
from tests.domain.ticket.complaining import (
    ANSWER,
    NEIGHBOUR,
    NEXT_DOOR,
    PLAN,
    complaint,
    lodge,
    way_to,
)
from tests.domain.ticket.world import (
    CHEN,
    DU,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    World,
    complete,
    reported,
)
from tests.given_when_then import NOW

DATE = date(2024, 3, 12)


def test_whoever_took_the_complaint_down_answers_for_it() -> None:
    assert lodge(by=LIN).do(c.Acknowledge(), SUPERVISOR) == [
        TicketAcknowledged(),
        FirstResponsibleSet(subject="u-lin", name="小林"),
    ]


class TestInvestigate:
    def test_whoever_says_so_investigates(self) -> None:
        world = lodge("acknowledged")
        assert world.do(p.Investigate(note="先看现场"), LIN) == [
            InvestigationStarted(investigator="u-lin", investigator_name="小林", note="先看现场")
        ]
        assert world.status() == "investigating"

    def test_another_may_be_asked_to_and_then_sees_it(self) -> None:
        world = lodge("acknowledged")
        assert world.do(p.Investigate(investigator="u-chen"), SUPERVISOR)
        found = world.ticket().complaint
        assert found is not None
        assert found.investigator == Person(subject="u-chen", name="陈师傅")
        assert world.do(c.Comment(text="看过现场了"), CHEN)

    def test_it_may_pass_to_another_and_once_is_enough(self) -> None:
        world = lodge("acknowledged")
        world.do(p.Investigate(), LIN)
        assert world.do(p.Investigate(), LIN) == []
        assert world.do(p.Investigate(), SUPERVISOR)

    @pytest.mark.parametrize("named", [None, "u-lin"])
    def test_nobody_investigates_the_own_case(self, named: str | None) -> None:
        world = lodge("acknowledged", by=OWNER, subject_of_complaint="u-sun")
        world.refuses(
            p.Investigate(investigator="u-sun"), LIN, "investigator_is_subject", NotPermitted
        )
        world.refuses(
            p.Investigate(investigator=named), SUPERVISOR, "subject_of_complaint", NotPermitted
        )

    def test_only_staff_investigate(self) -> None:
        world = lodge("acknowledged")
        refused = world.refuses(
            p.Investigate(investigator="u-who"), LIN, "unknown_staff", Unacceptable
        )
        assert refused.pointer == "/investigator"


SUBJECTS = (
    c.Acknowledge(),
    c.Reject(reason="无理", referred_to="无"),
    c.Close(note="结了"),
    c.Escalate(reason="冤枉"),
    c.Hold(reason="weather"),
    p.Satisfy(),
    p.Support(household_id=NEXT_DOOR),
)


@pytest.mark.parametrize("command", SUBJECTS, ids=lambda command: type(command).__name__)
def test_who_is_complained_about_has_no_hand_in_it(command: Any) -> None:
    status: dict[type[Any], str] = {
        c.Acknowledge: "received",
        c.Reject: "received",
        c.Close: "responded",
    }
    world = lodge(status.get(type(command), "acknowledged"), by=OWNER, subject_of_complaint="u-ma")
    world.refuses(command, MANAGER, "subject_of_complaint", NotPermitted)


def test_but_may_speak_and_may_not_be_handed_it() -> None:
    world = lodge("acknowledged", subject_of_complaint="u-ma")
    assert world.do(c.Comment(text="当时在抢修"), MANAGER)
    world.refuses(c.HandOver(to="u-ma"), LIN, "subject_of_complaint", NotPermitted)


def test_an_answer_is_proposed_and_what_is_wrong_put_right() -> None:
    world = lodge("investigating")
    assert world.do(PLAN, SUPERVISOR) == [AnswerProposed(plan="查主管道", cycle=1)]
    assert world.do(p.Remedy(), DU) == [RemedyStarted()]
    assert world.status() == "remedying"


class TestRespond:
    def test_the_owner_is_told_facts_measure_and_date(self) -> None:
        world = lodge("remedying")
        assert world.do(ANSWER, SUPERVISOR) == [
            ComplaintResponded(facts="三次只换垫片", measure="更换主管道", date=DATE)
        ]
        found = world.ticket().complaint
        assert found is not None
        assert found.answer == ComplaintAnswer(
            facts="三次只换垫片", measure="更换主管道", date=DATE, at=NOW
        )

    def test_where_nothing_is_to_be_put_right_the_answer_comes_at_once(self) -> None:
        assert lodge("proposed").do(ANSWER, SUPERVISOR)

    @pytest.mark.parametrize("blank", ["facts", "measure"])
    def test_without_facts_or_measure_it_is_no_answer(self, blank: str) -> None:
        said: dict[str, Any] = {"facts": "事实", "measure": "措施", "date": DATE, blank: "  "}
        refused = lodge("remedying").refuses(p.Respond(**said), LIN, "blank", Unacceptable)
        assert refused.pointer == f"/{blank}"


class TestChildren:
    POINTS = ("报修响应慢", "公共卫生差")

    def test_every_part_has_come_to_something_before_the_answer(self) -> None:
        world = lodge("remedying", pain_points=self.POINTS)
        refused = world.refuses(ANSWER, LIN, "children_without_outcome", IllegalTransition)
        assert refused.details == {"numbers": ["C240305-0002", "C240305-0003"]}
        for child in ("t1-1", "t1-2"):
            for command, by in way_to("responded", world)[1:]:
                world.do(command, by, ticket=child)
        assert world.do(ANSWER, LIN)

    def test_so_too_where_it_is_settled_on_the_spot_or_closed(self) -> None:
        world = lodge("acknowledged", pain_points=self.POINTS[:1])
        world.refuses(p.Satisfy(), LIN, "children_without_outcome")
        world = lodge("satisfied")
        world.do(reported("t2", parent_id="t1"), LIN)
        world.refuses(c.Close(), LIN, "children_without_outcome")

    def test_a_repair_has_come_to_something_when_it_is_done(self) -> None:
        world = lodge("remedying")
        world.do(reported("r1", parent_id="t1"), LIN)
        for command, by in (
            (c.Acknowledge(), LIN),
            (c.Assign(engineer="u-li"), DU),
            (c.Accept(), LI),
            (c.Depart(eta=world.eta()), LI),
            (c.Arrive(photo_ids=("p-on_site",)), LI),
        ):
            world.do(command, by, ticket="r1")
            world.refuses(ANSWER, LIN, "children_without_outcome")
        complete(world, ticket="r1")
        world.do(c.Dispute(reason="还在滴水"), OWNER, ticket="r1")
        world.refuses(ANSWER, LIN, "children_without_outcome")
        world.do(c.SignCompletion(), OWNER, ticket="r1")
        assert world.do(ANSWER, LIN)

    def test_what_is_disputed_has_come_to_nothing(self) -> None:
        world = lodge("disputed", ticket="t1-1")
        world.do(complaint(), LIN)
        world.do(c.Link(ticket_id="t1-1", kind="child"), LIN)
        for command, by in way_to("remedying", world):
            world.do(command, by)
        world.refuses(ANSWER, LIN, "children_without_outcome")


class TestSatisfy:
    @pytest.mark.parametrize("by", [OWNER, LIN])
    def test_the_owner_says_so_or_staff_heard_it(self, by: Actor) -> None:
        assert lodge("responded").do(p.Satisfy(), by) == [ComplaintSatisfied()]

    def test_a_simple_matter_is_settled_on_the_spot(self) -> None:
        assert lodge("acknowledged").do(p.Satisfy(), LIN) == [ComplaintSatisfied(on_the_spot=True)]

    @pytest.mark.parametrize(
        ("amount_fen", "by", "code"),
        [
            (50_000, LIN, None),
            (50_001, LIN, "settlement_above_authority"),
            (50_001, SUPERVISOR, None),
            (200_001, SUPERVISOR, "settlement_above_authority"),
            (200_001, OWNER, None),
        ],
    )
    def test_on_the_spot_within_the_authority_of_who_settles(
        self, amount_fen: int, by: Actor, code: str | None
    ) -> None:
        world = lodge("acknowledged")
        grant(world, amount_fen)
        if code is None:
            assert world.do(p.Satisfy(), by)
        else:
            world.refuses(p.Satisfy(), by, code, IllegalTransition)

    def test_once_it_was_answered_that_is_no_question(self) -> None:
        world = lodge("responded")
        grant(world, 900_000)
        assert world.do(p.Satisfy(), LIN)


def grant(world: World, amount_fen: int, ticket: str = "t1") -> None:
    added = ExposureAdded(
        compensation_id="k1",
        ticket_id=ticket,
        household_id=HOUSEHOLD,
        benefit="housekeeping",
        amount_fen=amount_fen,
        month="2024-03",
        cause="by_hand",
        pending=False,
        below_approval=True,
        penalty=False,
        by="u-lin",
        rule_id=None,
    )
    world.record(exposure_stream(HOUSEHOLD, ticket), added)


class TestDispute:
    def test_another_round_one_level_up(self) -> None:
        world = lodge("responded")
        assert world.do(c.Dispute(reason="还在漏"), OWNER) == [
            ComplaintDisputed(reason="还在漏", cycle=2),
            EscalationRaised(level=1, reason="disputed"),
        ]
        assert world.ticket().cycle == 2
        for command, by in way_to("responded", world)[1:]:
            world.do(command, by)
        again = world.do(c.Dispute(reason="仍在漏"), OWNER)
        assert again[1] == EscalationRaised(level=2, reason="disputed")

    def test_the_second_answer_has_a_clock_of_its_own(self) -> None:
        world = lodge("responded")
        world.wait(days=1).do(c.Dispute(reason="还在漏"), OWNER)
        first, second = (one for one in world.ticket().clocks if one.kind == "propose")
        assert (first.cycle, first.is_over) == (1, True)
        assert (second.cycle, second.is_over, second.started_at) == (2, False, world.now)


class TestClose:
    def test_when_the_owner_is_content(self) -> None:
        assert lodge("satisfied").do(c.Close(), LIN) == [TicketClosed()]

    @pytest.mark.parametrize("status", ["responded", "disputed"])
    def test_otherwise_by_a_superior_who_says_why(self, status: str) -> None:
        world = lodge(status)
        world.refuses(c.Close(note="联系不上"), LIN, "owner_not_satisfied", NotPermitted)
        world.refuses(c.Close(), MANAGER, "required", Unacceptable)
        assert world.do(c.Close(note="三次上门无人"), MANAGER)


class TestWithdraw:
    def test_the_owner_takes_it_back_as_another_heard(self) -> None:
        world = lodge("investigating")
        assert world.do(p.Withdraw(confirmed_by="u-lin"), OWNER) == [
            ComplaintWithdrawn(confirmed_by="u-lin", confirmed_by_name="小林")
        ]
        assert not any(not one.is_over for one in world.ticket().clocks)

    def test_not_as_who_is_complained_about_heard(self) -> None:
        world = lodge(subject_of_complaint="u-li")
        world.refuses(p.Withdraw(confirmed_by="u-li"), OWNER, "confirmed_by_subject", NotPermitted)

    def test_nor_as_nobody_heard(self) -> None:
        refused = lodge().refuses(
            p.Withdraw(confirmed_by="u-who"), OWNER, "unknown_staff", Unacceptable
        )
        assert refused.pointer == "/confirmed_by"


@pytest.mark.parametrize(
    "command",
    [
        p.Withdraw(confirmed_by="u-lin"),
        p.Satisfy(),
        c.Dispute(reason="我也不满意"),
        c.Urge(),
        c.Comment(text="我家也漏"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_who_only_supports_has_no_say(command: Any) -> None:
    world = lodge("responded")
    world.do(p.Support(), NEIGHBOUR, household_id=NEXT_DOOR)
    world.refuses(command, NEIGHBOUR, "household_not_own", household_id=NEXT_DOOR)


def test_who_does_not_support_does_not_see_it() -> None:
    lodge().refuses(c.Urge(), NEIGHBOUR, "ticket_not_found", household_id=NEXT_DOOR)


def test_what_waits_goes_on_when_something_is_done() -> None:
    world = lodge("investigating")
    world.do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    assert world.do(PLAN, SUPERVISOR)[0] == TicketResumed(implicit=True)


def test_complaints_are_merged_with_complaints() -> None:
    world = lodge()
    world.do(reported("r1"), LIN)
    refused = world.refuses(c.MergeInto(into="r1"), LIN, "merge_across_kinds", IllegalTransition)
    assert refused.details == {"kind": "repair"}
    world.do(complaint("t2"), LIN)
    assert world.do(c.MergeInto(into="t2"), LIN)
