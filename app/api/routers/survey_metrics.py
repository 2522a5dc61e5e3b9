"""What surveys say: NPS, CSAT, CES and SERVQUAL, of a wave or of an interval."""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from app.api import survey_figures
from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_surveys import CesFigures, CsatFigures, NpsFigures, ServqualFigures
from app.api.fields import Id, Identifier, QueryInstant, text
from app.api.json_body import JsonRoute
from app.api.survey_figures import (
    FEWEST_SHOWN,
    Answered,
    comparison,
    figures,
    measure_of,
)
from app.api.visibility import STAFF, viewer_of
from app.db import tenant_transaction
from app.domain.campaign import CAMPAIGN, Campaign
from app.domain.errors import NotFound, Unacceptable
from app.domain.scales import DEFAULT_SCALE, SCALES
from app.domain.servqual import Questionnaire
from app.projections import surveys
from app.projections.survey_figures import (
    Asked,
    other_scales,
    pairs,
    reasons,
    sending,
    tallies,
)

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """What a caller asked for; `asked` waits for its scale, which the campaign may have to say."""

    against: str | None
    asked: Asked

    @property
    def is_partial(self) -> bool:
        """Of a campaign's answers some alone: its response rate is not theirs."""
        asked = self.asked
        return any((asked.since, asked.until, asked.community, asked.rated))


async def _interval(
    campaign_id: Id | None = None,
    against: Annotated[
        Id | None, Query(description="An earlier campaign, to see whether it has changed.")
    ] = None,
    since: Annotated[QueryInstant | None, Query(alias="from", description="Answered then.")] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
    community: Annotated[str, text(128)] | None = None,
    engineer: Annotated[
        Identifier | None, Query(description="Who did the work that was asked about.")
    ] = None,
) -> _Wanted:
    asked = Asked(
        kind="",
        scale_id="",
        campaign_id=str(campaign_id) if campaign_id else None,
        since=since,
        until=until,
        community=community,
        rated=engineer,
    )
    return _Wanted(against=str(against) if against else None, asked=asked)


Wanted = Annotated[_Wanted, Depends(_interval)]


@router.get(
    "/nps",
    summary="净推荐值 · net promoter score",
    responses=answers({200: NpsFigures}, 401, 403, 404, 422, 503),
)
async def get_nps(caller: Reader, wanted: Wanted) -> Response:
    """100 × (promoters - detractors) ÷ n. A word for it from 30 answers on; it is confirmed where
    the whole interval bears it out."""
    return json_answer(await _figures(caller, wanted, "nps"))


@router.get(
    "/csat",
    summary="满意度 · customer satisfaction",
    responses=answers({200: CsatFigures}, 401, 403, 404, 422, 503),
)
async def get_csat(caller: Reader, wanted: Wanted) -> Response:
    """The per cent of 4 and 5 stars, with Wilson's interval."""
    return json_answer(await _figures(caller, wanted, "csat"))


@router.get(
    "/ces",
    summary="费力度 · customer effort score",
    responses=answers({200: CesFigures}, 401, 403, 404, 422, 503),
)
async def get_ces(
    caller: Reader,
    wanted: Wanted,
    scale_id: Annotated[str, Query(pattern="^(ces_1_5_low_good|ces2_1_7)$")] = DEFAULT_SCALE["ces"],
) -> Response:
    """The mean. On the scale of 1 to 5 low is good; scales are never mixed."""
    return json_answer(await _figures(caller, wanted, "ces", scale_id))


@router.get(
    "/servqual",
    summary="服务质量差距 · SERVQUAL",
    responses=answers({200: ServqualFigures}, 401, 403, 404, 422, 503),
)
async def get_servqual(caller: Reader, wanted: Wanted) -> Response:
    """Perception less expectation, weighted by each person's hundred points."""
    return json_answer(await _figures(caller, wanted, "servqual"))


async def _figures(
    caller: Caller, wanted: _Wanted, kind: str, scale_id: str | None = None
) -> dict[str, Any]:
    services = caller.services
    campaign = await _campaign(caller, wanted.asked.campaign_id, "query:campaign_id", kind)
    scale = SCALES[campaign.scale_id if campaign else scale_id or DEFAULT_SCALE[kind]]
    asked = replace(wanted.asked, kind=kind, scale_id=scale.scale_id)
    against = await _against(caller, wanted.against, scale.scale_id)
    await services.caught_up(caller.tenant_id, surveys.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        answered = await _answered(connection, caller, asked)
        withheld = caller.role == "engineer" and answered.n < FEWEST_SHOWN
        response = await _response(connection, caller, asked, campaign, answered.n)
        if campaign and wanted.is_partial:
            response = survey_figures.Response(by_channel={})
        shown = figures(answered, response, _base(campaign), withheld=withheld)
        earlier = against and await _answered(connection, caller, replace(asked, **_only(against)))
        others = await other_scales(connection, caller.tenant_id, viewer_of(caller), asked)
        ticked = await reasons(connection, caller.tenant_id, viewer_of(caller), asked)
    return {
        "kind": kind,
        "scale_id": scale.scale_id,
        "campaign_id": wanted.asked.campaign_id,
        **shown,
        "comparison": comparison(against.campaign_id, earlier, answered)
        if against and earlier and not withheld
        else None,
        "other_scales": others,
        "reasons": [] if withheld else [{"tag": tag, "n": n} for tag, n in ticked],
    }


def _only(against: Campaign) -> dict[str, Any]:
    """Of the other wave all: the interval was said of this one."""
    return {"campaign_id": against.campaign_id, "since": None, "until": None}


async def _campaign(
    caller: Caller, campaign_id: str | None, pointer: str, kind: str
) -> Campaign | None:
    if campaign_id is None:
        return None
    stream = CAMPAIGN.stream(campaign_id)
    campaign: Campaign | None = await caller.services.handler.state_of(caller.tenant_id, stream)
    if campaign is None or not campaign.is_in_reach(caller.communities):
        raise NotFound("campaign_unknown")
    if campaign.kind != kind:
        raise Unacceptable("campaign_of_another_kind", pointer=pointer, kind=campaign.kind)
    return campaign


async def _against(caller: Caller, campaign_id: str | None, scale_id: str) -> Campaign | None:
    kind = SCALES[scale_id].kind
    against = await _campaign(caller, campaign_id, "query:against", kind)
    if against is not None and against.scale_id != scale_id:
        raise Unacceptable("scale_mismatch", pointer="query:against", kind=kind)
    return against


async def _answered(connection: AsyncConnection, caller: Caller, asked: Asked) -> Answered[Any]:
    measure = measure_of(SCALES[asked.scale_id])
    viewer = viewer_of(caller)
    if asked.kind == "servqual":
        people: defaultdict[str, list[Questionnaire]] = defaultdict(list)
        for each in await pairs(connection, caller.tenant_id, viewer, asked):
            people[each.answer_channel].append(
                Questionnaire(
                    expected=each.expected, perceived=each.perceived, weights=each.weights
                )
            )
        return Answered(measure, people)
    counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for tally in await tallies(connection, caller.tenant_id, viewer, asked):
        if tally.score is not None:
            counts[tally.answer_channel][tally.score] = tally.n
    return Answered(measure, counts)


async def _response(
    connection: AsyncConnection,
    caller: Caller,
    asked: Asked,
    campaign: Campaign | None,
    n: int,
) -> survey_figures.Response:
    """Of a campaign: those that were sent by hand and those that were invited are the same ones, as
    far as they go. Otherwise of the questions that were sent in the interval."""
    sent = await sending(connection, caller.tenant_id, viewer_of(caller), asked)
    if campaign is None:
        return survey_figures.Response(
            issued=sent.issued, bounced=sent.bounced, completed=sent.answered, by_channel={}
        )
    bounced_by = {each.channel: each.count for each in campaign.bounced_by}
    return survey_figures.Response(
        issued=max(campaign.issued, sent.issued),
        bounced=campaign.bounced + sent.bounced,
        completed=n,
        by_channel={
            each.channel: (each.count, bounced_by.get(each.channel, 0))
            for each in campaign.issued_by
        },
    )


def _base(campaign: Campaign | None) -> dict[str, int] | None:
    base = campaign.base if campaign else None
    return {"online": base.online, "offline": base.offline} if base else None
