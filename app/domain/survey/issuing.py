"""Issuing surveys, on completion or by invitation, and recording their delivery."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal, get_args

from app.domain import roles
from app.domain.checks import identifier, one_of, require, require_machinery
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition
from app.domain.records.household import require_on_record
from app.domain.statistics.scales import DEFAULT_SCALE
from app.domain.survey.commands import BounceSurvey, DeliverSurvey, InviteHousehold, IssueSurvey
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.rules import (
    campaign_of,
    check_channel,
    check_of_ticket,
    check_open,
    community_of,
    contacted,
    fields_of,
    require_issued,
)
from app.domain.survey.state import Subject, Survey, key_in_campaign, key_of_ticket
from app.domain.ticket.decider import TICKET
from app.events.sla import NotificationQueued
from app.events.survey import SurveyBounced, SurveyDelivered, SurveyEvent, SurveyIssued
from app.events.survey_contact import HouseholdAsked

BounceCause = Literal["unreachable", "wrong_contact", "refused", "blocked", "other"]
CAUSES: tuple[BounceCause, ...] = get_args(BounceCause)

InvitationResult = Literal["invited", "cool_down"]
LINK_VALID_FOR = timedelta(days=7)  # docs/domain.md §5.4
WITHOUT_WORK = frozenset({"merged", "cancelled", "rejected", "withdrawn"})


def issue_survey(
    command: IssueSurvey, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    """Only from a reactor. A no-op if there is no household to ask or the work came to nothing."""
    require_machinery(given)
    ticket = given.read(TICKET.stream(command.ticket_id))
    if survey is not None or ticket is None or ticket.household_id is None:
        return []
    if ticket.status in WITHOUT_WORK:
        return []
    subject = Subject(
        kind=command.kind,
        scale_id=DEFAULT_SCALE[command.kind],
        ticket_id=command.ticket_id,
        cycle=command.cycle,
        household_id=ticket.household_id,
        community=ticket.location.community,
        rated=command.rated,
    )
    survey_id = key_of_ticket(command.ticket_id, command.cycle, command.kind)
    return _issued(survey_id, subject, given)


def invite_household(
    command: InviteHousehold, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    """A no-op within the household's cool-down."""
    require(given, roles.ISSUE_SURVEYS)
    campaign = campaign_of(command.campaign_id, given)
    household_id = identifier(command.household_id, "/household_ids")
    require_on_record(household_id, given)
    contact = given.read(SURVEY_CONTACT.stream(household_id))
    if survey is not None:
        return []
    check_open(campaign, given)
    if not contact.may_be_asked(given.now, closed_loop=command.closed_loop):
        return []
    subject = Subject(
        kind=campaign.kind,
        scale_id=campaign.scale_id,
        campaign_id=campaign.campaign_id,
        household_id=household_id,
        community=campaign.community or community_of(household_id, given),
    )
    survey_id = key_in_campaign(campaign.campaign_id, household_id)
    return _issued(survey_id, subject, given, closed_loop=command.closed_loop)


def _issued(
    survey_id: str, subject: Subject, given: Given, *, closed_loop: bool = False
) -> Sequence[SurveyEvent | On]:
    """The notice is on the survey's stream, not on the ticket's, whose version must not change:
    somebody may be about to sign it."""
    issued = SurveyIssued(
        survey_id=survey_id,
        **fields_of(subject),
        expires_at=given.now + LINK_VALID_FOR,
        closed_loop=closed_loop,
    )
    notice = NotificationQueued(template="survey_issued", audience="owner")
    household_id = contacted(subject, given)
    if household_id is None:
        return [issued, notice]
    asked = HouseholdAsked(survey_id=survey_id)
    return [issued, notice, On(SURVEY_CONTACT.stream(household_id), asked)]


def deliver_survey(
    command: DeliverSurvey, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    require(given, roles.DELIVER_SURVEYS)
    asked = require_issued(survey)
    check_of_ticket(asked.subject, given)
    if asked.delivered_at and not asked.bounced:
        return []
    return [SurveyDelivered(delivery_channel=check_channel(command.delivery_channel))]


def bounce_survey(
    command: BounceSurvey, survey: Survey | None, given: Given
) -> Sequence[SurveyEvent | On]:
    require(given, roles.DELIVER_SURVEYS)
    asked, cause = require_issued(survey), one_of(command.cause, CAUSES, "/cause")
    check_of_ticket(asked.subject, given)
    if asked.answer is not None:
        raise IllegalTransition("survey_answered")
    return [] if asked.bounced == cause else [SurveyBounced(cause=cause)]
