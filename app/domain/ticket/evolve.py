"""The fold of a ticket: what each event leaves behind. It judges nothing and never fails."""

from dataclasses import replace
from typing import Any, assert_never

from app.domain.sla.clock import clocks_after, escalated
from app.domain.ticket.state import (
    PAST_ASSIGNEES,
    Assignment,
    Check,
    Completion,
    CostLine,
    Hold,
    Offer,
    Person,
    Solution,
    Ticket,
    TicketLink,
)
from app.events.base import Fact
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
    BillSettled,
    BillWaived,
    ChecklistItemChecked,
    CommentAdded,
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
    HandOverOffered,
    OfferedToPool,
    ProgressUpdated,
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
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
            return ticket if ticket is None else after(ticket, fact)


def after(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one table, an event a line, to be read downwards
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
            return replace(ticket, status="pooled", assignment=_unassigned(ticket, pooled=True))
        case TicketAssigned() as offered:
            return _assigned(ticket, offered)
        case TicketClaimed(engineer=subject, engineer_name=name):
            return _taken(ticket, Person(subject=subject, name=name))
        case AssignmentAccepted(engineer=subject, engineer_name=name):
            return _taken(ticket, Person(subject=subject, name=name))
        case AssignmentReturned(returned_to=returned_to):
            assignment = replace(ticket.assignment, offer=None)
            status = "accepted" if returned_to else "returned"
            return replace(ticket, status=status, assignment=assignment)
        case AssignmentTransferred() as offered:
            return _transferred(ticket, offered)
        case EngineerDeparted(eta=eta):
            return replace(ticket, status="en_route", eta=eta)
        case EngineerArrived():
            return replace(ticket, status="on_site", eta=None)
        case AccessFailed():
            return replace(ticket, status="no_access")
        case SolutionProposed() as proposed:
            return _proposed(ticket, proposed, fact)
        case SolutionConsentGiven(party=party):
            return _consented(ticket, party)
        case SolutionAccepted():
            return _accepted_solution(ticket, fact)
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
            return replace(ticket, cost_lines=(*ticket.cost_lines, _cost_line(added, fact)))
        case ChecklistItemChecked(item=item):
            return _checked(ticket, item, fact)
        case WorkCompleted(summary=summary, billed_fen=billed_fen):
            completion = Completion(completed_at=fact.occurred_at, summary=summary)
            billing = replace(ticket.billing, cycle_fen=billed_fen)
            return replace(ticket, status="completed", completion=completion, billing=billing)
        case CompletionFormIssued(form_hash=form_hash):
            return _with_completion(ticket, form_hash=form_hash)
        case WorkVerified():
            return replace(ticket, status="verified")
        case CompletionSigned(auto=auto):
            signed = _with_completion(ticket, signed_at=fact.occurred_at, auto=auto)
            return replace(signed, status="confirmed")
        case CompletionDisputed():
            return replace(ticket, status="disputed")
        case TicketClosed():
            return replace(_ended(ticket, "closed"), closed_at=fact.occurred_at)
        case TicketReopened(cycle=cycle):
            return _reopened(ticket, cycle)
        case BillSettled(amount_fen=amount_fen):
            return _cleared(ticket, amount_fen, "settled")
        case BillWaived(amount_fen=amount_fen):
            return _cleared(ticket, amount_fen, "waived")
        case TicketMerged(into=into):
            return replace(_ended(ticket, "merged"), merged_into=into)
        case DuplicateAbsorbed(ticket_id=other, number=number):
            return _linked(ticket, other, number, "duplicate")
        case TicketLinked(ticket_id=other, number=number, kind=kind):
            return _linked(ticket, other, number, kind)
        case HandOverOffered(to=to, to_name=name):
            return replace(ticket, hand_over=Person(subject=to, name=name))
        case FirstResponsibleHandedOver(to=to, to_name=name):
            person = Person(subject=to, name=name)
            return replace(ticket, first_responsible=person, hand_over=None)
        case TicketUrged(count=count):
            return replace(ticket, urges=count)
        case EscalationRaised() as raised:
            return _escalated(ticket, raised)
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
        case NotificationQueued():
            return ticket
        case _:
            assert_never(fact.event)


def _reported(reported: TicketReported, fact: Fact[TicketEvent]) -> Ticket:
    return Ticket(
        id=reported.ticket_id,
        number=reported.number,
        kind=reported.kind,
        status="reported",
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


def _past(assignment: Assignment, successor: str | None = None) -> tuple[str, ...]:
    """The engineers who had the ticket, the latest last, when `successor` takes over."""
    holder = assignment.assignee
    if holder is None or holder.subject == successor:
        return assignment.past
    others = tuple(subject for subject in assignment.past if subject != holder.subject)
    return (*others, holder.subject)[-PAST_ASSIGNEES:]


def _unassigned(ticket: Ticket, *, pooled: bool = False, offer: Offer | None = None) -> Assignment:
    return Assignment(offer=offer, was_pooled=pooled, past=_past(ticket.assignment))


def _assigned(ticket: Ticket, offered: TicketAssigned) -> Ticket:
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at, eta=offered.eta)
    return replace(ticket, status="assigned", assignment=_unassigned(ticket, offer=offer))


def _transferred(ticket: Ticket, offered: AssignmentTransferred) -> Ticket:
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at)
    assignment = replace(ticket.assignment, offer=offer)
    return replace(ticket, status="transferred", assignment=assignment)


def _taken(ticket: Ticket, engineer: Person) -> Ticket:
    offer = ticket.assignment.offer
    assignment = replace(
        ticket.assignment,
        assignee=engineer,
        offer=None,
        past=_past(ticket.assignment, engineer.subject),
    )
    eta = offer.eta if offer and offer.eta else ticket.eta
    return replace(ticket, status="accepted", assignment=assignment, eta=eta)


def _proposed(ticket: Ticket, proposed: SolutionProposed, fact: Fact[TicketEvent]) -> Ticket:
    solution = Solution(
        plan=proposed.plan,
        material_fen=proposed.material_fen,
        chargeable=proposed.chargeable,
        needs=proposed.needs,
        consents=(),
        proposed_by=fact.actor.subject,
        proposed_at=fact.occurred_at,
    )
    return replace(ticket, status="proposed", solution=solution)


def _consented(ticket: Ticket, party: str) -> Ticket:
    if ticket.solution is None or party in ticket.solution.consents:
        return ticket
    consents = (*ticket.solution.consents, party)
    return replace(ticket, solution=replace(ticket.solution, consents=consents))


def _accepted_solution(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket:
    solution = ticket.solution and replace(ticket.solution, accepted_at=fact.occurred_at)
    return replace(ticket, status="in_progress", solution=solution)


def _cost_line(added: CostLineAdded, fact: Fact[TicketEvent]) -> CostLine:
    return CostLine(
        kind=added.kind,
        description=added.description,
        amount_fen=added.amount_fen,
        batch=added.batch,
        cycle=added.cycle,
        added_at=fact.occurred_at,
    )


def _checked(ticket: Ticket, item: str, fact: Fact[TicketEvent]) -> Ticket:
    return replace(
        ticket,
        checklist=tuple(
            replace(check, checked_at=fact.occurred_at) if check.item == item else check
            for check in ticket.checklist
        ),
    )


def _with_completion(ticket: Ticket, **changes: Any) -> Ticket:
    completion = ticket.completion and replace(ticket.completion, **changes)
    return replace(ticket, completion=completion)


def _reopened(ticket: Ticket, cycle: int) -> Ticket:
    """What belongs to a cycle begins anew; costs and bills of earlier ones stay."""
    billing = ticket.billing
    earlier_fen = billing.earlier_fen + billing.cycle_fen
    return replace(
        ticket,
        status="reopened",
        cycle=cycle,
        assignment=_unassigned(ticket),
        hold=None,
        eta=None,
        checklist=tuple(replace(check, checked_at=None) for check in ticket.checklist),
        solution=None,
        completion=None,
        billing=replace(billing, earlier_fen=earlier_fen, cycle_fen=0),
        closed_at=None,
    )


def _cleared(ticket: Ticket, amount_fen: int, by: str) -> Ticket:
    cleared_fen = ticket.billing.cleared_fen + amount_fen
    return replace(ticket, billing=replace(ticket.billing, cleared_fen=cleared_fen, cleared_by=by))


def _linked(ticket: Ticket, other: str, number: str, kind: str) -> Ticket:
    link = TicketLink(ticket_id=other, number=number, kind=kind)
    return ticket if link in ticket.links else replace(ticket, links=(*ticket.links, link))


def _escalated(ticket: Ticket, raised: EscalationRaised) -> Ticket:
    """The ticket is as high up as the highest that was told, by whichever clock."""
    level = max(ticket.escalation_level, raised.level)
    if raised.clock is None or raised.cycle is None:
        return replace(ticket, escalation_level=level)
    clocks = escalated(ticket.clocks, raised.clock, raised.cycle, raised.level)
    return replace(ticket, escalation_level=level, clocks=clocks)
