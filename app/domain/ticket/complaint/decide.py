"""The rules of complaints after intake (docs/domain.md §6.2)."""

from datetime import timedelta
from typing import assert_never

from app.domain.authority.decider import authority_for
from app.domain.authority.exposure import exposure_to, sums
from app.domain.checks import identifier, optional_text, text
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.records.household import require_on_record
from app.domain.records.staff import STAFF
from app.domain.roles import ESCALATION_LADDER, SUPERIORS
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.naming import counted_household
from app.domain.ticket.commands.complaint import (
    ComplaintCommand,
    Investigate,
    ProposeAnswer,
    Remedy,
    Respond,
    Satisfy,
    Support,
    Withdraw,
)
from app.domain.ticket.commands.ticket import Close, Comment, Dispute, HandOver
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.siblings import TicketStreams, check_outcomes
from app.domain.ticket.limits import LONG_TEXT, SUPPORTERS
from app.domain.ticket.state.ticket import Complaint, Person, Ticket
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintSupported,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.ticket import EscalationRaised, TicketClosed

PUBLIC_SPREAD = 10  # supporters, docs/domain.md §6.2
REPEATED = 3  # times, docs/domain.md §6.2
SETTLED_WITH = "fee_credit"  # the benefit whose limit applies to settling on the spot
MANAGER = "manager"
MANAGER_LEVEL = ESCALATION_LADDER.index(MANAGER) + 1
MANAGER_WITHIN = timedelta(minutes=15)  # docs/domain.md §6.2

# Complaint commands, and shared ones that complaints decide differently.
HandledCommand = ComplaintCommand | Dispute | Close


def decide(  # noqa: PLR0911 - one table, a command a line
    command: HandledCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    complaint = ticket.complaint or Complaint()
    match command:
        case Investigate():
            return _investigate(command, complaint, ticket, given)
        case ProposeAnswer():
            plan = optional_text(command.plan, "/plan", LONG_TEXT)
            return [AnswerProposed(plan=plan, cycle=ticket.cycle, note=command.note)]
        case Remedy():
            return [RemedyStarted(note=command.note)]
        case Respond():
            return _respond(command, ticket, given, streams)
        case Satisfy():
            return _satisfy(command, ticket, given, streams)
        case Dispute():
            return _dispute(command, ticket)
        case Close():
            return _close(command, ticket, given, streams)
        case Withdraw():
            return _withdraw(command, complaint, given)
        case Support():
            return _support(command, complaint, ticket, given)
        case _:
            assert_never(command)


def check_conflict_of_interest(
    command: object, ticket: Ticket, given: Given, streams: TicketStreams
) -> None:
    """The subject of a complaint may only comment, on it and on the follow-ups about it, and nobody
    may hand it over to them; a supporting household may only support."""
    if ticket.follow_up is not None and ticket.follow_up.parent_id is not None:
        parent = given.read(streams(ticket.follow_up.parent_id))
        if not isinstance(command, Comment):
            check_no_conflict(given, parent)
    if ticket.complaint is None:
        return
    if given.actor.subject == ticket.complaint.subject and not isinstance(command, Comment):
        raise NotPermitted("subject_of_complaint")
    if isinstance(command, HandOver) and command.to == ticket.complaint.subject:
        raise NotPermitted("subject_of_complaint")
    is_other = given.actor.role == "owner" and given.household_id != ticket.household_id
    if is_other and not isinstance(command, Support):
        raise NotPermitted("household_not_own")


def manager_escalations(supporters: int, repeat: int, before: Complaint, given: Given) -> Decision:
    """Crossing a threshold escalates to the manager, even if somebody else was told before."""
    reasons = []
    if before.supporters < PUBLIC_SPREAD <= supporters:
        reasons.append("public_spread")
    if before.repeat < REPEATED <= repeat:
        reasons.append("repeat")
    return [
        EscalationRaised(
            level=MANAGER_LEVEL,
            reason=reason,
            audience=MANAGER,
            due_at=given.occurred_at + MANAGER_WITHIN,
        )
        for reason in reasons
    ]


def _investigate(
    command: Investigate, complaint: Complaint, ticket: Ticket, given: Given
) -> Decision:
    person = _investigator(command.investigator, given)
    if person.subject == complaint.subject:
        raise NotPermitted("investigator_is_subject")
    if ticket.status == "investigating" and complaint.investigator == person:
        return []
    return [
        InvestigationStarted(
            investigator=person.subject, investigator_name=person.name, note=command.note
        )
    ]


def _investigator(subject: str | None, given: Given) -> Person:
    """The staff member named, else the actor."""
    member = given.read(STAFF.stream(subject or given.actor.subject))
    if subject is None:
        name = member.name if member else given.actor.subject
        return Person(subject=given.actor.subject, name=name)
    if member is None or not member.active:
        raise Unacceptable("unknown_staff", pointer="/investigator")
    return Person(subject=subject, name=member.name)


def _respond(command: Respond, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    responded = ComplaintResponded(
        facts=text(command.facts, "/facts", LONG_TEXT),
        measure=text(command.measure, "/measure", LONG_TEXT),
        date=command.date,
        note=command.note,
    )
    check_outcomes(ticket, given, streams)
    return [responded]


def _satisfy(command: Satisfy, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    """Before the answer this settles the complaint on the spot: staff may do so while what the
    household was given on this ticket is within their limit (docs/domain.md §6.2, §1b row 34)."""
    check_outcomes(ticket, given, streams)
    on_the_spot = ticket.status != "responded"
    if on_the_spot and given.actor.role != "owner":
        limit_fen = authority_for(given, SETTLED_WITH).limit_fen
        given_fen = sums(
            exposure_to(given, counted_household(ticket), ticket.id).entries, ticket.id, given.now
        ).ticket_fen
        if given_fen > limit_fen:
            raise IllegalTransition("settlement_above_authority", limit_fen=limit_fen)
    return [ComplaintSatisfied(on_the_spot=on_the_spot, note=command.note)]


def _dispute(command: Dispute, ticket: Ticket) -> Decision:
    """docs/domain.md §6.2: 不满意 → level+1. The clocks of the answer start anew."""
    reason = text(command.reason, "/reason", LONG_TEXT)
    return [
        ComplaintDisputed(reason=reason, cycle=ticket.cycle + 1, note=command.note),
        EscalationRaised(level=ticket.escalation_level + 1, reason="disputed"),
    ]


def _close(command: Close, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    """If the owner is not satisfied, only a superior may close, and must say why."""
    if ticket.status != "satisfied":
        if given.actor.role not in SUPERIORS:
            raise NotPermitted("owner_not_satisfied")
        if command.note is None:
            raise Unacceptable("required", pointer="/note")
    check_outcomes(ticket, given, streams)
    return [TicketClosed(note=command.note)]


def _withdraw(command: Withdraw, complaint: Complaint, given: Given) -> Decision:
    member = given.read(STAFF.stream(identifier(command.confirmed_by, "/confirmed_by")))
    if member is None or not member.active:
        raise Unacceptable("unknown_staff", pointer="/confirmed_by")
    if command.confirmed_by == complaint.subject:
        raise NotPermitted("confirmed_by_subject")
    return [
        ComplaintWithdrawn(
            confirmed_by=command.confirmed_by,
            confirmed_by_name=member.name,
            note=command.note,
        )
    ]


def _support(command: Support, complaint: Complaint, ticket: Ticket, given: Given) -> Decision:
    household_id = _supporting(command, given)
    if household_id == ticket.household_id or household_id in complaint.supporting:
        return []
    if len(complaint.supporting) >= SUPPORTERS:
        raise IllegalTransition("too_many_supporters", max=SUPPORTERS)
    supporters = complaint.supporters + 1
    return [
        ComplaintSupported(household_id=household_id, supporters=supporters, note=command.note),
        *manager_escalations(supporters, complaint.repeat, complaint, given),
    ]


def _supporting(command: Support, given: Given) -> str:
    if given.actor.role != "owner":
        if command.household_id is None:
            raise Unacceptable("required", pointer="/household_id")
        named = identifier(command.household_id, "/household_id")
        require_on_record(named, given)
        return named
    if given.household_id is None or command.household_id not in {None, given.household_id}:
        raise NotPermitted("household_not_own")
    return given.household_id
