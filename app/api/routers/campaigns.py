"""Campaigns: waves of one question, to a sample of households."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import uuid5
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response

from app.api.answers import json_answer, outcome_answer, versioned
from app.api.callers import Caller, permitted
from app.api.documents import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    answers,
    read_answers,
    setting_answers,
)
from app.api.documents_surveys import CampaignAnswer, CampaignPage, Invitations
from app.api.fields import Id
from app.api.json_body import JsonRoute
from app.api.paging import Cursor, Cursors, Limit
from app.api.refusals import InvalidInput
from app.api.schemas.surveys import (
    BouncesBody,
    CampaignBody,
    InvitationsBody,
    SurveyKind,
    channel_counts,
)
from app.api.survey_views import campaign_view
from app.api.visibility import STAFF
from app.command_handler import Envelope
from app.db import tenant_transaction
from app.domain.campaign import (
    CAMPAIGN,
    KEEPERS,
    CampaignCommand,
    CloseCampaign,
    CountBounces,
)
from app.domain.errors import NotFound
from app.domain.survey.commands import InviteHousehold
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import key_in_campaign
from app.domain.survey_contact import SURVEY_CONTACT
from app.projections import campaigns, household_directory
from app.projections.campaigns import Wave, list_campaigns
from app.projections.household_directory import list_households

router = APIRouter(prefix="/v1/surveys/campaigns", tags=["surveys"], route_class=JsonRoute)

Keeper = Annotated[Caller, Depends(permitted(KEEPERS))]
Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]
TRIES = 3  # lots drawn for each household that is wanted
PAGE = 1000


@router.post(
    "",
    status_code=201,
    summary="开展调查 · open a campaign",
    responses=answers(
        {201: CampaignAnswer}, 401, 403, 409, 412, 422, 503, headers=COMMAND_HEADERS | LOCATION
    ),
    openapi_extra=IDEMPOTENT,
)
async def open_campaign(body: CampaignBody, caller: Keeper) -> Response:
    """It closes by itself when its time is over, or earlier by hand."""
    services = caller.services
    zone = ZoneInfo((await services.store.load(caller.tenant_id, [])).timezone)
    stream = CAMPAIGN.stream(str(services.new_id()))
    outcome = await services.handler.handle(
        stream, body.command(stream.key, zone), await caller.envelope(status=201)
    )
    view = campaign_view(outcome.state, outcome.at)
    return outcome_answer(outcome, view, lambda: f"/v1/surveys/campaigns/{view['id']}")


@router.get(
    "",
    summary="调查列表 · campaigns",
    responses=answers({200: CampaignPage}, 401, 403, 422, 503),
)
async def get_campaigns(
    caller: Reader, kind: SurveyKind | None = None, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """The newest first."""
    services = caller.services
    await services.caught_up(caller.tenant_id, campaigns.NAME)
    cursors = Cursors(services.cursor_secret)
    seen = caller.communities
    scope = {"list": "campaigns", "tenant": caller.tenant_id, "kind": kind, "seen": seen}
    after = None
    if cursor:
        starts_at, campaign_id = cursors.read(cursor, scope)
        after = Wave(campaign_id=campaign_id, starts_at=datetime.fromisoformat(starts_at))
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        waves = await list_campaigns(
            connection,
            caller.tenant_id,
            kind=kind,
            communities=seen,
            after=after,
            limit=limit + 1,
        )
    kept, following = cursors.page(
        waves, limit, scope, lambda wave: [wave.starts_at, wave.campaign_id]
    )
    streams = [CAMPAIGN.stream(wave.campaign_id) for wave in kept]
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    found = [
        await services.handler.unfold(caller.tenant_id, each, loaded.streams.get(each.id))
        for each in streams
    ]
    items = [campaign_view(campaign, loaded.now) for campaign in found if campaign]
    return json_answer({"items": items, "next_cursor": following})


@router.get(
    "/{campaign_id}",
    summary="一轮调查 · one campaign",
    responses=read_answers(CampaignAnswer),
    openapi_extra=READ,
)
async def get_campaign(campaign_id: Id, request: Request, caller: Reader) -> Response:
    services, stream = caller.services, CAMPAIGN.stream(str(campaign_id))
    loaded = await services.store.load(caller.tenant_id, [stream.id])
    fold = loaded.streams.get(stream.id)
    campaign = await services.handler.unfold(caller.tenant_id, stream, fold)
    if campaign is None or fold is None or not campaign.is_in_reach(caller.communities):
        raise NotFound("campaign_unknown")
    return versioned(request, campaign_view(campaign, loaded.now), fold.version)


@router.post(
    "/{campaign_id}/close",
    summary="结束调查 · close a campaign",
    responses=setting_answers(CampaignAnswer),
    openapi_extra=VERSIONED,
)
async def close_campaign(campaign_id: Id, caller: Keeper) -> Response:
    """It takes no answers from then on."""
    return await _give(caller, str(campaign_id), CloseCampaign())


@router.post(
    "/{campaign_id}/bounces",
    summary="登记退回数 · how many came back",
    responses=setting_answers(CampaignAnswer),
    openapi_extra=VERSIONED,
)
async def count_bounces(campaign_id: Id, body: BouncesBody, caller: Keeper) -> Response:
    """Of what was sent by other ways than ours: the number so far, not the latest ones."""
    command = CountBounces(bounced=body.bounced, bounced_by=channel_counts(body.bounced_by_channel))
    return await _give(caller, str(campaign_id), command)


async def _give(caller: Caller, campaign_id: str, command: CampaignCommand) -> Response:
    outcome = await caller.services.handler.handle(
        CAMPAIGN.stream(campaign_id), command, await caller.envelope()
    )
    return outcome_answer(outcome, campaign_view(outcome.state, outcome.at))


@router.post(
    "/{campaign_id}/invitations",
    summary="邀请住户 · invite households",
    responses=answers({200: Invitations}, 401, 403, 404, 409, 412, 422, 503),
    openapi_extra=IDEMPOTENT,
)
async def invite_households(campaign_id: Id, body: InvitationsBody, caller: Keeper) -> Response:
    """Each gets a link of its own. One that was asked within 14 days is left in peace; where lots
    are drawn, the next one takes its place."""
    if bool(body.household_ids) == bool(body.sample_size):
        raise InvalidInput("contradictory", pointer="/sample_size")
    wanted = body.sample_size or len(body.household_ids)
    drawn = body.household_ids
    if body.sample_size:
        drawn = (await _lots(caller, str(campaign_id)))[: TRIES * body.sample_size]
    envelope = await caller.envelope()
    items: list[dict[str, Any]] = []
    invited = 0
    for household_id in dict.fromkeys(drawn):
        if invited == wanted:
            break
        command = InviteHousehold(
            campaign_id=str(campaign_id),
            household_id=household_id,
            closed_loop=body.closed_loop,
        )
        survey_id = await _invite(caller, command, envelope)
        result = "invited" if survey_id else "cool_down"
        items.append({"household_id": household_id, "survey_id": survey_id, "result": result})
        invited += survey_id is not None
    return json_answer({"items": items, "invited": invited, "skipped": len(items) - invited})


async def _invite(caller: Caller, command: InviteHousehold, envelope: Envelope) -> str | None:
    """The survey's id, if there is one now. A command of its own for each household: a batch that
    broke off is simply sent again."""
    stream = SURVEY.stream(key_in_campaign(command.campaign_id, command.household_id))
    own = uuid5(envelope.command_id, command.household_id)
    outcome = await caller.services.handler.handle(
        stream,
        command,
        replace(envelope, command_id=own, expected_version=None),
        also=[
            CAMPAIGN.stream(command.campaign_id),
            SURVEY_CONTACT.stream(command.household_id),
        ],
    )
    return stream.key if outcome.state is not None else None


async def _lots(caller: Caller, campaign_id: str) -> tuple[str, ...]:
    """The households of the campaign's community in the order of their lots: chance to everybody,
    and for anybody to check."""
    services = caller.services
    stream = CAMPAIGN.stream(campaign_id)
    campaign = await services.handler.state_of(caller.tenant_id, stream)
    if campaign is None or not campaign.is_in_reach(caller.communities):
        raise NotFound("campaign_unknown")
    communities = (campaign.community,) if campaign.community else caller.communities
    await services.caught_up(caller.tenant_id, household_directory.NAME)
    found: list[str] = []
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        while page := await list_households(
            connection,
            caller.tenant_id,
            communities=communities,
            after=found[-1] if found else "",
            limit=PAGE,
        ):
            found += page
    return tuple(sorted(found, key=lambda one: sha256(f"{campaign_id}\n{one}".encode()).digest()))
