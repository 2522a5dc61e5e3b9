"""Checks that issuing and answering share."""

from typing import Any

from app.domain.checks import one_of
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotFound
from app.domain.records.household import HOUSEHOLD
from app.domain.statistics.scales import MODES
from app.domain.survey.campaign import CAMPAIGN, Campaign
from app.domain.survey.state import Subject, Survey
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.naming import is_anonymous
from app.domain.ticket.decider import TICKET


def require_issued(survey: Survey | None) -> Survey:
    if survey is None or survey.issued_at is None:
        raise NotFound("survey_unknown")
    return survey


def campaign_of(campaign_id: str, given: Given) -> Campaign:
    campaign: Campaign | None = given.read(CAMPAIGN.stream(campaign_id))
    if campaign is None or not campaign.is_in_reach(given.communities):
        raise NotFound("campaign_unknown")
    return campaign


def check_open(campaign: Campaign, given: Given) -> None:
    if campaign.is_over(given.now):
        raise IllegalTransition("campaign_closed")


def check_channel(channel: str) -> str:
    return one_of(channel, MODES, "/channel")


def community_of(household_id: str, given: Given) -> str | None:
    """The first that the actor reaches."""
    household = given.read(HOUSEHOLD.stream(household_id))
    communities = household.communities if household else ()
    return next(iter(given.viewer.among_theirs(communities)), None)


def contacted(subject: Subject, given: Given) -> str | None:
    """The household that was contacted. Not for an anonymous complaint: the next invitation
    would tell whose it is (ADR 0032)."""
    ticket = given.read(TICKET.stream(subject.ticket_id)) if subject.ticket_id else None
    return None if ticket is not None and is_anonymous(ticket) else subject.household_id


def check_of_ticket(subject: Subject, given: Given) -> None:
    """For what staff do with a survey. Raises `NotFound`, `NotPermitted`."""
    if not given.viewer.reaches(subject.community):
        raise NotFound("survey_unknown")
    if subject.ticket_id is not None:
        ticket = given.read(TICKET.stream(subject.ticket_id))
        check_no_conflict(given, ticket, unseen="survey_unknown")


def fields_of(subject: Subject) -> dict[str, Any]:
    return {name: getattr(subject, name) for name in subject.__struct_fields__}
