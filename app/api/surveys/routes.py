"""Surveys: read, answered through a link without authentication, recorded by hand."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from app.api.surveys.bodies import AnswerBody, BounceBody, DeliverBody, ResponseBody
from app.bootstrap import Services
from app.commands import Outcome
from app.db import tenant_transaction
from app.domain import roles
from app.domain.decider import Stream
from app.domain.errors import NotFound, NotPermitted
from app.domain.survey.campaign import CAMPAIGN
from app.domain.survey.commands import (
    AnswerSurvey,
    BounceSurvey,
    DeliverSurvey,
    RecordResponse,
    SurveyCommand,
)
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import Subject, Survey, key_in_campaign, key_of_ticket
from app.domain.ticket.decider import TICKET
from app.events.base import Actor
from app.http.callers import Caller, envelope_of, permitted, services_of
from app.http.correlation import identify
from app.http.fields import Id, Identifier
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.rates import address_of, refusing
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
from app.identity import survey_tokens
from app.identity.survey_tokens import SurveyLink, SurveyLinks
from app.projections import surveys, ticket_search
from app.projections.surveys import SurveyFilters, list_surveys
from app.rates.limits import SURVEY_LINK
from app.viewer import Viewer
from app.views.surveys.render import render_public_survey, render_survey
from app.views.surveys.shape import PublicSurvey, SurveyAnswer, SurveyPage
from app.views.surveys.visible import load_linked_survey, load_one_survey, load_visible_surveys
from app.views.tickets.visible import load_one

router = APIRouter(prefix="/v1/surveys", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_SURVEYS))]
Recorder = Annotated[Caller, Depends(permitted(roles.RECORD_SURVEY_RESPONSE))]
Deliverer = Annotated[Caller, Depends(permitted(roles.DELIVER_SURVEYS))]
Token = Annotated[str, Path(max_length=200, description="Of the link that the household was sent.")]

NEW = COMMAND_HEADERS | LOCATION


async def link_of(
    token: Token, request: Request, services: Annotated[Services, Depends(services_of)]
) -> SurveyLink:
    """A forged token is refused by its signature."""
    link = survey_tokens.read(services.survey_secrets, token)
    with refusing():
        if link is None:
            await services.guesses.wrong(address_of(request), f"survey\n{token}", "survey_unknown")
            raise NotFound("survey_unknown")
        await services.limiter.take(SURVEY_LINK, str(link.survey_id))
    await services.standing.require_not_suspended(link.tenant_id)
    return link


Link = Annotated[SurveyLink, Depends(link_of)]
ServicesOf = Annotated[Services, Depends(services_of)]


def _render(caller: Caller, survey: Survey, now: datetime) -> dict[str, Any]:
    links = SurveyLinks(caller.services.survey_secrets[0], caller.tenant_id)
    return render_survey(caller.viewer, survey, now, links)


def _respondent(link: SurveyLink) -> str:
    """The subject of the holder of the link."""
    return f"survey:{link.survey_id}"


def _stream(survey_id: UUID) -> Stream[SurveyCommand, Survey | None]:
    return SURVEY.stream(str(survey_id))


@router.get(
    "/answers/{token}",
    responses=responses({200: PublicSurvey}, 403, 404, 422, 429, 503),
)
async def open_survey_link(link: Link, services: ServicesOf) -> Response:
    """Anybody with the link may read this, so it has nothing of the household or the ticket."""
    reader = services.reader(link.tenant_id, Viewer(role="owner", subject=_respondent(link)))
    survey, _, now = await load_linked_survey(reader, str(link.survey_id))
    return json_response(render_public_survey(survey, now))


@router.post(
    "/answers/{token}",
    status_code=201,
    responses=responses(
        {200: PublicSurvey, 201: PublicSurvey},
        *(403, 404, 409, 412, 422, 429, 503),
        headers=COMMAND_HEADERS,
    ),
    openapi_extra=IDEMPOTENT,
)
async def answer_survey(
    link: Link, body: AnswerBody, request: Request, services: ServicesOf
) -> Response:
    """Once and final. Sending the same answer again is a no-op (200)."""
    subject = _respondent(link)
    identify(request, tenant_id=str(link.tenant_id), subject=subject)
    actor = Actor(subject=subject, role="owner")
    envelope = replace(
        await envelope_of(services, request, link.tenant_id, actor),
        channel=body.channel,
        status=201,
    )
    command = AnswerSurvey(content=body.content(), answer_channel=body.channel)
    outcome = await services.handler.handle(_stream(link.survey_id), command, envelope)
    return outcome_response(_with_status(outcome), render_public_survey(outcome.state, outcome.at))


@router.post(
    "/responses",
    status_code=201,
    responses=responses(
        {200: SurveyAnswer, 201: SurveyAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=NEW
    ),
    openapi_extra=IDEMPOTENT,
)
async def record_response(body: ResponseBody, caller: Recorder) -> Response:
    """For a cycle of a ticket, for a campaign, or for neither. One answer per cycle and kind, and
    one per household and campaign, through whichever channel."""
    subject = await _subject(body, caller)
    stream = SURVEY.stream(_key(subject, caller))
    command = RecordResponse(
        survey_id=stream.key,
        subject=subject,
        content=body.content(),
        answer_channel=body.channel,
    )
    envelope = await caller.envelope(
        status=201,
        channel=body.channel,
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    also: list[Stream[Any, Any]] = []
    if subject.ticket_id is not None:
        also.append(TICKET.stream(subject.ticket_id))
    if subject.campaign_id is not None:
        also.append(CAMPAIGN.stream(subject.campaign_id))
    outcome = await caller.services.handler.handle(stream, command, envelope, also=also)
    view = _render(caller, outcome.state, outcome.at)
    return outcome_response(_with_status(outcome), view, lambda: f"/v1/surveys/{view['id']}")


async def _subject(body: ResponseBody, caller: Caller) -> Subject:
    """Raises `NotFound` for a ticket that the caller may not see."""
    household_id, cycle = body.household_id, body.cycle
    if caller.role == "owner":
        household_id = household_id or caller.household_id
        if household_id is None or household_id != caller.household_id:
            raise NotPermitted("not_your_household")
    if body.ticket_id is not None:
        ticket, _, _ = await load_one(caller.reader, str(body.ticket_id))
        cycle = cycle or ticket.cycle
    return Subject(
        kind=body.kind,
        scale_id=body.scale_id,
        ticket_id=str(body.ticket_id) if body.ticket_id else None,
        cycle=cycle if body.ticket_id else None,
        campaign_id=str(body.campaign_id) if body.campaign_id else None,
        household_id=household_id,
    )


def _key(subject: Subject, caller: Caller) -> str:
    if subject.ticket_id is not None and subject.cycle is not None:
        return key_of_ticket(subject.ticket_id, subject.cycle, subject.kind)
    if subject.campaign_id is not None and subject.household_id is not None:
        return key_in_campaign(subject.campaign_id, subject.household_id)
    return str(caller.services.new_id())


def _with_status(outcome: Outcome) -> Outcome:
    """200 instead of 201 where the answer was recorded before."""
    return outcome if outcome.position is not None else replace(outcome, status=200)


@router.get(
    "",
    responses=responses({200: SurveyPage}, 401, 403, 404, 422, 503),
)
async def get_surveys(
    caller: Reader,
    ticket_id: Id | None = None,
    campaign_id: Id | None = None,
    household_id: Identifier | None = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Owners see those of their household, with the link while it can be answered."""
    services, own = caller.services, caller.household_id
    if ticket_id is not None:
        await load_one(caller.reader, str(ticket_id))
    if caller.role == "owner" and (own is None or household_id not in (None, own)):
        return json_response({"items": [], "next_cursor": None})
    filters = SurveyFilters(
        ticket_id=str(ticket_id) if ticket_id else None,
        campaign_id=str(campaign_id) if campaign_id else None,
        household_id=own if caller.role == "owner" else household_id,
        viewer=caller.viewer,
    )
    await services.caught_up(caller.tenant_id, surveys.NAME, ticket_search.NAME)
    page = caller.paging(cursor, limit, list="surveys", filters=filters)
    after = page.after[0] if page.after else ""
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        found = await list_surveys(
            connection, caller.tenant_id, filters, after=after, limit=page.fetch
        )
    kept, following = page.cut(found, lambda survey_id: [survey_id])
    loaded, now = await load_visible_surveys(caller.reader, kept)
    items = [_render(caller, survey, now) for survey in loaded]
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/{survey_id}",
    responses=read_responses(SurveyAnswer),
    openapi_extra=READ,
)
async def get_survey(survey_id: Id, request: Request, caller: Reader) -> Response:
    survey, version, now = await load_one_survey(caller.reader, str(survey_id))
    return versioned_response(request, _render(caller, survey, now), version)


@router.post(
    "/{survey_id}/deliver",
    responses=command_responses(SurveyAnswer),
    openapi_extra=VERSIONED,
)
async def mark_survey_delivered(survey_id: Id, body: DeliverBody, caller: Deliverer) -> Response:
    return await _execute(caller, survey_id, DeliverSurvey(delivery_channel=body.channel))


@router.post(
    "/{survey_id}/bounce",
    responses=command_responses(SurveyAnswer),
    openapi_extra=VERSIONED,
)
async def mark_survey_bounced(survey_id: Id, body: BounceBody, caller: Deliverer) -> Response:
    """Undelivered surveys do not count as unanswered."""
    return await _execute(caller, survey_id, BounceSurvey(cause=body.cause))


async def _execute(caller: Caller, survey_id: UUID, command: SurveyCommand) -> Response:
    outcome = await caller.services.handler.handle(
        _stream(survey_id), command, await caller.envelope()
    )
    return outcome_response(outcome, _render(caller, outcome.state, outcome.at))
