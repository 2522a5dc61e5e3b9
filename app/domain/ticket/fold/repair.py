"""The fold of a repair's events: dispatch, work, completion and bill."""

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.state.ticket import (
    KEPT_VISITS,
    PAST_ASSIGNEES,
    Assignment,
    ClearedBy,
    CostLine,
    FailedVisit,
    Offer,
    Person,
    Solution,
    Ticket,
)
from app.events.base import Fact
from app.events.ticket import (
    AssignmentTransferred,
    CostLineAdded,
    SolutionProposed,
    TicketAssigned,
    TicketEvent,
)


def past_of(assignment: Assignment, successor: str | None = None) -> tuple[str, ...]:
    """Former engineers, the latest last, once `successor` takes over."""
    holder = assignment.assignee
    if holder is None or holder.subject == successor:
        return assignment.past
    others = tuple(subject for subject in assignment.past if subject != holder.subject)
    return (*others, holder.subject)[-PAST_ASSIGNEES:]


def unassigned(ticket: Ticket, *, pooled: bool = False, offer: Offer | None = None) -> Assignment:
    return Assignment(offer=offer, was_pooled=pooled, past=past_of(ticket.assignment))


def pooled(ticket: Ticket) -> Ticket:
    return replace(ticket, status="pooled", assignment=unassigned(ticket, pooled=True))


def assigned(ticket: Ticket, offered: TicketAssigned) -> Ticket:
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at, eta=offered.eta)
    return replace(ticket, status="assigned", assignment=unassigned(ticket, offer=offer))


def transferred(ticket: Ticket, offered: AssignmentTransferred) -> Ticket:
    engineer = Person(subject=offered.engineer, name=offered.engineer_name)
    offer = Offer(engineer=engineer, expires_at=offered.offer_expires_at)
    assignment = replace(ticket.assignment, offer=offer)
    return replace(ticket, status="transferred", assignment=assignment)


def taken(ticket: Ticket, engineer: Person) -> Ticket:
    offer = ticket.assignment.offer
    assignment = replace(
        ticket.assignment,
        assignee=engineer,
        offer=None,
        past=past_of(ticket.assignment, engineer.subject),
    )
    eta = offer.eta if offer and offer.eta else ticket.eta
    return replace(ticket, status="accepted", assignment=assignment, eta=eta)


def departed(ticket: Ticket, eta: datetime | None, fact: Fact[TicketEvent]) -> Ticket:
    *earlier, last = ticket.failed_visits or (None,)
    if last is not None and last.until is None:
        visits = (*earlier, replace(last, until=fact.occurred_at))
        ticket = replace(ticket, failed_visits=visits)
    return replace(ticket, status="en_route", eta=eta)


def not_let_in(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket:
    visits = (*ticket.failed_visits, FailedVisit(at=fact.occurred_at))[-KEPT_VISITS:]
    return replace(
        ticket, status="no_access", visits=max(0, ticket.visits - 1), failed_visits=visits
    )


def proposed(ticket: Ticket, proposed: SolutionProposed, fact: Fact[TicketEvent]) -> Ticket:
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


def consented(ticket: Ticket, party: str) -> Ticket:
    if ticket.solution is None or party in ticket.solution.consents:
        return ticket
    consents = (*ticket.solution.consents, party)
    return replace(ticket, solution=replace(ticket.solution, consents=consents))


def accepted_solution(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket:
    solution = ticket.solution and replace(ticket.solution, accepted_at=fact.occurred_at)
    return replace(ticket, status="in_progress", solution=solution)


def with_cost(ticket: Ticket, added: CostLineAdded, fact: Fact[TicketEvent]) -> Ticket:
    line = CostLine(
        kind=added.kind,
        description=added.description,
        amount_fen=added.amount_fen,
        batch=added.batch,
        cycle=added.cycle,
        added_at=fact.occurred_at,
    )
    return replace(ticket, cost_lines=(*ticket.cost_lines, line))


def checked(ticket: Ticket, item: str, fact: Fact[TicketEvent]) -> Ticket:
    return replace(
        ticket,
        checklist=tuple(
            replace(check, checked_at=fact.occurred_at) if check.item == item else check
            for check in ticket.checklist
        ),
    )


def with_completion(ticket: Ticket, **changes: Any) -> Ticket:
    completion = ticket.completion and replace(ticket.completion, **changes)
    return replace(ticket, completion=completion)


def reopened(ticket: Ticket, cycle: int) -> Ticket:
    """Resets what belongs to a cycle; costs and bills of earlier cycles stay."""
    billing = ticket.billing
    earlier_fen = billing.earlier_fen + billing.cycle_fen
    return replace(
        ticket,
        status="reopened",
        cycle=cycle,
        assignment=unassigned(ticket),
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


def cleared(ticket: Ticket, amount_fen: int, by: ClearedBy) -> Ticket:
    cleared_fen = ticket.billing.cleared_fen + amount_fen
    return replace(ticket, billing=replace(ticket.billing, cleared_fen=cleared_fen, cleared_by=by))
