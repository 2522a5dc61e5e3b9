"""Loads the surveys, campaigns and experience curves that a viewer may see, as of now."""

from collections.abc import Sequence
from datetime import datetime

from app.domain.errors import NotFound
from app.domain.survey.campaign import CAMPAIGN, Campaign
from app.domain.survey.decider import SURVEY
from app.domain.survey.experience import EXPERIENCE, Experience
from app.domain.survey.state import Survey
from app.viewer import Viewer
from app.views.reader import Reader
from app.views.tickets.visible import hidden_reporters, load_one


async def load_visible_surveys(
    reader: Reader, survey_ids: Sequence[str]
) -> tuple[list[Survey], datetime]:
    """In the order of the ids; and the tenant's now. Not those of tickets whose reporter the viewer
    may not know: a survey names the household."""
    streams = [SURVEY.stream(survey_id) for survey_id in survey_ids]
    snapshot = await reader.read(*streams)
    loaded = [snapshot.state(stream) for stream in streams]
    visible = [each for each in loaded if each and may_see_survey(reader.viewer, each)]
    tickets = [each.subject.ticket_id for each in visible if each.subject.ticket_id]
    hidden = await hidden_reporters(reader, tickets)
    return [each for each in visible if each.subject.ticket_id not in hidden], snapshot.now


async def load_one_survey(reader: Reader, survey_id: str) -> tuple[Survey, int, datetime]:
    """The survey, its version, and the tenant's now. Raises `NotFound`."""
    survey, version, now = await load_linked_survey(reader, survey_id)
    ticket_id = survey.subject.ticket_id
    hidden = await hidden_reporters(reader, [ticket_id] if ticket_id else [])
    if not may_see_survey(reader.viewer, survey) or ticket_id in hidden:
        raise NotFound("survey_unknown")
    return survey, version, now


async def load_linked_survey(reader: Reader, survey_id: str) -> tuple[Survey, int, datetime]:
    """For the holder of its link: the viewer is not checked. Raises `NotFound`."""
    stream = SURVEY.stream(survey_id)
    snapshot = await reader.read(stream)
    survey = snapshot.state(stream)
    if survey is None:
        raise NotFound("survey_unknown")
    return survey, snapshot.version(stream), snapshot.now


def may_see_survey(viewer: Viewer, survey: Survey) -> bool:
    """Owners see those of their household, staff those of their communities."""
    subject = survey.subject
    if viewer.role == "owner":
        return viewer.household_id is not None and subject.household_id == viewer.household_id
    return viewer.reaches(subject.community)


async def load_visible_campaigns(
    reader: Reader, campaign_ids: Sequence[str]
) -> tuple[list[Campaign], datetime]:
    """In the order of the ids; and the tenant's now."""
    streams = [CAMPAIGN.stream(campaign_id) for campaign_id in campaign_ids]
    snapshot = await reader.read(*streams)
    communities = reader.viewer.communities
    loaded = [snapshot.state(stream) for stream in streams]
    return [each for each in loaded if each and each.is_in_reach(communities)], snapshot.now


async def load_one_campaign(reader: Reader, campaign_id: str) -> tuple[Campaign, int, datetime]:
    """The campaign, its version, and the tenant's now. Raises `NotFound`."""
    stream = CAMPAIGN.stream(campaign_id)
    snapshot = await reader.read(stream)
    campaign = snapshot.state(stream)
    if campaign is None or not campaign.is_in_reach(reader.viewer.communities):
        raise NotFound("campaign_unknown")
    return campaign, snapshot.version(stream), snapshot.now


async def load_experience(reader: Reader, ticket_id: str) -> Experience:
    """Raises `NotFound` where the viewer may not see the ticket."""
    await load_one(reader, ticket_id)
    return await reader.state_of(EXPERIENCE.stream(ticket_id))
