"""Asking once for each cycle, and leaving people in peace."""

import pytest
from msgspec.structs import replace

from app.domain.decider import On
from app.domain.survey.commands import BounceSurvey, DeliverSurvey, InviteHousehold, IssueSurvey
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import key_in_campaign, key_of_ticket
from app.events.base import Actor
from app.events.campaign import CampaignClosed
from app.events.complaint import ComplaintLodged
from app.events.survey import SurveyBounced, SurveyDelivered, SurveyIssued
from app.events.survey_contact import HouseholdAnswered, HouseholdAsked
from app.events.ticket import TicketCancelled, TicketReported
from tests.domain.survey.asking import (
    DAY,
    HOUSEHOLD,
    ISSUED,
    KEY,
    LIN,
    REPORTED,
    T1,
    TOLD,
    W1,
    WAVE,
    WEEK,
    ZHANG,
    answered,
    at,
)
from tests.events.examples import example
from tests.given_when_then import NOW, Given

ISSUE = IssueSurvey(ticket_id="t1", cycle=1, kind="csat", rated="u-li")
INVITE = InviteHousehold(campaign_id="w1", household_id=HOUSEHOLD)
CONTACT = SURVEY_CONTACT.stream(HOUSEHOLD)
INVITED = SurveyIssued(
    survey_id=key_in_campaign("w1", HOUSEHOLD),
    kind="nps",
    scale_id="nps_0_10",
    campaign_id="w1",
    household_id=HOUSEHOLD,
    community="jinxiu",
    expires_at=NOW + WEEK,
)


def test_a_cycle_whose_work_is_done_is_asked_about() -> None:
    Given(SURVEY).and_(T1, REPORTED).when(ISSUE).then(
        ISSUED, TOLD, On(CONTACT, HouseholdAsked(survey_id=KEY))
    )


def test_a_cycle_is_asked_about_once() -> None:
    Given(SURVEY, ISSUED).and_(T1, REPORTED).when(ISSUE).then_nothing()
    Given(SURVEY, answered()).and_(T1, REPORTED).when(ISSUE).then_nothing()


def test_every_cycle_and_every_kind_has_a_survey_of_its_own() -> None:
    keys = {
        key_of_ticket(ticket, cycle, kind)
        for ticket in ("t1", "t2")
        for cycle in (1, 2)
        for kind in ("csat", "ces")
    }
    assert len(keys) == 8
    assert key_of_ticket("t1", 1, "csat") == KEY


@pytest.mark.parametrize(
    "events",
    [(), (example(TicketReported, household_id=None),), (REPORTED, example(TicketCancelled))],
)
def test_where_there_is_nobody_or_nothing_to_ask_nobody_is_asked(events: tuple[object]) -> None:
    Given(SURVEY).and_(T1, *events).when(ISSUE).then_nothing()


@pytest.mark.parametrize("role", ["owner", "csr", "manager", "admin"])
def test_nobody_issues_a_rating_by_hand(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(SURVEY).and_(T1, REPORTED).when(ISSUE, by=by).then_refused("role_not_permitted")


def test_a_household_is_invited_to_a_wave() -> None:
    Given(SURVEY).and_(W1, WAVE).when(INVITE, by=LIN).then(
        INVITED, TOLD, On(CONTACT, HouseholdAsked(survey_id=INVITED.survey_id))
    )
    Given(SURVEY, INVITED).and_(W1, WAVE).when(INVITE, by=LIN).then_nothing()


def test_for_14_days_a_household_is_left_in_peace() -> None:
    asked = HouseholdAsked(survey_id=KEY)
    for days, invited in ((13.999, False), (14, True)):
        before = at(asked, NOW - days * DAY)
        outcome = Given(SURVEY).and_(W1, WAVE).and_(CONTACT, before).when(INVITE, by=LIN)
        assert bool(outcome.events) is invited, days


def test_whoever_was_dissatisfied_may_be_asked_whether_it_is_better() -> None:
    again = InviteHousehold(campaign_id="w1", household_id=HOUSEHOLD, closed_loop=True)
    asked = at(HouseholdAsked(survey_id=KEY), NOW - DAY)
    for dissatisfied in (True, False):
        said = HouseholdAnswered(survey_id=KEY, dissatisfied=dissatisfied)
        world = Given(SURVEY).and_(W1, WAVE).and_(CONTACT, asked, said)
        assert bool(world.when(again, by=LIN).events) is dissatisfied
        world.when(INVITE, by=LIN).then_nothing()


def test_nobody_is_invited_to_a_wave_that_is_over() -> None:
    Given(SURVEY).and_(W1, WAVE, CampaignClosed()).when(INVITE, by=LIN).then_refused(
        "campaign_closed"
    )
    Given(SURVEY).and_(W1, WAVE).when(INVITE, by=LIN, at=WAVE.ends_at).then_refused(
        "campaign_closed"
    )
    Given(SURVEY).when(INVITE, by=LIN).then_refused("campaign_unknown")


def test_owners_invite_nobody() -> None:
    Given(SURVEY).and_(W1, WAVE).when(INVITE, by=ZHANG).then_refused("role_not_permitted")


def test_that_a_question_arrived_or_came_back_is_recorded_once() -> None:
    arrived, back = DeliverSurvey(delivery_channel="sms"), BounceSurvey(cause="unreachable")
    Given(SURVEY, ISSUED).when(arrived, by=LIN).then(SurveyDelivered(delivery_channel="sms"))
    delivered = SurveyDelivered(delivery_channel="sms")
    Given(SURVEY, ISSUED, delivered).when(arrived, by=LIN).then_nothing()
    Given(SURVEY, ISSUED).when(back, by=LIN).then(SurveyBounced(cause="unreachable"))
    bounced = SurveyBounced(cause="unreachable")
    Given(SURVEY, ISSUED, bounced).when(back, by=LIN).then_nothing()
    Given(SURVEY, ISSUED, bounced).when(arrived, by=LIN).then(delivered)
    Given(SURVEY, ISSUED, delivered, bounced).when(arrived, by=LIN).then(delivered)


def test_what_was_answered_did_not_come_back() -> None:
    Given(SURVEY, ISSUED, answered()).when(BounceSurvey(cause="other"), by=LIN).then_refused(
        "survey_answered"
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (BounceSurvey(cause="搬家"), "not_one_of"),
        (DeliverSurvey(delivery_channel="pigeon"), "not_one_of"),
    ],
)
def test_a_word_that_we_do_not_know_is_refused(command: object, code: str) -> None:
    Given(SURVEY, ISSUED).when(command, by=LIN).then_refused(code)
    Given(SURVEY).when(command, by=LIN).then_refused("survey_unknown")
    Given(SURVEY, ISSUED).when(command, by=ZHANG).then_refused("role_not_permitted")


def test_being_asked_about_an_anonymous_complaint_begins_no_cool_down() -> None:
    lodged = example(ComplaintLodged, anonymous=True)
    told = (replace(REPORTED, kind="complaint"), lodged)
    Given(SURVEY).and_(T1, *told).when(ISSUE).then(ISSUED, TOLD)
