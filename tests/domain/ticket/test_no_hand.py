"""Who is complained about has no hand in the complaint: every command on it, and on what hangs on
it, is refused to them (docs/domain.md §6.2)."""

from datetime import date
from typing import Any, get_args

import pytest

from app.domain.compensation import commands as k
from app.domain.compensation.decider import COMPENSATION
from app.domain.decider import Stream
from app.domain.errors import DomainError, NotFound, NotPermitted
from app.domain.follow_up_series import decider as series
from app.domain.problem import commands as q
from app.domain.problem.decider import PROBLEM
from app.domain.survey import commands as s
from app.domain.survey.content import Content
from app.domain.survey.decider import SURVEY
from app.domain.survey.experience import EXPERIENCE, ScoreTouchpoint
from app.domain.survey.state import Subject, key_of_ticket
from app.domain.ticket.commands import follow_up as f
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds import KINDS
from app.events.base import Actor
from app.events.compensation import CompensationProposed
from app.events.follow_up_series import FollowUpSeriesStarted
from app.events.problem import Measured, Place, ProblemOpened
from app.events.survey import SurveyIssued
from tests.domain.ticket import complaining
from tests.domain.ticket.complaining import complaint
from tests.domain.ticket.samples import SAMPLES
from tests.domain.ticket.world import LIN, World, reported
from tests.events.examples import example

SUN = "u-wei"
BLAMED = Actor(subject=SUN, role="supervisor")
ROLES = ("csr", "dispatcher", "security", "supervisor", "manager", "finance", "admin")
COMPLAINT, FOLLOW_UP = KINDS["complaint"], KINDS["follow_up"]
BY_OTHERS = {
    # Given by the product, by the owner's link, or to a campaign.
    *(k.CompensateBreach, k.CompensatePromise, k.CompensateDelay, k.SettleAccrual),
    *(k.ReconsiderCompensation, s.IssueSurvey, s.AnswerSurvey, s.InviteHousehold),
}
ONE = Measured(mean_e6=4_000_000, n=41)
SURVEY_KEY = key_of_ticket("t1", 1, "csat")


def lodge(status: str = "received", **lodged: Any) -> World:
    world = World()
    world.staff(BLAMED)
    return complaining.lodge(status, world=world, subject_of_complaint=SUN, **lodged)


def world_of(*, anonymous: bool) -> World:
    """With everything that can hang on a complaint."""
    world = lodge(anonymous=anonymous)
    world.record(
        COMPENSATION.stream("k1"),
        example(CompensationProposed, compensation_id="k1", ticket_id="t1", community="jinxiu"),
    )
    world.record(
        SURVEY.stream(SURVEY_KEY),
        example(SurveyIssued, survey_id=SURVEY_KEY, ticket_id="t1", cycle=1, community="jinxiu"),
    )
    world.record(
        series.FOLLOW_UP_SERIES.stream("s1"),
        example(FollowUpSeriesStarted, series_id="s1", ticket_id="t1", community="jinxiu"),
    )
    world.record(
        PROBLEM.stream("p1"),
        example(
            ProblemOpened,
            problem_id="p1",
            ticket_ids=("r9", "t1"),
            place=Place(community="jinxiu"),
        ),
    )
    return world


HANGING: list[tuple[Stream[Any, Any], Any]] = [
    (
        COMPENSATION.stream("k2"),
        k.ProposeCompensation(
            compensation_id="k2", ticket_id="t1", benefit="gift", amount_fen=100, reason="致歉"
        ),
    ),
    (COMPENSATION.stream("k1"), k.ApproveCompensation()),
    (COMPENSATION.stream("k1"), k.RejectCompensation(reason="不")),
    (COMPENSATION.stream("k1"), k.FulfilCompensation()),
    (COMPENSATION.stream("k1"), k.RecordFulfilmentFailure(reason="不")),
    (COMPENSATION.stream("k1"), k.VoidCompensation(reason="不")),
    (COMPENSATION.stream("k1"), k.ReverseCompensation(ground="fraud", notice="不")),
    (
        SURVEY.stream(SURVEY_KEY),
        s.RecordResponse(
            survey_id=SURVEY_KEY,
            subject=Subject(kind="csat", scale_id="csat_1_5", ticket_id="t1", cycle=1),
            content=Content(score=5),
            answer_channel="phone",
        ),
    ),
    (SURVEY.stream(SURVEY_KEY), s.DeliverSurvey(delivery_channel="web")),
    (SURVEY.stream(SURVEY_KEY), s.BounceSurvey(cause="other")),
    (EXPERIENCE.stream("t1"), ScoreTouchpoint(ticket_id="t1", touchpoint="complaint", score=9)),
    (
        series.FOLLOW_UP_SERIES.stream("s2"),
        series.StartSeries(
            series_id="s2",
            ticket_id="t1",
            purpose="care",
            cadence="weekly",
            until=date(2024, 5, 1),
            assigned_to="u-lin",
        ),
    ),
    (series.FOLLOW_UP_SERIES.stream("s1"), series.SkipVisit(on=date(2024, 3, 19), reason="假日")),
    (series.FOLLOW_UP_SERIES.stream("s1"), series.EndSeries(reason="不再需要")),
    (PROBLEM.stream("p2"), q.OpenProblem(problem_id="p2", statement="又漏", ticket_ids=("t1",))),
    *(
        (PROBLEM.stream("p1"), each)
        for each in (
            q.AddWhy(why_id="n1", parents=("ph",), answer="旧", category="machine"),
            q.ReviseWhy(why_id="n1", parents=("ph",), answer="旧", category="machine"),
            q.VerifyWhy(why_id="n1", therefore_ok=True),
            q.ConfirmRootCause(roots=("n1",)),
            q.PlanAction(type="corrective", root="n1", owner="工程部", due=date(2024, 5, 31)),
            q.CompleteAction(action_id="A1"),
            q.VerifyAction(action_id="A1"),
            q.StartCycle(
                hypothesis="x",
                actions=("A1",),
                pilot_scope=("B1",),
                begins_on=date(2024, 4, 1),
                ends_on=date(2024, 6, 30),
            ),
            q.CheckCycle(cycle=1, metric="ces", before=ONE, after=ONE),
            q.ActOnCycle(cycle=1, decision="abandon"),
            q.CloseProblem(),
        )
    ),
]
UNIONS = (
    *get_args(k.CompensationCommand),
    *get_args(s.SurveyCommand),
    *get_args(series.SeriesCommand),
    *get_args(q.ProblemCommand),
    ScoreTouchpoint,
)


def answers(world: World, stream: Stream[Any, Any], command: Any) -> dict[str, DomainError | None]:
    """What each role is told that the subject could have; None where it was done."""
    told: dict[str, DomainError | None] = {}
    for role in ROLES:
        try:
            world.decide(stream, command, Actor(subject=SUN, role=role), numbers=world_numbers())
            told[role] = None
        except DomainError as refused:
            told[role] = refused
    return told


def world_numbers() -> dict[str, str]:
    return {"PRB": "PRB-0009"}


def test_every_command_of_what_hangs_on_a_ticket_is_in_the_table() -> None:
    assert {type(command) for _, command in HANGING} == set(UNIONS) - BY_OTHERS


@pytest.mark.parametrize(
    ("stream", "command"), HANGING, ids=[type(command).__name__ for _, command in HANGING]
)
def test_the_subject_has_no_hand_in_what_hangs_on_it(
    stream: Stream[Any, Any], command: Any
) -> None:
    told = answers(world_of(anonymous=False), stream, command)
    assert all(told.values()), told
    assert "subject_of_complaint" in {each.code for each in told.values() if each}
    unnamed = answers(world_of(anonymous=True), stream, command)
    assert all(isinstance(each, NotFound | NotPermitted) for each in unnamed.values()), unnamed


RULES = [(kind, command) for kind in (COMPLAINT, FOLLOW_UP) for command in kind.rules]


@pytest.mark.parametrize(
    ("kind", "command"), RULES, ids=[f"{kind.name}-{command.__name__}" for kind, command in RULES]
)
def test_nor_in_the_complaint_and_the_follow_ups_about_it(kind: Any, command: type[Any]) -> None:
    if command in (c.Comment, c.ReportTicket, f.ScheduleFollowUp):
        return  # the first is allowed; the others make a ticket: see below
    by = sorted(set(kind.rules[command].who) & set(ROLES))
    if not by:
        return  # the owner's
    when = kind.rules[command].when
    if kind is FOLLOW_UP:
        world, ticket = lodge("responded"), "t-call"
        world.do(SAMPLES[f.ScheduleFollowUp], LIN, ticket=ticket)
    else:
        status = next(each for each in KINDS["complaint"].labels if each in when and each in WAYS)
        world, ticket = lodge(status), "t1"
    for role in by:
        with pytest.raises(NotPermitted) as refused:
            world.do(SAMPLES[command], Actor(subject=SUN, role=role), ticket=ticket)
        assert refused.value.code == "subject_of_complaint"


WAYS = (
    "received",
    "acknowledged",
    "investigating",
    "proposed",
    "remedying",
    "responded",
    "satisfied",
    "closed",
)


NAMING = [
    f.ScheduleFollowUp(ticket_id="t-call", purpose="satisfaction", parent_id="t1"),
    reported("t2", parent_id="t1"),
    complaint("t2", quotes=("t1",)),
    c.Link(ticket_id="t1", kind="related"),
    c.MergeInto(into="t1"),
]


@pytest.mark.parametrize("command", NAMING, ids=[type(each).__name__ for each in NAMING])
def test_nor_by_naming_it_on_another_ticket(command: Any) -> None:
    world = lodge()
    world.do(complaint("t3"), LIN)
    ticket = getattr(command, "ticket_id", "t3") if not isinstance(command, c.Link) else "t3"
    with pytest.raises(NotPermitted) as refused:
        world.do(command, BLAMED, ticket=ticket)
    assert refused.value.code == "subject_of_complaint"


def test_others_may() -> None:
    world = world_of(anonymous=True)
    given = k.ProposeCompensation(
        compensation_id="k2", ticket_id="t1", benefit="gift", amount_fen=100, reason="致歉"
    )
    assert world.decide(COMPENSATION.stream("k2"), given, LIN)
    ending = series.EndSeries(reason="不再需要")
    assert world.decide(series.FOLLOW_UP_SERIES.stream("s1"), ending, LIN)
    assert world.do(c.Comment(text="谢谢"), BLAMED)
