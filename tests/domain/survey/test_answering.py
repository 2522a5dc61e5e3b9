"""One answer, however it comes; and what it leads to."""

from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.decider import Evidence, On
from app.domain.errors import Unacceptable
from app.domain.records.household import HOUSEHOLD as HOUSEHOLDS
from app.domain.records.staff import STAFF
from app.domain.survey.commands import RecordResponse
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.decider import SURVEY
from app.domain.survey.experience import EXPERIENCE, MOST_POINTS
from app.domain.survey.state import FOLLOW_UP
from app.events.base import SYSTEM, Actor
from app.events.campaign import CampaignClosed
from app.events.complaint import ComplaintLodged
from app.events.experience import TouchpointScored
from app.events.household import HouseholdRecorded, Member
from app.events.staff import StaffRecorded
from app.events.survey import DimensionWeights, SurveyAnswered, SurveyBounced
from app.events.survey_contact import HouseholdAnswered
from app.events.ticket import EvidenceGiven
from tests.domain.survey.asking import (
    AGAIN,
    ASSIGNED,
    DAY,
    HOUSEHOLD,
    ISSUED,
    KEY,
    LIN,
    PAIRS,
    REPORTED,
    T1,
    W1,
    WAVE,
    WEEK,
    ZHANG,
    answered,
    by_hand,
    by_link,
    elsewhere,
    vote,
)
from tests.events.examples import example
from tests.given_when_then import NOW, Given

EXPERIENCED = EXPERIENCE.stream("t1")
CONTACT = SURVEY_CONTACT.stream(HOUSEHOLD)
EVEN = {"tangibles": 20, "reliability": 20, "responsiveness": 20, "assurance": 20, "empathy": 20}
SERVQUAL = {"kind": "servqual", "scale_id": "servqual_1_7"}


def test_the_link_answers_for_the_household() -> None:
    outcome = Given(SURVEY, ISSUED).when(by_link(2, tags=("维修不彻底",)), by=ZHANG)
    outcome.then_among(answered(2, tags=("维修不彻底",)))
    assert elsewhere(outcome.events, CONTACT) == [
        HouseholdAnswered(survey_id=KEY, dissatisfied=True)
    ]
    [scored] = elsewhere(outcome.events, EXPERIENCED)
    assert (scored.touchpoint, scored.score, scored.source) == ("completion", 3, "survey")


def test_a_double_click_is_one_answer_and_another_answer_comes_too_late() -> None:
    given = Given(SURVEY, ISSUED, answered(5))
    given.when(by_link(5), by=ZHANG).then_nothing()
    given.when(by_link(4), by=ZHANG).then_refused("survey_answered")
    given.when(by_link(5, text="很好"), by=ZHANG).then_refused("survey_answered")


def test_an_answer_stands_whichever_way_it_came() -> None:
    on_paper = Given(SURVEY, ISSUED, answered(5, way="by_hand")).and_(T1, REPORTED)
    on_paper.when(by_link(5), by=ZHANG).then_nothing()
    on_paper.when(by_link(1), by=ZHANG).then_refused("survey_answered")
    online = Given(SURVEY, ISSUED, answered(5)).and_(T1, REPORTED)
    online.when(by_hand(5), by=LIN).then_nothing()
    online.when(by_hand(1), by=LIN).then_refused("survey_answered")


def test_what_a_follow_up_brings_gives_way_to_what_was_said_before() -> None:
    late = Given(SURVEY, ISSUED, answered(5)).and_(T1, REPORTED)
    late.when(by_hand(1, way=FOLLOW_UP), by=SYSTEM).then_nothing()
    first = Given(SURVEY, ISSUED).and_(T1, REPORTED).when(by_hand(1, way=FOLLOW_UP), by=SYSTEM)
    [event] = [each for each in first.events if isinstance(each, SurveyAnswered)]
    assert (event.way, event.score, event.rated) == ("follow_up", 1, "u-li")


def test_a_link_holds_for_seven_days() -> None:
    given = Given(SURVEY, ISSUED)
    assert given.when(by_link(), by=ZHANG, at=NOW + WEEK).refused is None
    given.when(by_link(), by=ZHANG, at=NOW + WEEK + DAY / 86400).then_refused("survey_expired")
    told = Given(SURVEY, ISSUED, answered(5))
    told.when(by_link(5), by=ZHANG, at=NOW + 2 * WEEK).then_nothing()


def test_without_a_question_no_link_answers() -> None:
    Given(SURVEY).when(by_link(), by=ZHANG).then_refused("survey_unknown")
    Given(SURVEY, answered(way="by_hand")).when(by_link(), by=ZHANG).then_refused("survey_unknown")


def test_what_came_back_can_be_answered_all_the_same() -> None:
    outcome = Given(SURVEY, ISSUED, SurveyBounced(cause="blocked")).when(by_link(), by=ZHANG)
    outcome.then_among(answered(5))


def test_by_hand_the_ticket_says_whose_answer_it_is() -> None:
    outcome = Given(SURVEY).and_(T1, REPORTED, ASSIGNED).when(by_hand(4), by=LIN)
    [event] = [each for each in outcome.events if isinstance(each, SurveyAnswered)]
    assert (event.household_id, event.community) == (HOUSEHOLD, REPORTED.location.community)
    assert (event.way, event.answer_channel, event.dissatisfied) == ("by_hand", "phone", False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cycle": 2}, "out_of_range"),
        ({"cycle": None}, "out_of_range"),
        ({"household_id": "h-9"}, "household_mismatch"),
        ({"ticket_id": "t9"}, "ticket_not_found"),
        ({"scale_id": "nps_0_10"}, "scale_mismatch"),
        ({"scale_id": "stars"}, "not_one_of"),
        ({"answer_channel": "pigeon"}, "not_one_of"),
        ({"score": 6}, "out_of_range"),
        ({"score": 0}, "out_of_range"),
        ({"score": None}, "required"),
        ({"items": PAIRS}, "pairs_belong_to_servqual"),
        ({"tags": ("x",) * 11}, "too_many"),
        ({"text": "x" * 1001}, "too_long"),
    ],
)
def test_a_value_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(SURVEY).and_(T1, REPORTED).when(by_hand(**changes), by=LIN).then_refused(code)


def test_a_second_cycle_is_answered_for_itself() -> None:
    second = by_hand(1, cycle=2)
    outcome = Given(SURVEY).and_(T1, REPORTED, AGAIN).when(second, by=LIN)
    [event] = [each for each in outcome.events if isinstance(each, SurveyAnswered)]
    assert (event.cycle, event.score) == (2, 1)


@pytest.mark.parametrize("role", ["engineer", "security", "auditor", "finance", "dispatcher"])
def test_who_is_rated_or_only_looks_answers_for_nobody(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(SURVEY).and_(T1, REPORTED).when(by_hand(), by=by).then_refused("role_not_permitted")


def test_an_owner_answers_for_the_own_household() -> None:
    given = Given(SURVEY).and_(T1, REPORTED)
    assert given.when(by_hand(), by=ZHANG, household_id=HOUSEHOLD).refused is None
    given.when(by_hand(), by=ZHANG, household_id="h-9").then_refused("not_your_household")


def test_a_household_has_one_vote_in_a_wave() -> None:
    first = Given(SURVEY).and_(W1, WAVE).when(vote(9), by=LIN)
    [event] = [each for each in first.events if isinstance(each, SurveyAnswered)]
    assert (event.campaign_id, event.community, event.dissatisfied) == ("w1", "jinxiu", False)
    again = Given(SURVEY, event).and_(W1, WAVE)
    again.when(vote(9), by=LIN).then_nothing()
    again.when(vote(10), by=LIN).then_refused("survey_answered")


def test_a_wave_that_is_over_takes_no_answers() -> None:
    closed = Given(SURVEY).and_(W1, WAVE, CampaignClosed())
    closed.when(vote(), by=LIN).then_refused("campaign_closed")
    Given(SURVEY).and_(W1, WAVE).when(vote(), by=LIN, at=WAVE.ends_at).then_refused(
        "campaign_closed"
    )
    Given(SURVEY).when(vote(), by=LIN).then_refused("campaign_unknown")
    near = Given(SURVEY).and_(W1, WAVE)
    near.when(vote(), by=LIN, communities=("lanting",)).then_refused("campaign_unknown")


def test_a_wave_is_answered_on_its_own_scale() -> None:
    stars = vote(5, kind="csat", scale_id="csat_1_5")
    Given(SURVEY).and_(W1, WAVE).when(stars, by=LIN).then_refused("scale_mismatch")


def test_a_paper_form_without_a_name_counts_too() -> None:
    outcome = Given(SURVEY).and_(W1, WAVE).when(vote(3, household_id=None), by=LIN)
    [event] = outcome.events
    assert (event.household_id, event.dissatisfied) == (None, True)


def test_the_households_of_our_own_staff_count_in_no_figure() -> None:
    home = example(HouseholdRecorded, members=(Member(subject="u-li", name="李师傅"),))
    for active, excluded in ((True, "staff"), (False, None)):
        staff = example(StaffRecorded, subject="u-li", active=active)
        world = Given(SURVEY).and_(W1, WAVE).and_(HOUSEHOLDS.stream(HOUSEHOLD), home)
        outcome = world.and_(STAFF.stream("u-li"), staff).when(vote(), by=LIN)
        [event] = [each for each in outcome.events if isinstance(each, SurveyAnswered)]
        assert event.excluded == excluded


def servqual(**changes: Any) -> RecordResponse:
    said = SERVQUAL | {"ticket_id": None, "cycle": None, "household_id": HOUSEHOLD}
    return by_hand(None, **said | {"items": PAIRS} | changes)


def test_servqual_is_answered_in_22_pairs() -> None:
    outcome = Given(SURVEY).when(servqual(weights=DimensionWeights(**EVEN)), by=LIN)
    [event] = [each for each in outcome.events if isinstance(each, SurveyAnswered)]
    assert (len(event.items), event.score, event.dissatisfied) == (22, None, False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": PAIRS[:21]}, "servqual_needs_every_pair"),
        ({"items": (*PAIRS[:21], PAIRS[0])}, "servqual_needs_every_pair"),
        ({"items": ()}, "servqual_needs_every_pair"),
        ({"score": 5}, "servqual_has_no_score"),
        ({"weights": DimensionWeights(**EVEN | {"empathy": 21})}, "points_are_not_a_hundred"),
        (
            {"weights": DimensionWeights(**EVEN | {"empathy": -20, "assurance": 60})},
            "out_of_range",
        ),
    ],
)
def test_servqual_is_answered_as_a_whole(changes: dict[str, Any], code: str) -> None:
    said = servqual(**{k: v for k, v in changes.items() if k != "score"})
    if "score" in changes:
        said = by_hand(5, **SERVQUAL, ticket_id=None, cycle=None, items=PAIRS)
    Given(SURVEY).when(said, by=LIN).then_refused(Unacceptable, code)


@pytest.mark.parametrize(
    ("scale_id", "kind", "unhappy", "content"),
    [
        ("csat_1_5", "csat", 2, 3),
        ("ces_1_5_low_good", "ces", 4, 3),
        ("ces2_1_7", "ces", 3, 4),
        ("nps_0_10", "nps", 6, 7),
    ],
)
def test_the_dissatisfied_are_those_who_are_called_back(
    scale_id: str, kind: str, unhappy: int, content: int
) -> None:
    for score, expected in ((unhappy, True), (content, False)):
        said = by_hand(score, scale_id=scale_id, kind=kind)
        outcome = Given(SURVEY).and_(T1, REPORTED).when(said, by=LIN)
        [event] = [each for each in outcome.events if isinstance(each, SurveyAnswered)]
        assert event.dissatisfied is expected


def test_an_answer_is_recorded_where_the_curve_is_full() -> None:
    point = TouchpointScored(ticket_id="t1", touchpoint="repair", score=5, source="owner")
    full = Given(SURVEY, ISSUED).and_(EXPERIENCED, *[point] * MOST_POINTS)
    assert elsewhere(full.when(by_link(), by=ZHANG).events, EXPERIENCED) == []


def test_an_answer_on_paper_is_told_late_by_a_superior_or_with_a_photo_of_it() -> None:
    late = {"occurred_at": NOW - DAY, "at": NOW}
    world = Given(SURVEY).and_(W1, WAVE)
    world.when(vote(), by=LIN, **late).then_refused("occurred_at_needs_evidence")
    superior = Actor(subject="u-sun", role="supervisor")
    assert world.when(vote(), by=superior, **late).refused is None
    shown = Evidence(geo=(31.23, 121.47))
    events = world.when(vote(), by=LIN, **late, evidence=shown).events
    assert [type(each) for each in events if not isinstance(each, On)] == [
        SurveyAnswered,
        EvidenceGiven,
    ]


def test_an_answer_about_an_anonymous_complaint_is_not_remembered_of_its_household() -> None:
    """Whether the household may be invited again would tell that it complained."""
    lodged = example(ComplaintLodged, anonymous=True)
    given = Given(SURVEY, ISSUED).and_(T1, replace(REPORTED, kind="complaint"), lodged)
    assert elsewhere(given.when(by_link(1), by=ZHANG).events, CONTACT) == []
