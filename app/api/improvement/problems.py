"""Problems: list, open, analyse (5-Why), act, check (PDCA), close."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response

from app.api.improvement import bodies as schemas
from app.commands import Outcome
from app.db import tenant_transaction
from app.domain import roles
from app.domain.decider import Stream
from app.domain.fingerprint.commands import OpenByHand
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.keys import fingerprint_of_figure, fingerprint_of_ticket
from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.domain.problem.state import Problem, ProblemSource, ProblemState
from app.domain.ticket.decider import TICKET
from app.http.callers import Caller, permitted
from app.http.fields import Id, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    Responses,
    read_responses,
    responses,
)
from app.projections import problems, ticket_search
from app.projections.problems import Found, ProblemFilters, list_problems
from app.views.improvement.render import render_problem
from app.views.improvement.shape import (
    CheckedProblem,
    ProblemAnswer,
    ProblemPage,
)
from app.views.improvement.visible import (
    load_one_problem,
    load_visible_problems,
    redacted_result,
    tickets_of_problem,
)
from app.views.tickets.visible import load_visible

router = APIRouter(prefix="/v1/problems", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_PROBLEMS))]
Analyst = Annotated[Caller, Depends(permitted(roles.ANALYSE_PROBLEM))]
Leader = Annotated[Caller, Depends(permitted(roles.LEAD_PROBLEM))]
CycleNumber = Annotated[int, Path(ge=1, le=1000)]
Key = Annotated[str, key(64), Path()]


def _responses(model: type[ProblemAnswer] = ProblemAnswer, status: int = 200) -> Responses:
    headers = COMMAND_HEADERS | (LOCATION if status == 201 else {})
    return responses({status: model}, 401, 403, 404, 409, 412, 422, 503, headers=headers)


async def _handle(caller: Caller, problem_id: UUID, command: c.ProblemCommand) -> Outcome:
    tickets = await tickets_of_problem(caller.reader, str(problem_id))
    return await caller.services.handler.handle(
        PROBLEM.stream(str(problem_id)),
        command,
        await caller.envelope(),
        also=[TICKET.stream(each) for each in tickets],
    )


async def _result(caller: Caller, outcome: Outcome) -> dict[str, Any]:
    problem = await redacted_result(caller.reader, outcome.state)
    return render_problem(problem, outcome.version, await caller.secret())


async def _execute(caller: Caller, problem_id: UUID, command: c.ProblemCommand) -> Response:
    outcome = await _handle(caller, problem_id, command)
    return outcome_response(outcome, await _result(caller, outcome))


async def _filters(
    caller: Reader,
    state: ProblemState | None = None,
    source: ProblemSource | None = None,
    community: Annotated[str, text(128)] | None = None,
    category: Annotated[str, key(64)] | None = None,
    fingerprint: Annotated[str, key(64)] | None = None,
    ticket_id: Id | None = None,
) -> ProblemFilters:
    return ProblemFilters(
        state=state,
        source=source,
        community=community,
        category=category,
        fingerprint=(await caller.secret()).place_key_of(fingerprint) or ""
        if fingerprint
        else None,
        ticket_id=str(ticket_id) if ticket_id else None,
    )


@router.get("", responses=responses({200: ProblemPage}, 401, 403, 422, 503))
async def get_problems(
    caller: Reader,
    filters: Annotated[ProblemFilters, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The newest first, opened automatically or by hand."""
    services = caller.services
    await services.caught_up(caller.tenant_id, problems.NAME, ticket_search.NAME)
    viewer = caller.viewer
    page = caller.paging(cursor, limit, list="problems", viewer=viewer, filters=filters)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_problems(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            after=_place(page.after) if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.problem_id, row.opened_at])
    found = await load_visible_problems(caller.reader, [row.problem_id for row in kept])
    secret = await caller.secret()
    items = [render_problem(problem, version, secret) for problem, version in found.values()]
    return json_response({"items": items, "next_cursor": following})


def _place(position: list[Any]) -> Found:
    problem_id, opened_at = position
    return Found(problem_id=problem_id, opened_at=datetime.fromisoformat(opened_at))


@router.post(
    "",
    status_code=201,
    responses=_responses(status=201),
    openapi_extra=IDEMPOTENT,
)
async def open_problem(body: schemas.ProblemBody, caller: Analyst) -> Response:
    """By hand, from tickets or from a figure. 409 names the open problem with the same fingerprint,
    if there is one."""
    problem_id = str(caller.services.new_id())
    opening = body.command(problem_id)
    stream = PROBLEM.stream(problem_id)
    fingerprint = await _fingerprint(caller, opening)
    also: list[Stream[Any, Any]] = [TICKET.stream(each) for each in body.ticket_ids]
    outcome = await caller.services.handler.handle(
        fingerprint or stream,
        OpenByHand(opening=opening) if fingerprint else opening,
        await caller.envelope(status=201),
        also=also,
        prefer=stream,
    )
    return outcome_response(
        outcome,
        await _result(caller, outcome),
        location=lambda: f"/v1/problems/{outcome.state.id}",
    )


async def _fingerprint(caller: Caller, opening: c.OpenProblem) -> Stream[Any, Any] | None:
    """The fingerprint that all tickets share; without tickets, that of the figure."""
    if not opening.ticket_ids:
        figure = opening.metric
        key = fingerprint_of_figure(figure.metric, opening.community) if figure else None
        return FINGERPRINT.stream(key) if key else None
    found, _ = await load_visible(caller.reader, opening.ticket_ids)
    keys = {fingerprint_of_ticket(ticket) for ticket, _ in found.values()}
    if len(found) != len(opening.ticket_ids) or len(keys) != 1:
        return None
    return FINGERPRINT.stream(keys.pop())


@router.get(
    "/{problem_id}",
    responses=read_responses(ProblemAnswer),
    openapi_extra=READ,
)
async def get_problem(problem_id: Id, request: Request, caller: Reader) -> Response:
    problem, version = await load_one_problem(caller.reader, str(problem_id))
    view = render_problem(problem, version, await caller.secret())
    return versioned_response(request, view, version)


def _post(path: str, model: type[ProblemAnswer] = ProblemAnswer) -> Callable[..., Any]:
    """Registers a command on one problem, which returns the problem."""
    return router.post(
        f"/{{problem_id}}{path}",
        responses=_responses(model),
        openapi_extra=VERSIONED,
    )


@_post("/whys")
async def add_why(problem_id: Id, body: schemas.WhyBody, caller: Analyst) -> Response:
    """On a confirmed analysis, it starts the next version."""
    return await _execute(caller, problem_id, body.command())


@_post("/whys/{why_id}/revise")
async def revise_why(
    problem_id: Id, why_id: Key, body: schemas.RevisedWhyBody, caller: Analyst
) -> Response:
    """Replaces the whole answer, which has to be verified again."""
    return await _execute(caller, problem_id, body.revision(why_id))


@_post("/whys/{why_id}/verify")
async def verify_why(
    problem_id: Id, why_id: Key, body: schemas.VerifyWhyBody, caller: Analyst
) -> Response:
    """By anybody but its authors."""
    return await _execute(caller, problem_id, body.command(why_id))


@_post("/confirm")
async def confirm_root_causes(
    problem_id: Id, body: schemas.ConfirmBody, caller: Leader
) -> Response:
    """Each root needs evidence, a verification, a verified chain to it of three whys (or a
    justification), and must not blame a person alone. A confirmed analysis never changes; a later
    version supersedes it."""
    return await _execute(caller, problem_id, body.command())


@_post("/actions")
async def plan_action(problem_id: Id, body: schemas.ActionBody, caller: Leader) -> Response:
    """A corrective action names a confirmed root, and the metric that is to change."""
    return await _execute(caller, problem_id, body.command())


@_post("/actions/{action_id}/complete")
async def complete_action(
    problem_id: Id, action_id: Key, caller: Analyst, body: schemas.NoteBody | None = None
) -> Response:
    command = c.CompleteAction(action_id=action_id, note=body.note if body else None)
    return await _execute(caller, problem_id, command)


@_post("/actions/{action_id}/verify")
async def verify_action(
    problem_id: Id, action_id: Key, caller: Leader, body: schemas.NoteBody | None = None
) -> Response:
    """By anybody but who completed it."""
    command = c.VerifyAction(action_id=action_id, note=body.note if body else None)
    return await _execute(caller, problem_id, command)


@_post("/cycles")
async def start_cycle(problem_id: Id, body: schemas.CycleBody, caller: Leader) -> Response:
    """The next cycle, or the one planned from the residual of the last."""
    return await _execute(caller, problem_id, body.command())


@_post("/cycles/{cycle}/check", CheckedProblem)
async def check_cycle(
    problem_id: Id, cycle: CycleNumber, body: schemas.CheckBody, caller: Leader
) -> Response:
    """The verdict follows the direction of the metric; it is inconclusive where either side has
    fewer than 30 values."""
    outcome = await _handle(caller, problem_id, body.command(cycle))
    problem: Problem = outcome.state
    checked = problem.cycle(cycle)
    verdict = checked.check.verdict if checked and checked.check else None
    view = await _result(caller, outcome) | {"verdict": verdict}
    return outcome_response(outcome, view)


@_post("/cycles/{cycle}/act")
async def act_on_cycle(
    problem_id: Id, cycle: CycleNumber, body: schemas.ActBody, caller: Leader
) -> Response:
    """Only an improvement becomes a standard, and a standard names its document."""
    return await _execute(caller, problem_id, body.command(cycle))


@_post("/close")
async def close_problem(
    problem_id: Id, caller: Leader, body: schemas.NoteBody | None = None
) -> Response:
    """After a passed check and ninety days without recurrence since."""
    return await _execute(caller, problem_id, c.CloseProblem(note=body.note if body else None))
