"""Commands on a ticket: one row each, name, body, and how the body becomes a command.

Who may give a command and when is the domain's to say; the routes are made from this table.
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
from app.api.tickets.responses import ticket_answers
from app.commands import Outcome
from app.domain.decider import Stream
from app.domain.errors import IllegalTransition
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.commands import complaint as complaints
from app.domain.ticket.commands import follow_up as follow_up_commands
from app.domain.ticket.commands import ticket as commands
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds import KINDS
from app.http.answers import outcome_answer
from app.http.bodies import CommandBody
from app.http.callers import Caller, permitted
from app.http.fields import Id
from app.http.json_body import JsonRoute
from app.http.responses import VERSIONED
from app.views.tickets.visible import render_one

router = APIRouter(prefix="/v1/tickets", tags=["ticket commands"], route_class=JsonRoute)

MOST_FOLLOW_UPS = max(len(kind.follow_ups) for kind in KINDS.values())
REDIRECTED = 5  # merges of merges that a comment follows to the ticket where it goes on


NewId = Callable[[], UUID]


@dataclass(frozen=True, slots=True)
class TicketRoute:
    name: str
    summary: str
    command: type[Any]
    body: type[CommandBody] = CommandBody
    build: Callable[[Any, NewId], object] | None = None
    optional_body: bool = False

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
        follow_up_ids=tuple(str(new_id()) for _ in range(MOST_FOLLOW_UPS)),
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
    TicketRoute("acknowledge", "受理", commands.Acknowledge),
    TicketRoute("reject", "不予受理", commands.Reject, bodies.RejectBody),
    TicketRoute("reclassify", "改服务等级", commands.Reclassify, bodies.ReclassifyBody),
    TicketRoute("cancel", "撤销", commands.Cancel, bodies.ReasonBody),
    TicketRoute("open-to-pool", "放入抢单池", commands.OpenToPool),
    TicketRoute("assign", "派单", commands.Assign, bodies.AssignBody),
    TicketRoute("claim", "抢单", commands.Claim),
    TicketRoute("accept", "接单", commands.Accept),
    TicketRoute("decline", "退单", commands.Decline, bodies.ReasonBody),
    TicketRoute("transfer", "转单", commands.Transfer, bodies.TransferBody),
    TicketRoute("depart", "出发", commands.Depart, bodies.DepartBody),
    TicketRoute("arrive", "到场", commands.Arrive, bodies.ArriveBody, _arrive),
    TicketRoute("record-no-access", "未能入户", commands.RecordNoAccess, bodies.NoAccessBody),
    TicketRoute(
        "propose-solution", "提出方案", commands.ProposeSolution, bodies.ProposeSolutionBody
    ),
    TicketRoute("accept-solution", "同意方案", commands.AcceptSolution),
    TicketRoute(
        "decline-solution", "不同意方案", commands.DeclineSolution, bodies.DeclineSolutionBody
    ),
    TicketRoute("hold", "挂起", commands.Hold, bodies.HoldBody),
    TicketRoute("release", "解除挂起", commands.Release),
    TicketRoute("declare-delay", "说明延误", commands.DeclareDelay, bodies.DeclareDelayBody),
    TicketRoute("update-progress", "更新进度", commands.UpdateProgress, bodies.ProgressBody),
    TicketRoute("add-cost", "登记费用", commands.AddCost, bodies.AddCostBody),
    TicketRoute("check-item", "勾选清单", commands.CheckItem, bodies.CheckItemBody),
    TicketRoute(
        "complete-work", "完工", commands.CompleteWork, bodies.CompleteWorkBody, _complete_work
    ),
    TicketRoute("verify", "验收", commands.Verify),
    TicketRoute("sign-completion", "签字确认", commands.SignCompletion, bodies.SignCompletionBody),
    TicketRoute("dispute", "提出异议", commands.Dispute, bodies.ReasonBody),
    TicketRoute("settle-bill", "结清费用", commands.SettleBill, bodies.SettleBillBody),
    TicketRoute("waive-bill", "免收费用", commands.WaiveBill, bodies.ReasonBody),
    TicketRoute("close", "关闭", commands.Close),
    TicketRoute("reopen", "重新打开", commands.Reopen, bodies.ReasonBody, _reopen),
    TicketRoute("merge", "并单", commands.MergeInto, bodies.MergeBody),
    TicketRoute("link", "关联", commands.Link, bodies.LinkBody),
    TicketRoute("hand-over", "移交首问责任", commands.HandOver, bodies.HandOverBody),
    TicketRoute("accept-hand-over", "接受首问责任", commands.AcceptHandOver),
    TicketRoute("urge", "催单", commands.Urge),
    TicketRoute("comment", "留言", commands.Comment, bodies.CommentBody),
    TicketRoute("escalate", "升级", commands.Escalate, bodies.ReasonBody),
    TicketRoute("exclusions", "不予补偿事由", commands.RecordExclusion, bodies.ExclusionBody),
    TicketRoute(
        "exercise-authority",
        "行使授权",
        commands.ExerciseAuthority,
        bodies.ExerciseAuthorityBody,
    ),
    TicketRoute("attempt", "联系业主", follow_up_commands.Attempt, bodies.AttemptBody),
    TicketRoute(
        "complete-follow-up",
        "完成回访",
        follow_up_commands.CompleteFollowUp,
        bodies.CompleteFollowUpBody,
        _complete_follow_up,
    ),
    TicketRoute("mark-unreachable", "联系不上", follow_up_commands.MarkUnreachable),
    TicketRoute("reschedule", "改约回访", follow_up_commands.Reschedule, bodies.RescheduleBody),
    TicketRoute("investigate", "调查投诉", complaints.Investigate, InvestigateBody),
    TicketRoute(
        "propose-answer",
        "提出答复方案",
        complaints.ProposeAnswer,
        ProposeAnswerBody,
    ),
    TicketRoute("remedy", "整改", complaints.Remedy),
    TicketRoute("respond", "答复业主", complaints.Respond, RespondBody),
    TicketRoute("satisfy", "业主满意", complaints.Satisfy),
    TicketRoute("withdraw", "撤诉", complaints.Withdraw, WithdrawComplaintBody),
    TicketRoute("support", "附议投诉", complaints.Support, SupportBody),
    TicketRoute("waive-breach", "豁免超时", commands.WaiveBreach, bodies.WaiveBreachBody),
)


async def ticket_outcome(caller: Caller, outcome: Outcome, asked: str | None = None) -> Response:
    """The ticket as it then stood; `Location` where it is another one than was asked."""
    value = await render_one(caller.reader, outcome.state, outcome.version, outcome.at)
    moved = asked is not None and value["id"] != asked
    created = outcome.status == 201
    location = (lambda: f"/v1/tickets/{value['id']}") if moved or created else None
    return outcome_answer(outcome, value, location)


async def give(caller: Caller, route: TicketRoute, ticket_id: str, body: Any) -> Response:
    envelope = await caller.envelope(
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    command = route.command_of(body, caller.services.new_id)
    prefer: Stream[Any, Any] | None = None
    if isinstance(command, commands.Reopen):
        prefer = TICKET.stream(command.new_ticket_id)
    begun = getattr(command, "follow_up_ids", ())  # asked for at once, not one after the other
    also = [TICKET.stream(each) for each in begun]
    target = ticket_id
    for _ in range(REDIRECTED):
        try:
            outcome = await caller.services.handler.handle(
                TICKET.stream(target), command, envelope, also=also, prefer=prefer
            )
            return await ticket_outcome(caller, outcome, ticket_id)
        except IllegalTransition as refused:
            if not _goes_on_elsewhere(command, refused):
                raise
            target = str(refused.details["into"])
    raise IllegalTransition("ticket_merged", into=target)


def _goes_on_elsewhere(command: object, refused: IllegalTransition) -> bool:
    """What an owner says on a merged ticket is not lost: it is said on the one it went into."""
    words = isinstance(command, commands.Comment | commands.Urge)
    return words and refused.code == "ticket_merged"


def _endpoint(route: TicketRoute) -> Callable[..., Any]:
    allowed = permitted(COMMAND_PERMISSIONS[route.command])
    body_type: Any = route.body
    required = any(field.is_required() for field in route.body.model_fields.values())

    if required:

        async def with_body(
            ticket_id: Id, body: body_type, caller: Annotated[Caller, Depends(allowed)]
        ) -> Response:
            return await give(caller, route, str(ticket_id), body)

        return with_body

    async def without_body(
        ticket_id: Id,
        caller: Annotated[Caller, Depends(allowed)],
        body: body_type | None = None,
    ) -> Response:
        return await give(caller, route, str(ticket_id), body or route.body())

    return without_body


COMMAND_ANSWERS: Mapping[int | str, dict[str, Any]] = ticket_answers(200)

for each in ROUTES:
    router.add_api_route(
        f"/{{ticket_id}}/{each.name}",
        _endpoint(each),
        methods=["POST"],
        summary=each.summary,
        operation_id=operation_id(each.name),
        responses=dict(COMMAND_ANSWERS),
        openapi_extra=VERSIONED,
    )
