"""The experience curve of a ticket: scores by touchpoint, with peak and end."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.api.surveys.bodies import TouchpointBody
from app.domain import roles
from app.domain.survey.experience import EXPERIENCE, ScoreTouchpoint
from app.domain.ticket.decider import TICKET
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response
from app.http.responses import COMMAND_HEADERS, IDEMPOTENT, responses
from app.views.surveys.render import render_experience
from app.views.surveys.shape import ExperienceAnswer
from app.views.surveys.visible import load_experience

router = APIRouter(prefix="/v1/tickets", route_class=JsonRoute)

# Not engineers: the scores of a single ticket reveal who gave them.
Reader = Annotated[Caller, Depends(permitted(roles.READ_EXPERIENCE))]
Scorer = Annotated[Caller, Depends(permitted(roles.SCORE_EXPERIENCE))]


@router.get(
    "/{ticket_id}/experience",
    responses=responses({200: ExperienceAnswer}, 401, 403, 404, 422, 503),
)
async def get_experience(ticket_id: Id, caller: Reader) -> Response:
    """Scores from 1 to 10 by touchpoint, given directly or by surveys."""
    experience = await load_experience(caller.reader, str(ticket_id))
    return json_response(render_experience(str(ticket_id), experience))


@router.post(
    "/{ticket_id}/experience",
    responses=responses(
        {200: ExperienceAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS
    ),
    openapi_extra=IDEMPOTENT,
)
async def score_touchpoint(ticket_id: Id, body: TouchpointBody, caller: Scorer) -> Response:
    """By the owner, or by staff who asked the owner."""
    envelope = await caller.envelope(
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    command = ScoreTouchpoint(
        ticket_id=str(ticket_id), touchpoint=body.touchpoint, score=body.score
    )
    outcome = await caller.services.handler.handle(
        EXPERIENCE.stream(str(ticket_id)),
        command,
        envelope,
        also=[TICKET.stream(str(ticket_id))],
    )
    return outcome_response(outcome, render_experience(str(ticket_id), outcome.state))
