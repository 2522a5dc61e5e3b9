"""Recommendations of the company by households (docs/domain.md §1c row 61)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from app.domain import roles
from app.domain.records.household import HOUSEHOLD, RecordReferral
from app.http.callers import Caller, permitted
from app.http.fields import Body, Identifier, Name, Text
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response
from app.http.responses import COMMAND_HEADERS, IDEMPOTENT, responses
from app.views.people.shape import ReferralAnswer
from app.views.people.visible import check_household

router = APIRouter(prefix="/v1/households", route_class=JsonRoute)

Referrer = Annotated[Caller, Depends(permitted(roles.EDIT_PREFERENCES))]
HouseholdId = Annotated[Identifier, Path()]


class ReferralBody(Body):
    friend: Name | None = None
    note: Text | None = None


@router.post(
    "/{household_id}/referrals",
    status_code=201,
    responses=responses(
        {201: ReferralAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS
    ),
    openapi_extra=IDEMPOTENT,
)
async def record_referral(
    household_id: HouseholdId, body: ReferralBody, caller: Referrer
) -> Response:
    """One recommendation per request; the friend may stay unnamed."""
    check_household(caller.viewer, household_id)
    referral_id = str(caller.services.new_id())
    command = RecordReferral(
        household_id=household_id, referral_id=referral_id, friend=body.friend, note=body.note
    )
    outcome = await caller.services.handler.handle(
        HOUSEHOLD.stream(household_id), command, await caller.envelope(status=201)
    )
    answer = {"household_id": household_id, "referrals": outcome.state.referrals}
    return outcome_response(outcome, answer)
