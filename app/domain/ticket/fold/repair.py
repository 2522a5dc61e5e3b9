"""The fold of a repair's events: dispatch, work, completion and bill."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.fold.steps import becomes
from app.domain.ticket.state.ticket import (
    KEPT_VISITS,
    PAST_ASSIGNEES,
    Assignment,
    ClearedBy,
    Completion,
    CostLine,
    FailedVisit,
    Offer,
    Person,
    Solution,
    Ticket,
)
from app.events.base import Fact
from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    BillSettled,
    BillWaived,
    ChecklistItemChecked,
    CompletionDisputed,
    CompletionFormIssued,
    CompletionSigned,
    CostLineAdded,
    EngineerArrived,
    EngineerDeparted,
    OfferedToPool,
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
    TicketAssigned,
    TicketClaimed,
    TicketReopened,
    WorkCompleted,
    WorkVerified,
)


def _past_of(assignment: Assignment, successor: str | None = None) -> tuple[str, ...]:
    """Former engineers, the latest last, once `successor` takes over."""
    holder = assignment.assignee
    if holder is None or holder.subject == successor:
        return assignment.past
    others = tuple(subject for subject in assignment.past if subject != holder.subject)
    return (*others, holder.subject)[-PAST_ASSIGNEES:]


def _unassigned(ticket: Ticket, *, pooled: bool = False, offer: Offer | None = None) -> Assignment:
    return Assignment(offer=offer, was_pooled=pooled, past=_past_of(ticket.assignment))


def _pooled(ticket: Ticket, _fact: Fact[OfferedToPool]) -> Ticket:
    return replace(ticket, status="pooled", assignment=_unassigned(ticket, pooled=True))


def _assigned(ticket: Ticket, fact: Fact[TicketAssigned]) -> Ticket:
    offered = fact.event
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at, eta=offered.eta)
    return replace(ticket, status="assigned", assignment=_unassigned(ticket, offer=offer))


def _transferred(ticket: Ticket, fact: Fact[AssignmentTransferred]) -> Ticket:
    offered = fact.event
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at)
    assignment = replace(ticket.assignment, offer=offer)
    return replace(ticket, status="transferred", assignment=assignment)


def _taken(ticket: Ticket, fact: Fact[TicketClaimed | AssignmentAccepted]) -> Ticket:
    engineer = Person(subject=fact.event.engineer, name=fact.event.engineer_name)
    offer = ticket.assignment.offer
    assignment = replace(
        ticket.assignment,
        assignee=engineer,
        offer=None,
        past=_past_of(ticket.assignment, engineer.subject),
    )
    eta = offer.eta if offer and offer.eta else ticket.eta
    return replace(ticket, status="accepted", assignment=assignment, eta=eta)


def _returned(ticket: Ticket, fact: Fact[AssignmentReturned]) -> Ticket:
    assignment = replace(ticket.assignment, offer=None)
    status = "accepted" if fact.event.returned_to else "returned"
    return replace(ticket, status=status, assignment=assignment)


def _departed(ticket: Ticket, fact: Fact[EngineerDeparted]) -> Ticket:
    *earlier, last = ticket.failed_visits or (None,)
    if last is not None and last.until is None:
        visits = (*earlier, replace(last, until=fact.occurred_at))
        ticket = replace(ticket, failed_visits=visits)
    return replace(ticket, status="en_route", eta=fact.event.eta)


def _arrived(ticket: Ticket, _fact: Fact[EngineerArrived]) -> Ticket:
    return replace(ticket, status="on_site", eta=None, visits=ticket.visits + 1)


def _not_let_in(ticket: Ticket, fact: Fact[AccessFailed]) -> Ticket:
    visits = (*ticket.failed_visits, FailedVisit(at=fact.occurred_at))[-KEPT_VISITS:]
    return replace(
        ticket, status="no_access", visits=max(0, ticket.visits - 1), failed_visits=visits
    )


def _proposed(ticket: Ticket, fact: Fact[SolutionProposed]) -> Ticket:
    proposed = fact.event
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


def _consented(ticket: Ticket, fact: Fact[SolutionConsentGiven]) -> Ticket:
    party = fact.event.party
    if ticket.solution is None or party in ticket.solution.consents:
        return ticket
    consents = (*ticket.solution.consents, party)
    return replace(ticket, solution=replace(ticket.solution, consents=consents))


def _accepted_solution(ticket: Ticket, fact: Fact[SolutionAccepted]) -> Ticket:
    solution = ticket.solution and replace(ticket.solution, accepted_at=fact.occurred_at)
    return replace(ticket, status="in_progress", solution=solution)


def _declined_solution(ticket: Ticket, _fact: Fact[SolutionDeclined]) -> Ticket:
    return replace(ticket, status="on_site", solution=None)


def _with_cost(ticket: Ticket, fact: Fact[CostLineAdded]) -> Ticket:
    added = fact.event
    line = CostLine(
        kind=added.kind,
        description=added.description,
        amount_fen=added.amount_fen,
        batch=added.batch,
        cycle=added.cycle,
        added_at=fact.occurred_at,
    )
    return replace(ticket, cost_lines=(*ticket.cost_lines, line))


def _checked(ticket: Ticket, fact: Fact[ChecklistItemChecked]) -> Ticket:
    item = fact.event.item
    return replace(
        ticket,
        checklist=tuple(
            replace(check, checked_at=fact.occurred_at) if check.item == item else check
            for check in ticket.checklist
        ),
    )


def _completed(ticket: Ticket, fact: Fact[WorkCompleted]) -> Ticket:
    return replace(
        ticket,
        status="completed",
        completion=Completion(completed_at=fact.occurred_at, summary=fact.event.summary),
        billing=replace(ticket.billing, cycle_fen=fact.event.billed_fen),
        first_completed_at=ticket.first_completed_at or fact.occurred_at,
    )


def _with_form(ticket: Ticket, fact: Fact[CompletionFormIssued]) -> Ticket:
    return _with_completion(ticket, form_hash=fact.event.form_hash)


def _signed(ticket: Ticket, fact: Fact[CompletionSigned]) -> Ticket:
    signed = _with_completion(ticket, signed_at=fact.occurred_at, auto=fact.event.auto)
    return replace(signed, status="confirmed")


def _with_completion(ticket: Ticket, **changes: Any) -> Ticket:
    completion = ticket.completion and replace(ticket.completion, **changes)
    return replace(ticket, completion=completion)


def _reopened(ticket: Ticket, fact: Fact[TicketReopened]) -> Ticket:
    """Resets what belongs to a cycle; costs and bills of earlier cycles stay."""
    billing = ticket.billing
    earlier_fen = billing.earlier_fen + billing.cycle_fen
    return replace(
        ticket,
        status="reopened",
        cycle=fact.event.cycle,
        assignment=_unassigned(ticket),
        hold=None,
        eta=None,
        checklist=tuple(replace(check, checked_at=None) for check in ticket.checklist),
        solution=None,
        completion=None,
        billing=replace(billing, earlier_fen=earlier_fen, cycle_fen=0),
        closed_at=None,
        failed_visits=(),
        exclusions=(),
    )


def _paid(ticket: Ticket, fact: Fact[BillSettled]) -> Ticket:
    return _cleared(ticket, fact.event.amount_fen, "settled")


def _waived(ticket: Ticket, fact: Fact[BillWaived]) -> Ticket:
    return _cleared(ticket, fact.event.amount_fen, "waived")


def _cleared(ticket: Ticket, amount_fen: int, by: ClearedBy) -> Ticket:
    cleared_fen = ticket.billing.cleared_fen + amount_fen
    return replace(ticket, billing=replace(ticket.billing, cleared_fen=cleared_fen, cleared_by=by))


FOLD: Mapping[type[Any], Callable[[Ticket, Fact[Any]], Ticket]] = {
    OfferedToPool: _pooled,
    TicketAssigned: _assigned,
    TicketClaimed: _taken,
    AssignmentAccepted: _taken,
    AssignmentReturned: _returned,
    AssignmentTransferred: _transferred,
    EngineerDeparted: _departed,
    EngineerArrived: _arrived,
    AccessFailed: _not_let_in,
    SolutionProposed: _proposed,
    SolutionConsentGiven: _consented,
    SolutionAccepted: _accepted_solution,
    SolutionDeclined: _declined_solution,
    CostLineAdded: _with_cost,
    ChecklistItemChecked: _checked,
    WorkCompleted: _completed,
    CompletionFormIssued: _with_form,
    WorkVerified: becomes("verified"),
    CompletionSigned: _signed,
    CompletionDisputed: becomes("disputed"),
    TicketReopened: _reopened,
    BillSettled: _paid,
    BillWaived: _waived,
}
