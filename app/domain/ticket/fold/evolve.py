"""The fold of a ticket: `FOLD`, a function for each event; those of repairs, complaints and
follow-ups stand in the files beside this one. It checks nothing and never fails."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from msgspec.structs import replace

from app.domain.sla.clock import clocks_after, escalated
from app.domain.ticket.fold import complaint, follow_up, repair
from app.domain.ticket.fold.steps import becomes, ended, linked
from app.domain.ticket.state.promise import evolve_promises
from app.domain.ticket.state.ticket import Check, Hold, Person, Ticket
from app.events.base import Fact
from app.events.by_type import by_type, unchanged
from app.events.promise import PromiseOnTicketEvent
from app.events.sla import NotificationQueued, SlaEvent
from app.events.ticket import (
    AuthorityExercised,
    CommentAdded,
    CompensationExclusionRecorded,
    DelayDeclared,
    DuplicateAbsorbed,
    EscalationRaised,
    EvidenceGiven,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    FirstTimeFixConfirmed,
    FirstTimeFixRefuted,
    HandOverOffered,
    ProgressUpdated,
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketAcknowledged,
    TicketCancelled,
    TicketClosed,
    TicketEvent,
    TicketHeld,
    TicketLinked,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReported,
    TicketResumed,
    TicketUrged,
)


def evolve(ticket: Ticket | None, fact: Fact[TicketEvent]) -> Ticket | None:
    if isinstance(fact.event, TicketReported):
        return _reported(fact.event, fact)
    return ticket if ticket is None else evolve_existing(ticket, fact)


def evolve_existing(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket:
    return FOLD[type(fact.event)](ticket, fact)


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


def _with_first_responsible(ticket: Ticket, fact: Fact[FirstResponsibleSet]) -> Ticket:
    person = Person(subject=fact.event.subject, name=fact.event.name)
    return replace(ticket, first_responsible=person)


def _with_hand_over(ticket: Ticket, fact: Fact[HandOverOffered]) -> Ticket:
    return replace(ticket, hand_over=Person(subject=fact.event.to, name=fact.event.to_name))


def _handed_over(ticket: Ticket, fact: Fact[FirstResponsibleHandedOver]) -> Ticket:
    person = Person(subject=fact.event.to, name=fact.event.to_name)
    return replace(ticket, first_responsible=person, hand_over=None)


def _reclassified(ticket: Ticket, fact: Fact[TicketReclassified]) -> Ticket:
    return replace(ticket, service_class=fact.event.service_class)


def _rejected(ticket: Ticket, _fact: Fact[TicketRejected]) -> Ticket:
    return ended(ticket, "rejected")


def _cancelled(ticket: Ticket, _fact: Fact[TicketCancelled]) -> Ticket:
    return ended(ticket, "cancelled")


def _closed(ticket: Ticket, fact: Fact[TicketClosed]) -> Ticket:
    return replace(ended(ticket, "closed"), closed_at=fact.occurred_at)


def _merged(ticket: Ticket, fact: Fact[TicketMerged]) -> Ticket:
    return replace(ended(ticket, "merged"), merged_into=fact.event.into)


def _with_duplicate(ticket: Ticket, fact: Fact[DuplicateAbsorbed]) -> Ticket:
    return linked(ticket, fact.event.ticket_id, fact.event.number, "duplicate")


def _with_link(ticket: Ticket, fact: Fact[TicketLinked]) -> Ticket:
    link = fact.event
    return linked(ticket, link.ticket_id, link.number, link.kind, confidential=link.confidential)


def _held(ticket: Ticket, fact: Fact[TicketHeld]) -> Ticket:
    held = fact.event
    hold = Hold(
        reason=held.reason,
        since=fact.occurred_at,
        expected_resume_at=held.expected_resume_at,
        note=held.note,
    )
    return replace(ticket, hold=hold)


def _resumed(ticket: Ticket, _fact: Fact[TicketResumed]) -> Ticket:
    return replace(ticket, hold=None)


def _delayed(ticket: Ticket, fact: Fact[DelayDeclared]) -> Ticket:
    return replace(ticket, eta=fact.event.new_eta)


def _urged(ticket: Ticket, fact: Fact[TicketUrged]) -> Ticket:
    return replace(ticket, urges=fact.event.count)


def _with_authority(ticket: Ticket, fact: Fact[AuthorityExercised]) -> Ticket:
    days = (fact.event.amount or 0) if fact.event.measure == "day" else 0
    return replace(ticket, exercised_days=ticket.exercised_days + days)


def _escalated(ticket: Ticket, fact: Fact[EscalationRaised]) -> Ticket:
    """The ticket's level is the highest that any escalation reached."""
    raised = fact.event
    level = max(ticket.escalation_level, raised.level)
    if raised.clock is None or raised.cycle is None:
        return replace(ticket, escalation_level=level)
    clocks = escalated(ticket.clocks, raised.clock, raised.cycle, raised.level)
    return replace(ticket, escalation_level=level, clocks=clocks)


def _excluded(ticket: Ticket, fact: Fact[CompensationExclusionRecorded]) -> Ticket:
    return replace(ticket, exclusions=(*ticket.exclusions, fact.event.exclusion))


def _with_clocks(ticket: Ticket, fact: Fact[SlaEvent]) -> Ticket:
    return replace(ticket, clocks=clocks_after(ticket.clocks, fact.event))


def _with_promises(ticket: Ticket, fact: Fact[PromiseOnTicketEvent]) -> Ticket:
    promises = evolve_promises(ticket.promises, fact.event, fact.occurred_at)
    return replace(ticket, promises=promises)


def _fixed_first_time(ticket: Ticket, _fact: Fact[FirstTimeFixConfirmed]) -> Ticket:
    return replace(ticket, first_time_fix="confirmed")


def _not_fixed_first_time(ticket: Ticket, _fact: Fact[FirstTimeFixRefuted]) -> Ticket:
    return replace(ticket, first_time_fix="refuted")


FOLD: Mapping[type[Any], Callable[[Ticket, Fact[Any]], Ticket]] = by_type(
    TicketEvent,
    {
        TicketReported: unchanged,  # `evolve` begins the ticket with it
        TicketAcknowledged: becomes("acknowledged"),
        FirstResponsibleSet: _with_first_responsible,
        HandOverOffered: _with_hand_over,
        FirstResponsibleHandedOver: _handed_over,
        TicketReclassified: _reclassified,
        TicketRejected: _rejected,
        TicketCancelled: _cancelled,
        TicketClosed: _closed,
        TicketMerged: _merged,
        DuplicateAbsorbed: _with_duplicate,
        TicketLinked: _with_link,
        TicketHeld: _held,
        TicketResumed: _resumed,
        DelayDeclared: _delayed,
        ProgressUpdated: unchanged,
        CommentAdded: unchanged,
        EvidenceGiven: unchanged,
        TicketUrged: _urged,
        AuthorityExercised: _with_authority,
        EscalationRaised: _escalated,
        CompensationExclusionRecorded: _excluded,
        SuggestionAccepted: becomes("accepted"),
        SuggestionDeclined: becomes("declined"),
        SuggestionCompleted: becomes("completed"),
        FirstTimeFixConfirmed: _fixed_first_time,
        FirstTimeFixRefuted: _not_fixed_first_time,
        **repair.FOLD,
        **complaint.FOLD,
        **follow_up.FOLD,
        **dict.fromkeys(get_args(SlaEvent), _with_clocks),
        **dict.fromkeys(get_args(PromiseOnTicketEvent), _with_promises),
        NotificationQueued: unchanged,
    },
)
