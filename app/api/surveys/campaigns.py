"""Survey campaigns: one question for a sample of households."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from app.api.surveys.bodies import BouncesBody, CampaignBody, InvitationsBody, channel_counts
from app.db import tenant_transaction
from app.domain import roles
from app.domain.statistics.scales import SurveyKind
from app.domain.survey.campaign import CAMPAIGN, CampaignCommand, CloseCampaign, CountBounces
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.refusals import InvalidInput
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    command_responses,
    read_responses,
    responses,
)
from app.projections import campaigns, household_directory
from app.projections.campaigns import Wave, list_campaigns
from app.use_cases import invite_households as inviting
from app.views.surveys.render import render_campaign, render_invitations
from app.views.surveys.shape import CampaignAnswer, CampaignPage, Invitations
from app.views.surveys.visible import load_one_campaign, load_visible_campaigns

router = APIRouter(prefix="/v1/surveys/campaigns", route_class=JsonRoute)

Editor = Annotated[Caller, Depends(permitted(roles.ISSUE_SURVEYS))]
Reader = Annotated[Caller, Depends(permitted(roles.READ_QUALITY_FIGURES))]


@router.post(
    "",
    status_code=201,
    responses=responses(
        {201: CampaignAnswer}, 401, 403, 409, 412, 422, 503, headers=COMMAND_HEADERS | LOCATION
    ),
    openapi_extra=IDEMPOTENT,
)
async def open_campaign(body: CampaignBody, caller: Editor) -> Response:
    """It closes at its end, or earlier by hand."""
    services = caller.services
    zone = ZoneInfo((await caller.reader.read()).timezone)
    stream = CAMPAIGN.stream(str(services.new_id()))
    outcome = await services.handler.handle(
        stream, body.command(stream.key, zone), await caller.envelope(status=201)
    )
    view = render_campaign(outcome.state, outcome.at)
    return outcome_response(outcome, view, lambda: f"/v1/surveys/campaigns/{view['id']}")


@router.get(
    "",
    responses=responses({200: CampaignPage}, 401, 403, 422, 503),
)
async def get_campaigns(
    caller: Reader, kind: SurveyKind | None = None, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """The newest first."""
    services = caller.services
    await services.caught_up(caller.tenant_id, campaigns.NAME)
    communities = caller.communities
    page = caller.paging(cursor, limit, list="campaigns", kind=kind, seen=communities)
    after = None
    if page.after:
        starts_at, campaign_id = page.after
        after = Wave(campaign_id=campaign_id, starts_at=datetime.fromisoformat(starts_at))
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_campaigns(
            connection,
            caller.tenant_id,
            kind=kind,
            communities=communities,
            after=after,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.starts_at, row.campaign_id])
    found, now = await load_visible_campaigns(caller.reader, [row.campaign_id for row in kept])
    items = [render_campaign(campaign, now) for campaign in found]
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/{campaign_id}",
    responses=read_responses(CampaignAnswer),
    openapi_extra=READ,
)
async def get_campaign(campaign_id: Id, request: Request, caller: Reader) -> Response:
    campaign, version, now = await load_one_campaign(caller.reader, str(campaign_id))
    return versioned_response(request, render_campaign(campaign, now), version)


@router.post(
    "/{campaign_id}/close",
    responses=command_responses(CampaignAnswer),
    openapi_extra=VERSIONED,
)
async def close_campaign(campaign_id: Id, caller: Editor) -> Response:
    """It takes no more answers."""
    return await _execute(caller, str(campaign_id), CloseCampaign())


@router.post(
    "/{campaign_id}/bounces",
    responses=command_responses(CampaignAnswer),
    openapi_extra=VERSIONED,
)
async def count_bounces(campaign_id: Id, body: BouncesBody, caller: Editor) -> Response:
    """Of surveys that others sent: the total so far, not an increment."""
    command = CountBounces(bounced=body.bounced, bounced_by=channel_counts(body.bounced_by_channel))
    return await _execute(caller, str(campaign_id), command)


async def _execute(caller: Caller, campaign_id: str, command: CampaignCommand) -> Response:
    outcome = await caller.services.handler.handle(
        CAMPAIGN.stream(campaign_id), command, await caller.envelope()
    )
    return outcome_response(outcome, render_campaign(outcome.state, outcome.at))


@router.post(
    "/{campaign_id}/invitations",
    responses=responses({200: Invitations}, 401, 403, 404, 409, 412, 422, 503),
    openapi_extra=IDEMPOTENT,
)
async def invite_households(campaign_id: Id, body: InvitationsBody, caller: Editor) -> Response:
    """Each gets its own link. A household asked within the last 14 days is skipped; in a sample the
    next one takes its place."""
    if bool(body.household_ids) == bool(body.sample_size):
        raise InvalidInput("contradictory", pointer="/sample_size")
    household_ids = body.household_ids or await _sample(caller, campaign_id, body.sample_size or 0)
    invitations = await inviting.invite_households(
        caller.services.handler,
        await caller.envelope(),
        str(campaign_id),
        household_ids,
        limit=body.sample_size or len(household_ids),
        closed_loop=body.closed_loop,
        secret=await caller.secret(),
    )
    return json_response(
        render_invitations([(each.household_id, each.survey_id) for each in invitations])
    )


async def _sample(caller: Caller, campaign_id: Id, sample_size: int) -> Sequence[str]:
    services = caller.services
    campaign, _, _ = await load_one_campaign(caller.reader, str(campaign_id))
    await services.caught_up(caller.tenant_id, household_directory.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        return await inviting.draw_candidates(caller.reader, connection, campaign, sample_size)
