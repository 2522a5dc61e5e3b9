"""The fold of a complaint's own events."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.fold.steps import ended
from app.domain.ticket.state.ticket import Complaint, ComplaintAnswer, Person, Ticket
from app.events.base import Fact
from app.events.by_type import by_type
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


def _lodged(ticket: Ticket, fact: Fact[ComplaintLodged]) -> Ticket:
    lodged = fact.event
    complaint = replace(
        _complaint(ticket),
        subject=lodged.subject_of_complaint,
        anonymous=lodged.anonymous,
        stated_supporters=lodged.supporters,
        repeat=lodged.repeat,
    )
    return replace(ticket, complaint=complaint)


def _supported(ticket: Ticket, fact: Fact[ComplaintSupported]) -> Ticket:
    household_id, complaint = fact.event.household_id, _complaint(ticket)
    others = tuple(one for one in complaint.supporting if one != household_id)
    return _with(ticket, replace(complaint, supporting=(*others, household_id)))


def _investigated(ticket: Ticket, fact: Fact[InvestigationStarted]) -> Ticket:
    by = Person(subject=fact.event.investigator, name=fact.event.investigator_name)
    begun = replace(_complaint(ticket), investigator=by, answer=None)
    return _with(ticket, begun, "investigating")


def _proposed(ticket: Ticket, fact: Fact[AnswerProposed]) -> Ticket:
    return _with(ticket, replace(_complaint(ticket), plan=fact.event.plan), "proposed")


def _remedied(ticket: Ticket, _fact: Fact[RemedyStarted]) -> Ticket:
    return _with(ticket, _complaint(ticket), "remedying")


def _responded(ticket: Ticket, fact: Fact[ComplaintResponded]) -> Ticket:
    said = fact.event
    answer = ComplaintAnswer(
        facts=said.facts, measure=said.measure, date=said.date, at=fact.occurred_at
    )
    return _with(ticket, replace(_complaint(ticket), answer=answer), "responded")


def _satisfied(ticket: Ticket, _fact: Fact[ComplaintSatisfied]) -> Ticket:
    return _with(ticket, _complaint(ticket), "satisfied")


def _disputed(ticket: Ticket, fact: Fact[ComplaintDisputed]) -> Ticket:
    return replace(ticket, status="disputed", cycle=fact.event.cycle)


def _withdrawn(ticket: Ticket, _fact: Fact[ComplaintWithdrawn]) -> Ticket:
    return ended(ticket, "withdrawn")


def _complaint(ticket: Ticket) -> Complaint:
    return ticket.complaint or Complaint()


def _with(ticket: Ticket, complaint: Complaint, status: str | None = None) -> Ticket:
    return replace(ticket, complaint=complaint, status=status or ticket.status)


FOLD: Mapping[type[Any], Callable[[Ticket, Fact[Any]], Ticket]] = by_type(
    ComplaintEvent,
    {
        ComplaintLodged: _lodged,
        ComplaintSupported: _supported,
        InvestigationStarted: _investigated,
        AnswerProposed: _proposed,
        RemedyStarted: _remedied,
        ComplaintResponded: _responded,
        ComplaintSatisfied: _satisfied,
        ComplaintDisputed: _disputed,
        ComplaintWithdrawn: _withdrawn,
    },
)
