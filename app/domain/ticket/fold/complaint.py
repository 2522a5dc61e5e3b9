"""The fold of a complaint's own events."""

from typing import assert_never

from msgspec.structs import replace

from app.domain.ticket.state.ticket import Complaint, ComplaintAnswer, Person, Ticket
from app.events.base import Fact
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintEvent,
    ComplaintLodged,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintSupported,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)


def evolve_complaint(  # noqa: PLR0911 - one table, an event a line
    ticket: Ticket, fact: Fact[ComplaintEvent]
) -> Ticket:
    complaint = ticket.complaint or Complaint()
    match fact.event:
        case ComplaintLodged() as lodged:
            return replace(ticket, complaint=_lodged(complaint, lodged))
        case ComplaintSupported(household_id=household_id):
            others = tuple(one for one in complaint.supporting if one != household_id)
            return _with(ticket, replace(complaint, supporting=(*others, household_id)))
        case InvestigationStarted(investigator=subject, investigator_name=name):
            investigator = Person(subject=subject, name=name)
            begun = replace(complaint, investigator=investigator, answer=None)
            return _with(ticket, begun, "investigating")
        case AnswerProposed(plan=plan):
            return _with(ticket, replace(complaint, plan=plan), "proposed")
        case RemedyStarted():
            return _with(ticket, complaint, "remedying")
        case ComplaintResponded(facts=facts, measure=measure, date=date):
            answer = ComplaintAnswer(facts=facts, measure=measure, date=date, at=fact.occurred_at)
            return _with(ticket, replace(complaint, answer=answer), "responded")
        case ComplaintSatisfied():
            return _with(ticket, complaint, "satisfied")
        case ComplaintDisputed(cycle=cycle):
            return replace(ticket, status="disputed", cycle=cycle)
        case ComplaintWithdrawn():
            assignment = replace(ticket.assignment, offer=None)
            return replace(
                ticket, status="withdrawn", hold=None, hand_over=None, assignment=assignment
            )
        case _:
            assert_never(fact.event)


def _lodged(complaint: Complaint, lodged: ComplaintLodged) -> Complaint:
    return replace(
        complaint,
        subject=lodged.subject_of_complaint,
        anonymous=lodged.anonymous,
        stated_supporters=lodged.supporters,
        repeat=lodged.repeat,
    )


def _with(ticket: Ticket, complaint: Complaint, status: str | None = None) -> Ticket:
    return replace(ticket, complaint=complaint, status=status or ticket.status)
