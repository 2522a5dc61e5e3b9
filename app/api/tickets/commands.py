"""The commands on a ticket over HTTP: a table of name, command and body, from which the routes are
made. Who may give a command, and in which status, is decided by the domain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.api.tickets import bodies
from app.api.tickets.complaint_bodies import (
    InvestigateBody,
    ProposeAnswerBody,
    RespondBody,
    SupportBody,
    WithdrawComplaintBody,
)
from app.api.tickets.operation_ids import operation_id
from app.api.tickets.responses import ticket_responses
from app.commands import Outcome
from app.domain.decider import Stream
from app.domain.errors import IllegalTransition
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.commands import complaint as complaints
from app.domain.ticket.commands import follow_up as follow_up_commands
from app.domain.ticket.commands import ticket as commands
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds import KINDS
from app.http.bodies import CommandBody
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response
from app.http.responses import VERSIONED
from app.rates.limits import COMMENTS, SUPPORTS, URGES, CallerLimit
from app.views.tickets.visible import as_seen, render_one

router = APIRouter(prefix="/v1/tickets", route_class=JsonRoute)

MAX_FOLLOW_UPS = max(len(kind.follow_ups) for kind in KINDS.values())
MAX_REDIRECTS = 5  # chained merges that a comment or an urge follows


NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class TicketRoute:
    name: str
    command: type[Any]
    body: type[CommandBody] = CommandBody
    build: Callable[[Any, NewId], object] | None = None
    optional_body: bool = False
    limit: CallerLimit | None = None

    def command_of(self, body: Any, new_id: NewId) -> object:
        if self.build is not None:
            return self.build(body, new_id)
        fields = {name: getattr(body, name) for name in type(body).model_fields}
        for name in ("occurred_at", "evidence"):
            fields.pop(name)
        return self.command(**fields)


def _arrive(body: bodies.ArriveBody, _new_id: NewId) -> commands.Arrive:
    return commands.Arrive(
        photo_ids=body.photo_ids, geo=body.geo.geo() if body.geo else None, note=body.note
    )


def _reopen(body: bodies.ReasonBody, new_id: NewId) -> commands.Reopen:
    return commands.Reopen(reason=body.reason, new_ticket_id=str(new_id()), note=body.note)


def _complete_work(body: bodies.CompleteWorkBody, new_id: NewId) -> commands.CompleteWork:
    return commands.CompleteWork(
        photo_ids=body.photo_ids,
        summary=body.summary,
        follow_up_ids=tuple(str(new_id()) for _ in range(MAX_FOLLOW_UPS)),
        note=body.note,
    )


def _complete_follow_up(
    body: bodies.CompleteFollowUpBody, new_id: NewId
) -> follow_up_commands.CompleteFollowUp:
    return follow_up_commands.CompleteFollowUp(
        outcome=body.outcome,
        score=body.score,
        text=body.text,
        new_ticket_id=str(new_id()),
        complaint_id=str(new_id()),
        callback_id=str(new_id()),
        note=body.note,
    )


ROUTES: Sequence[TicketRoute] = (
    TicketRoute("acknowledge", commands.Acknowledge),
    TicketRoute("reject", commands.Reject, bodies.RejectBody),
    TicketRoute("reclassify", commands.Reclassify, bodies.ReclassifyBody),
    TicketRoute("cancel", commands.Cancel, bodies.ReasonBody),
    TicketRoute("open-to-pool", commands.OpenToPool),
    TicketRoute("assign", commands.Assign, bodies.AssignBody),
    TicketRoute("claim", commands.Claim),
    TicketRoute("accept", commands.Accept),
    TicketRoute("decline", commands.Decline, bodies.ReasonBody),
    TicketRoute("transfer", commands.Transfer, bodies.TransferBody),
    TicketRoute("depart", commands.Depart, bodies.DepartBody),
    TicketRoute("arrive", commands.Arrive, bodies.ArriveBody, _arrive),
    TicketRoute("record-no-access", commands.RecordNoAccess, bodies.NoAccessBody),
    TicketRoute("propose-solution", commands.ProposeSolution, bodies.ProposeSolutionBody),
    TicketRoute("accept-solution", commands.AcceptSolution),
    TicketRoute("decline-solution", commands.DeclineSolution, bodies.DeclineSolutionBody),
    TicketRoute("hold", commands.Hold, bodies.HoldBody),
    TicketRoute("release", commands.Release),
    TicketRoute("declare-delay", commands.DeclareDelay, bodies.DeclareDelayBody),
    TicketRoute("update-progress", commands.UpdateProgress, bodies.ProgressBody),
    TicketRoute("add-cost", commands.AddCost, bodies.AddCostBody),
    TicketRoute("check-item", commands.CheckItem, bodies.CheckItemBody),
    TicketRoute("complete-work", commands.CompleteWork, bodies.CompleteWorkBody, _complete_work),
    TicketRoute("verify", commands.Verify),
    TicketRoute("sign-completion", commands.SignCompletion, bodies.SignCompletionBody),
    TicketRoute("dispute", commands.Dispute, bodies.ReasonBody),
    TicketRoute("settle-bill", commands.SettleBill, bodies.SettleBillBody),
    TicketRoute("waive-bill", commands.WaiveBill, bodies.ReasonBody),
    TicketRoute("close", commands.Close),
    TicketRoute("reopen", commands.Reopen, bodies.ReasonBody, _reopen),
    TicketRoute("merge", commands.MergeInto, bodies.MergeBody),
    TicketRoute("link", commands.Link, bodies.LinkBody),
    TicketRoute("hand-over", commands.HandOver, bodies.HandOverBody),
    TicketRoute("accept-hand-over", commands.AcceptHandOver),
    TicketRoute("urge", commands.Urge, limit=URGES),
    TicketRoute("comment", commands.Comment, bodies.CommentBody, limit=COMMENTS),
    TicketRoute("escalate", commands.Escalate, bodies.ReasonBody),
    TicketRoute("exclusions", commands.RecordExclusion, bodies.ExclusionBody),
    TicketRoute(
        "exercise-authority",
        commands.ExerciseAuthority,
        bodies.ExerciseAuthorityBody,
    ),
    TicketRoute("attempt", follow_up_commands.Attempt, bodies.AttemptBody),
    TicketRoute(
        "complete-follow-up",
        follow_up_commands.CompleteFollowUp,
        bodies.CompleteFollowUpBody,
        _complete_follow_up,
    ),
    TicketRoute("mark-unreachable", follow_up_commands.MarkUnreachable),
    TicketRoute("reschedule", follow_up_commands.Reschedule, bodies.RescheduleBody),
    TicketRoute("investigate", complaints.Investigate, InvestigateBody),
    TicketRoute(
        "propose-answer",
        complaints.ProposeAnswer,
        ProposeAnswerBody,
    ),
    TicketRoute("remedy", complaints.Remedy),
    TicketRoute("respond", complaints.Respond, RespondBody),
    TicketRoute("satisfy", complaints.Satisfy),
    TicketRoute("withdraw", complaints.Withdraw, WithdrawComplaintBody),
    TicketRoute("support", complaints.Support, SupportBody, limit=SUPPORTS),
    TicketRoute("waive-breach", commands.WaiveBreach, bodies.WaiveBreachBody),
)


async def ticket_response(
    caller: Caller, outcome: Outcome, requested: str | None = None
) -> Response:
    """The ticket after the command; `Location` if it is another one than requested."""
    ticket = await as_seen(caller.reader, outcome.state, outcome.version)
    value = await render_one(caller.reader, ticket, outcome.version, outcome.at)
    moved = requested is not None and value["id"] != requested
    created = outcome.status == 201
    location = (lambda: f"/v1/tickets/{value['id']}") if moved or created else None
    return outcome_response(outcome, value, location)


async def handle_command(caller: Caller, route: TicketRoute, ticket_id: str, body: Any) -> Response:
    counted = route.limit is not None and await caller.count(route.limit)
    envelope = await caller.envelope(
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    command = route.command_of(body, caller.services.new_id)
    prefer: Stream[Any, Any] | None = None
    if isinstance(command, commands.Reopen):
        prefer = TICKET.stream(command.new_ticket_id)
    target = ticket_id
    for _ in range(MAX_REDIRECTS):
        try:
            outcome = await caller.services.handler.handle(
                TICKET.stream(target), command, envelope, prefer=prefer
            )
            if route.limit is not None:
                await caller.settle(route.limit, outcome, counted=counted)
            return await ticket_response(caller, outcome, ticket_id)
        except IllegalTransition as refused:
            if not _follows_the_merge(command, refused):
                raise
            target = str(refused.details["into"])
    raise IllegalTransition("ticket_merged", into=target)


def _follows_the_merge(command: object, refused: IllegalTransition) -> bool:
    """Comments and urges on a merged ticket go to the one that it was merged into."""
    follows = isinstance(command, commands.Comment | commands.Urge)
    return follows and refused.code == "ticket_merged" and "into" in refused.details


def _endpoint(route: TicketRoute) -> Callable[..., Any]:
    allowed = permitted(COMMAND_PERMISSIONS[route.command])
    body_type: Any = route.body
    required = any(field.is_required() for field in route.body.model_fields.values())

    if required:

        async def with_body(
            ticket_id: Id, body: body_type, caller: Annotated[Caller, Depends(allowed)]
        ) -> Response:
            return await handle_command(caller, route, str(ticket_id), body)

        return with_body

    async def without_body(
        ticket_id: Id,
        caller: Annotated[Caller, Depends(allowed)],
        body: body_type | None = None,
    ) -> Response:
        return await handle_command(caller, route, str(ticket_id), body or route.body())

    return without_body


COMMAND_RESPONSES: Mapping[int | str, dict[str, Any]] = ticket_responses(200)

for each in ROUTES:
    router.add_api_route(
        f"/{{ticket_id}}/{each.name}",
        _endpoint(each),
        methods=["POST"],
        operation_id=operation_id(each.name),
        responses=dict(COMMAND_RESPONSES),
        openapi_extra=VERSIONED,
    )
