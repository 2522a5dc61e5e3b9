"""The rules of follow-ups: attempt, complete, reschedule (docs/domain.md §6.3)."""

from typing import Literal, get_args

from app.domain.checks import one_of, optional_text, within
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.roles import SUPERIORS
from app.domain.ticket.commands.follow_up import (
    Attempt,
    CompleteFollowUp,
    MarkUnreachable,
    Reschedule,
)
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.follow_ups import CALLBACK
from app.domain.ticket.every_kind.quiet_hours import would_disturb
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.follow_up.answer import act_on_answer
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.follow_up import FollowUp
from app.domain.ticket.state.ticket import Ticket
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpUnreachable,
)

FollowUpOutcome = Literal["satisfied", "neutral", "dissatisfied", "recurred"]
OUTCOMES: tuple[FollowUpOutcome, ...] = get_args(FollowUpOutcome)
FEWEST_STARS, MOST_STARS = 1, 5
ATTEMPTS, DAYS = 3, 2  # docs/domain.md §6.3 (cfg)


def attempt(command: Attempt, ticket: Ticket, given: Given) -> Decision:
    asked = _follow_up(ticket)
    _check_caller(asked, given)
    call_id = optional_text(command.call_id, "/call_id", 128)
    if call_id is not None and call_id == asked.last_call_id and ticket.status == "attempting":
        return []
    if would_disturb(ticket, given.occurred_at, given):
        raise IllegalTransition("quiet_hours", at=given.occurred_at)
    return [
        FollowUpAttempted(
            attempt=asked.attempts + 1,
            on=given.occurred_at.astimezone(given.zone).date(),
            call_id=call_id,
            note=command.note,
        )
    ]


def mark_unreachable(command: MarkUnreachable, ticket: Ticket, given: Given) -> Decision:
    asked = _follow_up(ticket)
    _check_caller(asked, given)
    if asked.attempts < ATTEMPTS or len(asked.days) < DAYS:
        raise IllegalTransition(
            "too_few_attempts",
            attempts=asked.attempts,
            days=len(asked.days),
            least_attempts=ATTEMPTS,
            least_days=DAYS,
        )
    return [
        FollowUpUnreachable(
            parent_id=asked.parent_id,
            cycle=asked.cycle,
            purpose=asked.purpose,
            attempts=asked.attempts,
            days=len(asked.days),
            note=command.note,
        )
    ]


def reschedule(command: Reschedule, ticket: Ticket, given: Given) -> Decision:
    asked = _follow_up(ticket)
    if command.at <= given.now:
        raise Unacceptable("due_in_past", pointer="/at")
    if command.at == asked.due_at and ticket.status == "rescheduled":
        return []
    if would_disturb(ticket, command.at, given):
        raise IllegalTransition("quiet_hours", at=command.at)
    return [FollowUpRescheduled(previous_due_at=asked.due_at, due_at=command.at, note=command.note)]


def complete(
    command: CompleteFollowUp, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    asked = _follow_up(ticket)
    one_of(command.outcome, OUTCOMES, "/outcome")
    if command.score is not None:
        within(command.score, FEWEST_STARS, MOST_STARS, "/score")
    if command.outcome == "recurred" and asked.parent_id is None:
        raise Unacceptable("nothing_to_reopen", pointer="/outcome")
    _check_caller(asked, given)
    if ticket.status != "attempting":  # docs/domain.md §6.3: the owner must be contacted first
        raise IllegalTransition("follow_up_not_attempted")
    completed = FollowUpCompleted(
        parent_id=asked.parent_id,
        cycle=asked.cycle,
        purpose=asked.purpose,
        outcome=command.outcome,
        score=command.score,
        text=optional_text(command.text, "/text", LONG_TEXT),
        note=command.note,
    )
    return [completed, *act_on_answer(completed, command, ticket, given, streams)]


def _follow_up(ticket: Ticket) -> FollowUp:
    if ticket.follow_up is None:
        raise IllegalTransition("not_of_this_kind", command="follow_up", kind=ticket.kind)
    return ticket.follow_up


def _check_caller(asked: FollowUp, given: Given) -> None:
    """docs/domain.md §6.3: never the executor of the work; a callback only by a superior."""
    if asked.executor == given.actor.subject:
        raise NotPermitted("caller_is_executor")
    if asked.purpose == CALLBACK and given.actor.role not in SUPERIORS:
        raise NotPermitted("call_back_by_superior", role=given.actor.role)
