"""The fold of a ticket. It checks nothing and never fails."""

from typing import assert_never

from msgspec.structs import replace

from app.domain.sla.clock import clocks_after, escalated
from app.domain.ticket.fold import repair as repair_fold
from app.domain.ticket.fold.complaint import evolve_complaint
from app.domain.ticket.fold.follow_up import evolve_follow_up
from app.domain.ticket.state.promise import evolve_promises
from app.domain.ticket.state.ticket import Check, Completion, Hold, Person, Ticket, TicketLink
from app.events.base import Fact
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintLodged,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintSupported,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)
from app.events.promise import (
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseExcused,
    PromiseKept,
    PromiseMade,
    PromiseRevised,
    PromiseSettled,
    PromiseWithdrawn,
)
from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaBreachRetracted,
    SlaBreachWaived,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockRetargeted,
    SlaClockStarted,
    SlaWarningRaised,
    SlaWarningSkipped,
)
from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    AuthorityExercised,
    BillSettled,
    BillWaived,
    ChecklistItemChecked,
    CommentAdded,
    CompensationExclusionRecorded,
    CompletionDisputed,
    CompletionFormIssued,
    CompletionSigned,
    CostLineAdded,
    DelayDeclared,
    DuplicateAbsorbed,
    EngineerArrived,
    EngineerDeparted,
    EscalationRaised,
    EvidenceGiven,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    FirstTimeFixConfirmed,
    FirstTimeFixRefuted,
    HandOverOffered,
    OfferedToPool,
    ProgressUpdated,
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketEvent,
    TicketHeld,
    TicketLinked,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReopened,
    TicketReported,
    TicketResumed,
    TicketUrged,
    WorkCompleted,
    WorkVerified,
)


def evolve(ticket: Ticket | None, fact: Fact[TicketEvent]) -> Ticket | None:
    match fact.event:
        case TicketReported() as reported:
            return _reported(reported, fact)
        case _:
            return ticket if ticket is None else evolve_existing(ticket, fact)


def evolve_existing(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one table, an event a line, to be read downwards
    ticket: Ticket, fact: Fact[TicketEvent]
) -> Ticket:
    match fact.event:
        case TicketReported():
            return ticket
        case TicketAcknowledged():
            return replace(ticket, status="acknowledged")
        case FirstResponsibleSet(subject=subject, name=name):
            return replace(ticket, first_responsible=Person(subject=subject, name=name))
        case TicketRejected():
            return _ended(ticket, "rejected")
        case TicketReclassified(service_class=service_class):
            return replace(ticket, service_class=service_class)
        case TicketCancelled():
            return _ended(ticket, "cancelled")
        case OfferedToPool():
            return repair_fold.pooled(ticket)
        case TicketAssigned() as offered:
            return repair_fold.assigned(ticket, offered)
        case TicketClaimed(engineer=subject, engineer_name=name):
            return repair_fold.taken(ticket, Person(subject=subject, name=name))
        case AssignmentAccepted(engineer=subject, engineer_name=name):
            return repair_fold.taken(ticket, Person(subject=subject, name=name))
        case AssignmentReturned(returned_to=returned_to):
            assignment = replace(ticket.assignment, offer=None)
            status = "accepted" if returned_to else "returned"
            return replace(ticket, status=status, assignment=assignment)
        case AssignmentTransferred() as offered:
            return repair_fold.transferred(ticket, offered)
        case EngineerDeparted(eta=eta):
            return repair_fold.departed(ticket, eta, fact)
        case EngineerArrived():
            return replace(ticket, status="on_site", eta=None, visits=ticket.visits + 1)
        case AccessFailed():
            return repair_fold.not_let_in(ticket, fact)
        case SolutionProposed() as proposed:
            return repair_fold.proposed(ticket, proposed, fact)
        case SolutionConsentGiven(party=party):
            return repair_fold.consented(ticket, party)
        case SolutionAccepted():
            return repair_fold.accepted_solution(ticket, fact)
        case SolutionDeclined():
            return replace(ticket, status="on_site", solution=None)
        case TicketHeld(reason=reason, expected_resume_at=expected, note=note):
            since = fact.occurred_at
            hold = Hold(reason=reason, since=since, expected_resume_at=expected, note=note)
            return replace(ticket, hold=hold)
        case TicketResumed():
            return replace(ticket, hold=None)
        case DelayDeclared(new_eta=new_eta):
            return replace(ticket, eta=new_eta)
        case ProgressUpdated() | CommentAdded() | EvidenceGiven():
            return ticket
        case CostLineAdded() as added:
            return repair_fold.with_cost(ticket, added, fact)
        case ChecklistItemChecked(item=item):
            return repair_fold.checked(ticket, item, fact)
        case WorkCompleted(summary=summary, billed_fen=billed_fen):
            completion = Completion(completed_at=fact.occurred_at, summary=summary)
            return replace(
                ticket,
                status="completed",
                completion=completion,
                billing=replace(ticket.billing, cycle_fen=billed_fen),
                first_completed_at=ticket.first_completed_at or fact.occurred_at,
            )
        case CompletionFormIssued(form_hash=form_hash):
            return repair_fold.with_completion(ticket, form_hash=form_hash)
        case WorkVerified():
            return replace(ticket, status="verified")
        case CompletionSigned(auto=auto):
            signed = repair_fold.with_completion(ticket, signed_at=fact.occurred_at, auto=auto)
            return replace(signed, status="confirmed")
        case CompletionDisputed():
            return replace(ticket, status="disputed")
        case TicketClosed():
            return replace(_ended(ticket, "closed"), closed_at=fact.occurred_at)
        case TicketReopened(cycle=cycle):
            return repair_fold.reopened(ticket, cycle)
        case BillSettled(amount_fen=amount_fen):
            return repair_fold.cleared(ticket, amount_fen, "settled")
        case BillWaived(amount_fen=amount_fen):
            return repair_fold.cleared(ticket, amount_fen, "waived")
        case TicketMerged(into=into):
            return replace(_ended(ticket, "merged"), merged_into=into)
        case DuplicateAbsorbed(ticket_id=other, number=number):
            return _linked(ticket, other, number, "duplicate")
        case TicketLinked() as link:
            hidden = link.confidential
            return _linked(ticket, link.ticket_id, link.number, link.kind, confidential=hidden)
        case HandOverOffered(to=to, to_name=name):
            return replace(ticket, hand_over=Person(subject=to, name=name))
        case FirstResponsibleHandedOver(to=to, to_name=name):
            person = Person(subject=to, name=name)
            return replace(ticket, first_responsible=person, hand_over=None)
        case TicketUrged(count=count):
            return replace(ticket, urges=count)
        case AuthorityExercised(measure=measure, amount=amount):
            days = (amount or 0) if measure == "day" else 0
            return replace(ticket, exercised_days=ticket.exercised_days + days)
        case EscalationRaised() as raised:
            return _escalated(ticket, raised)
        case SuggestionAccepted():
            return replace(ticket, status="accepted")
        case SuggestionDeclined():
            return replace(ticket, status="declined")
        case SuggestionCompleted():
            return replace(ticket, status="completed")
        case (
            ComplaintLodged()
            | ComplaintSupported()
            | InvestigationStarted()
            | AnswerProposed()
            | RemedyStarted()
            | ComplaintResponded()
            | ComplaintSatisfied()
            | ComplaintDisputed()
            | ComplaintWithdrawn()
        ) as of_a_complaint:
            complaint_fact = Fact(of_a_complaint, fact.occurred_at, fact.actor)
            return evolve_complaint(ticket, complaint_fact)
        case (
            FollowUpScheduled()
            | FollowUpAttempted()
            | FollowUpCompleted()
            | FollowUpUnreachable()
            | FollowUpRescheduled()
        ) as of_a_follow_up:
            return evolve_follow_up(ticket, of_a_follow_up, fact.occurred_at)
        case (
            SlaClockStarted()
            | SlaClockPaused()
            | SlaClockResumed()
            | SlaClockMet()
            | SlaWarningRaised()
            | SlaWarningSkipped()
            | SlaBreached()
            | SlaClockCancelled()
            | SlaClockRetargeted()
            | SlaBreachRetracted()
            | SlaBreachWaived()
        ) as of_a_clock:
            return replace(ticket, clocks=clocks_after(ticket.clocks, of_a_clock))
        case CompensationExclusionRecorded(exclusion=exclusion):
            return replace(ticket, exclusions=(*ticket.exclusions, exclusion))
        case (
            PromiseMade()
            | PromiseKept()
            | PromiseBroken()
            | PromiseSettled()
            | PromiseRevised()
            | PromiseExcused()
            | PromiseWithdrawn()
            | PromiseBreakRetracted()
        ) as of_a_promise:
            promises = evolve_promises(ticket.promises, of_a_promise, fact.occurred_at)
            return replace(ticket, promises=promises)
        case FirstTimeFixConfirmed():
            return replace(ticket, first_time_fix="confirmed")
        case FirstTimeFixRefuted():
            return replace(ticket, first_time_fix="refuted")
        case NotificationQueued():
            return ticket
        case _:
            assert_never(fact.event)


def _reported(reported: TicketReported, fact: Fact[TicketEvent]) -> Ticket:
    return Ticket(
        id=reported.ticket_id,
        number=reported.number,
        kind=reported.kind,
        status=reported.status,
        category=reported.category,
        service_class=reported.service_class,
        description=reported.description,
        channel=reported.intake_channel,
        location=reported.location,
        household_id=reported.household_id,
        reporter=reported.reporter,
        reported_at=fact.occurred_at,
        reported_by=fact.actor.subject,
        reported_by_role=fact.actor.role,
        quiet_hours=reported.quiet_hours,
        checklist=tuple(
            Check(item=one.item, label=one.label, required=one.required)
            for one in reported.checklist
        ),
        checklist_version=reported.checklist_version,
    )


def _ended(ticket: Ticket, status: str) -> Ticket:
    assignment = replace(ticket.assignment, offer=None)
    return replace(ticket, status=status, hold=None, hand_over=None, assignment=assignment)


def _linked(
    ticket: Ticket, other: str, number: str, kind: str, *, confidential: bool = False
) -> Ticket:
    link = TicketLink(ticket_id=other, number=number, kind=kind, confidential=confidential)
    return ticket if link in ticket.links else replace(ticket, links=(*ticket.links, link))


def _escalated(ticket: Ticket, raised: EscalationRaised) -> Ticket:
    """The ticket's level is the highest that any escalation reached."""
    level = max(ticket.escalation_level, raised.level)
    if raised.clock is None or raised.cycle is None:
        return replace(ticket, escalation_level=level)
    clocks = escalated(ticket.clocks, raised.clock, raised.cycle, raised.level)
    return replace(ticket, escalation_level=level, clocks=clocks)
