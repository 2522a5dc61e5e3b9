"""Sessions: a new pair of tokens for a refresh token, and revocation."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from app.bootstrap import Services
from app.domain import roles
from app.domain.errors import IllegalTransition
from app.domain.records.access import ACCESS, RevokeAccess
from app.domain.records.session import SESSION, SignOut
from app.http.callers import Caller, permitted, services_of
from app.http.fields import Body, Identifier, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response
from app.http.rates import address_of, refusing
from app.http.refusals import Unauthenticated
from app.http.responses import COMMAND_HEADERS, IDEMPOTENT, responses
from app.identity.errors import InvalidToken
from app.rates.limits import REFRESHES, REVOCATIONS
from app.use_cases.open_session import Tokens
from app.views.tenancy.shape import Revoked, SessionTokens

router = APIRouter(prefix="/v1/auth", route_class=JsonRoute)

Holder = Annotated[Caller, Depends(permitted(roles.SIGN_OUT))]


class RefreshBody(Body):
    refresh_token: Annotated[str, key(200)]


class RevokeBody(Body):
    subject: Identifier | None = None
    reason: Annotated[str, text(500)] | None = None


@router.post("/refresh", responses=responses({200: SessionTokens}, 401, 403, 409, 422, 429, 503))
async def refresh_session(
    body: RefreshBody, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """The refresh token is used once. Whoever lost the answer may send the same one again within
    a minute; any other use of an earlier one ends the session."""
    given = body.refresh_token

    async def refresh() -> Tokens:
        link = services.sessions.link_of(given)
        await services.limiter.take(REFRESHES, str(link.tenant_id), str(link.session_id))
        return await services.sessions.refresh(given)

    try:
        with refusing():
            tokens = await services.guesses.token(address_of(request), f"refresh\n{given}", refresh)
    except InvalidToken as invalid:
        raise Unauthenticated(invalid.code) from invalid
    return json_response(
        {
            "token": tokens.access,
            "expires_in": int(tokens.expires_in.total_seconds()),
            "refresh_token": tokens.refresh,
            "refresh_expires_in": int(tokens.refresh_expires_in.total_seconds()),
        }
    )


@router.post(
    "/revoke",
    responses=responses({200: Revoked}, 401, 403, 409, 412, 422, 503, headers=COMMAND_HEADERS),
    openapi_extra=IDEMPOTENT,
)
async def revoke_session(body: RevokeBody, caller: Holder) -> Response:
    """Ends the session of the token that is sent. With a `subject`: every session and token that
    the subject has; everybody may do that to their own, administrators to others'."""
    counted = await caller.count(REVOCATIONS)
    if body.subject is None:
        return await _sign_out(caller, counted=counted)
    command = RevokeAccess(
        subject=body.subject, at=caller.services.sessions.now(), reason=body.reason
    )
    outcome = await caller.services.handler.handle(
        ACCESS.stream(body.subject), command, await caller.envelope()
    )
    await caller.settle(REVOCATIONS, outcome, counted=counted)
    return outcome_response(outcome, _answer(body.subject, None, outcome.state.revoked_until))


async def _sign_out(caller: Caller, *, counted: bool) -> Response:
    session_id = caller.principal.session
    if session_id is None:
        raise IllegalTransition("no_session")
    outcome = await caller.services.handler.handle(
        SESSION.stream(session_id), SignOut(), await caller.envelope()
    )
    await caller.settle(REVOCATIONS, outcome, counted=counted)
    return outcome_response(outcome, _answer(caller.principal.subject, session_id, None))


def _answer(subject: str, session_id: str | None, until: datetime | None) -> dict[str, Any]:
    return {"subject": subject, "session_id": session_id, "issued_until": until}
