"""Who may decide how much alone: the authority matrix, role by role and version by version."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.compensation.authority_bodies import AuthorityBody
from app.domain import roles
from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.authority.matrix import (
    DEFAULT_MATRIX,
    LEVEL_NAMES,
    AuthorityRole,
    Matrix,
    RoleAuthority,
    RoleVersion,
)
from app.domain.errors import NotFound
from app.event_store import folding
from app.http.answers import outcome_answer, versioned
from app.http.callers import Caller, permitted
from app.http.json_body import JsonRoute
from app.http.responses import READ, VERSIONED, read_answers, setting_answers
from app.views.compensation.money_shape import AuthorityAnswer, AuthorityList

router = APIRouter(prefix="/v1/authorities", tags=["authority"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_POLICIES))]
Keeper = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]


@router.get(
    "",
    summary="授权矩阵 · the authority of all roles",
    responses=read_answers(AuthorityList),
    openapi_extra=READ,
)
async def get_authorities(request: Request, caller: Reader) -> Response:
    """Each as it is in force now. A role that is not named may decide nothing alone."""
    loaded = await caller.services.store.load(caller.tenant_id, [AUTHORITY_BOOK.id])
    fold = loaded.streams.get(AUTHORITY_BOOK.id)
    matrix = await _matrix(caller, fold)
    items = [_view(role, role.at(loaded.now) or role.latest) for role in matrix.roles]
    answer = {"version": matrix.version, "items": items}
    return versioned(request, answer, fold.version if fold else 0)


@router.get(
    "/{role}",
    summary="授权 · the authority of a role",
    responses=read_answers(AuthorityAnswer),
    openapi_extra=READ,
)
async def get_authority(
    role: AuthorityRole,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """As it is in force now, or the version asked for. `regional` is exercised by `admin`."""
    loaded = await caller.services.store.load(caller.tenant_id, [AUTHORITY_BOOK.id])
    fold = loaded.streams.get(AUTHORITY_BOOK.id)
    found = (await _matrix(caller, fold)).role(LEVEL_NAMES.get(role, role))
    if found is None:
        raise NotFound("authority_unknown")
    one = found.at(loaded.now) or found.latest
    if version is not None:
        one = _version(found, version)
    return versioned(request, _view(found, one), fold.version if fold else 0)


@router.put(
    "/{role}",
    summary="设定授权 · record the authority of a role",
    responses=setting_answers(AuthorityAnswer),
    openapi_extra=VERSIONED,
)
async def put_authority(role: AuthorityRole, body: AuthorityBody, caller: Keeper) -> Response:
    """A new version, from `valid_from` on. What was decided before stays decided. A manager may
    set the roles below, within the manager's own limits."""
    command = body.command(role)
    outcome = await caller.services.handler.handle(AUTHORITY_BOOK, command, await caller.envelope())
    matrix = outcome.state or DEFAULT_MATRIX
    found = matrix.role(command.role)
    if found is None:
        raise NotFound("authority_unknown")
    return outcome_answer(outcome, _view(found, found.latest))


async def _matrix(caller: Caller, fold: Any) -> Matrix:
    stored = await folding.unfold(caller.services.store, caller.tenant_id, AUTHORITY_BOOK, fold)
    return stored or DEFAULT_MATRIX


def _version(role: RoleAuthority, number: int) -> RoleVersion:
    for one in role.versions:
        if one.version == number:
            return one
    raise NotFound("version_not_found")


def _view(role: RoleAuthority, one: RoleVersion) -> dict[str, Any]:
    return {
        "role": role.role,
        "version": one.version,
        "valid_from": one.valid_from,
        "source": one.source,
        "rows": [
            {
                "kind": row.kind,
                "limit_fen": row.limit_fen,
                "limit_days": row.limit_days,
                "per_ticket_fen": row.per_ticket_fen,
                "per_household_30d_fen": row.per_household_30d_fen,
                "per_staff_day_fen": row.per_staff_day_fen,
                "valid_until": row.valid_until,
            }
            for row in one.rows
        ],
        "deputies": [
            {
                "subject": deputy.subject,
                "delegated_by": deputy.delegated_by,
                "valid_from": deputy.valid_from,
                "valid_until": deputy.valid_until,
            }
            for deputy in one.deputies
        ],
        "versions": [
            {"version": each.version, "valid_from": each.valid_from} for each in role.versions
        ],
    }
