"""Hold and release, independent of the status (docs/domain.md §6.1, §7)."""

from datetime import timedelta

from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.roles import SUPERIORS
from app.domain.sla.hold_reasons import HOLD_REASONS
from app.domain.ticket.commands.ticket import Hold, Release
from app.domain.ticket.decision import Decision
from app.domain.ticket.state.ticket import Ticket
from app.events.complaint import (
    AnswerProposed,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.ticket import (
    EngineerArrived,
    EngineerDeparted,
    SolutionAccepted,
    SolutionProposed,
    TicketCancelled,
    TicketClosed,
    TicketHeld,
    TicketMerged,
    TicketRejected,
    TicketReopened,
    TicketResumed,
    WorkCompleted,
)

MAX_WITHOUT_SUPERVISOR = timedelta(hours=24)  # docs/domain.md §6.1; without a time it is longer

# Work went on or the ticket ended, so the wait is over (docs/domain.md §3.2).
ENDS_HOLD = (
    EngineerDeparted,
    EngineerArrived,
    SolutionProposed,
    SolutionAccepted,
    WorkCompleted,
    InvestigationStarted,
    AnswerProposed,
    RemedyStarted,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintWithdrawn,
    TicketRejected,
    TicketMerged,
    TicketCancelled,
    TicketClosed,
    TicketReopened,
)


def hold(command: Hold, ticket: Ticket, given: Given) -> Decision:
    if command.reason not in HOLD_REASONS:
        raise Unacceptable("unknown_hold_reason", pointer="/reason")
    expected = command.expected_resume_at
    if ticket.hold is not None:
        if (ticket.hold.reason, ticket.hold.expected_resume_at) == (command.reason, expected):
            return []
        raise IllegalTransition("already_on_hold", reason=ticket.hold.reason)
    if expected is not None and expected <= given.now:
        raise Unacceptable("expected_resume_in_past", pointer="/expected_resume_at")
    is_long = expected is None or expected - given.occurred_at > MAX_WITHOUT_SUPERVISOR
    if is_long and given.actor.role not in SUPERIORS:
        raise NotPermitted("hold_needs_supervisor")
    return [TicketHeld(reason=command.reason, expected_resume_at=expected, note=command.note)]


def release(command: Release, ticket: Ticket) -> Decision:
    return [TicketResumed(note=command.note)] if ticket.hold else []


def implicit_resume(ticket: Ticket, events: Decision) -> Decision:
    """Work on a held ticket resumes it first, in the same decision."""
    if ticket.hold is None or not any(isinstance(event, ENDS_HOLD) for event in events):
        return []
    return [TicketResumed(implicit=True)]
