"""Events of a ticket, from report to closing. Who and when are in the event's header.

`note` is a free remark by the actor.
"""

from datetime import datetime

from app.events.base import Integer, Value
from app.events.complaint import ComplaintEvent
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)
from app.events.promise import PromiseOnTicketEvent
from app.events.sla import SlaEvent


class Photo(Value, frozen=True, kw_only=True):
    """A photo, with its hash and stage as of the event."""

    id: str
    sha256: str
    stage: str


class Location(Value, frozen=True, kw_only=True):
    """Where the matter is. Coordinates are in millionths of a degree."""

    community: str
    building: str | None = None
    unit: str | None = None
    component: str | None = None
    lat_e6: Integer | None = None
    lon_e6: Integer | None = None


class Reporter(Value, frozen=True, kw_only=True):
    name: str | None = None
    phone: str | None = None


class QuietHours(Value, frozen=True, kw_only=True):
    """Local times `HH:MM`; a window may run past midnight (22:00 to 07:00)."""

    start: str
    end: str


class ChecklistItem(Value, frozen=True, kw_only=True):
    item: str
    label: str
    required: bool


class Geo(Value, frozen=True, kw_only=True):
    lat_e6: Integer
    lon_e6: Integer


class FormLine(Value, frozen=True, kw_only=True):
    kind: str
    description: str
    amount_fen: Integer
    batch: str | None = None


class CompletionForm(Value, frozen=True, kw_only=True):
    """《维修完成确认单》: the frozen form that the owner signs."""

    number: str
    cycle: Integer
    location: Location
    engineer: str
    engineer_name: str
    summary: str
    photos: tuple[Photo, ...]
    lines: tuple[FormLine, ...]
    material_fen: Integer
    labour_fen: Integer
    billed_fen: Integer
    completed_at: datetime
    nonce: str | None = None  # random: the form's hash confirms no guess of what is masked


class TicketReported(Value, frozen=True, kw_only=True):
    """The owner, staff on the owner's behalf, or a device reported a matter."""

    ticket_id: str
    number: str
    kind: str
    category: str
    service_class: str
    triaged: bool
    description: str
    intake_channel: str
    location: Location
    household_id: str | None
    reporter: Reporter
    photos: tuple[Photo, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    checklist_version: Integer = 1
    note: str | None = None
    status: str = "reported"


class TicketAcknowledged(Value, frozen=True, kw_only=True):
    """A person acknowledged the report; an automatic reply does not count."""

    note: str | None = None


class FirstResponsibleSet(Value, frozen=True, kw_only=True):
    """This person is accountable for the ticket until another accepts a hand-over."""

    subject: str
    name: str


class TicketRejected(Value, frozen=True, kw_only=True):
    """The ticket was not accepted; the owner was told why and whom to contact instead."""

    reason: str
    referred_to: str
    note: str | None = None


class TicketReclassified(Value, frozen=True, kw_only=True):
    """The ticket moved to another service class."""

    service_class: str
    previous: str
    reason: str
    note: str | None = None


class TicketCancelled(Value, frozen=True, kw_only=True):
    """The ticket was cancelled; earlier breaches and grants stay."""

    reason: str
    note: str | None = None


class OfferedToPool(Value, frozen=True, kw_only=True):
    """The ticket went into the pool, where the first engineer to claim it gets it."""

    note: str | None = None


class TicketAssigned(Value, frozen=True, kw_only=True):
    """The ticket was offered to one engineer, who must answer by `offer_expires_at`."""

    engineer: str
    engineer_name: str
    eta: datetime | None = None
    offer_expires_at: datetime
    note: str | None = None


class TicketClaimed(Value, frozen=True, kw_only=True):
    """An engineer claimed the ticket from the pool."""

    engineer: str
    engineer_name: str
    note: str | None = None


class AssignmentAccepted(Value, frozen=True, kw_only=True):
    """The engineer accepted the offer or transfer."""

    engineer: str
    engineer_name: str
    note: str | None = None


class AssignmentReturned(Value, frozen=True, kw_only=True):
    """An offer was declined or expired; a transfer goes back to the current engineer."""

    engineer: str
    reason: str
    returned_to: str | None = None
    note: str | None = None


class AssignmentTransferred(Value, frozen=True, kw_only=True):
    """Another engineer was offered the ticket; the current one keeps it until they accept."""

    from_engineer: str
    engineer: str
    engineer_name: str
    offer_expires_at: datetime
    note: str | None = None


class EngineerDeparted(Value, frozen=True, kw_only=True):
    """The engineer set out and expects to arrive at `eta`."""

    engineer: str
    eta: datetime
    note: str | None = None


class EngineerArrived(Value, frozen=True, kw_only=True):
    """The engineer arrived, as shown by a photo or the position."""

    engineer: str
    photos: tuple[Photo, ...] = ()
    geo: Geo | None = None
    distance_m: Integer | None = None
    device_time: datetime | None = None
    note: str | None = None


class AccessFailed(Value, frozen=True, kw_only=True):
    """Nobody let the engineer in."""

    call_log: str | None = None
    photos: tuple[Photo, ...] = ()
    note: str | None = None


class SolutionProposed(Value, frozen=True, kw_only=True):
    """The engineer proposed a solution; `needs` lists whose consent is required."""

    plan: str
    material_fen: Integer
    chargeable: bool
    needs: tuple[str, ...] = ()
    authority_fen: Integer
    note: str | None = None


class SolutionConsentGiven(Value, frozen=True, kw_only=True):
    """One of the parties in `needs` consented."""

    party: str
    note: str | None = None


class SolutionAccepted(Value, frozen=True, kw_only=True):
    """The solution has every consent it needs; work may go on."""

    note: str | None = None


class SolutionDeclined(Value, frozen=True, kw_only=True):
    """The owner or the approver declined the solution."""

    party: str
    reason: str | None = None
    note: str | None = None


class TicketHeld(Value, frozen=True, kw_only=True):
    """The ticket was put on hold: it waits for something outside the engineer's control."""

    reason: str
    expected_resume_at: datetime | None = None
    note: str | None = None


class TicketResumed(Value, frozen=True, kw_only=True):
    """The hold ended: released, at its time (`auto`), or because work went on (`implicit`)."""

    auto: bool = False
    implicit: bool = False
    note: str | None = None


class DelayDeclared(Value, frozen=True, kw_only=True):
    """The owner was told in advance of a delay; no due time moves."""

    reason: str
    new_eta: datetime
    note: str | None = None


class ProgressUpdated(Value, frozen=True, kw_only=True):
    """The engineer reported progress."""

    text: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


class CostLineAdded(Value, frozen=True, kw_only=True):
    """Material or labour was used; `batch` identifies the part for quality tracing."""

    kind: str
    description: str
    amount_fen: Integer
    batch: str | None = None
    cycle: Integer
    note: str | None = None


class ChecklistItemChecked(Value, frozen=True, kw_only=True):
    """The engineer checked off an item of the checklist."""

    item: str
    note: str | None = None


class WorkCompleted(Value, frozen=True, kw_only=True):
    """The engineer finished the work; `billed_fen` is what the owner owes for this cycle."""

    engineer: str
    summary: str
    photos: tuple[Photo, ...]
    material_fen: Integer
    labour_fen: Integer
    billed_fen: Integer
    cycle: Integer
    note: str | None = None


class CompletionFormIssued(Value, frozen=True, kw_only=True):
    """The completion form was frozen; its hash is what the owner signs."""

    form_hash: str
    form: CompletionForm


class WorkVerified(Value, frozen=True, kw_only=True):
    """Somebody who did not do the work checked it and found it well done."""

    note: str | None = None


class CompletionSigned(Value, frozen=True, kw_only=True):
    """The owner signed the completion form, or did not object in time (`auto`)."""

    form_hash: str
    auto: bool = False
    note: str | None = None


class CompletionDisputed(Value, frozen=True, kw_only=True):
    """The owner disputes that the work is done."""

    reason: str
    note: str | None = None


class TicketClosed(Value, frozen=True, kw_only=True):
    """The ticket was closed: everything it asked for is done."""

    note: str | None = None


class TicketReopened(Value, frozen=True, kw_only=True):
    """The work did not hold: a new cycle begins on the same ticket."""

    reason: str
    cycle: Integer
    note: str | None = None


class BillSettled(Value, frozen=True, kw_only=True):
    """The owner paid what was due."""

    amount_fen: Integer
    method: str
    reference: str | None = None
    note: str | None = None


class BillWaived(Value, frozen=True, kw_only=True):
    """The amount due was waived."""

    amount_fen: Integer
    reason: str
    note: str | None = None


class TicketMerged(Value, frozen=True, kw_only=True):
    """The ticket is a duplicate; work continues on the other ticket."""

    into: str
    into_number: str
    note: str | None = None


class DuplicateAbsorbed(Value, frozen=True, kw_only=True):
    """A duplicate was merged into this ticket."""

    ticket_id: str
    number: str


class TicketLinked(Value, frozen=True, kw_only=True):
    """Another ticket was linked as this one's `kind` (child, parent, related, ...)."""

    ticket_id: str
    number: str
    kind: str
    note: str | None = None
    confidential: bool = False


class HandOverOffered(Value, frozen=True, kw_only=True):
    """The first responsible asked somebody to take over; nothing changes until they accept."""

    to: str
    to_name: str
    note: str | None = None


class FirstResponsibleHandedOver(Value, frozen=True, kw_only=True):
    """The other person accepted and is the first responsible from now on."""

    to: str
    to_name: str
    previous: str
    note: str | None = None


class TicketUrged(Value, frozen=True, kw_only=True):
    """The owner urged us to hurry (催单), for the `count`th time."""

    count: Integer
    note: str | None = None


class CommentAdded(Value, frozen=True, kw_only=True):
    """Somebody commented, publicly or for staff only."""

    text: str
    visibility: str
    note: str | None = None


class AuthorityExercised(Value, frozen=True, kw_only=True):
    """Somebody decided on the spot within their authority; `limit` is the one then in force."""

    kind: str  # activity_days | temporary_pass | mediation
    amount: Integer | None = None
    measure: str | None = None  # day
    limit: Integer | None = None
    role: str
    matrix_version: Integer
    delegated_by: str | None = None
    reason: str
    note: str | None = None


class EscalationRaised(Value, frozen=True, kw_only=True):
    """The ticket was escalated to `level`; `clock` is set if a breach caused it."""

    level: Integer
    reason: str
    note: str | None = None
    clock: str | None = None
    cycle: Integer | None = None
    audience: str | None = None
    due_at: datetime | None = None


class SuggestionAccepted(Value, frozen=True, kw_only=True):
    """The suggestion will be carried out."""

    note: str | None = None


class SuggestionDeclined(Value, frozen=True, kw_only=True):
    """The suggestion will not be carried out; the owner is told why."""

    reason: str
    note: str | None = None


class SuggestionCompleted(Value, frozen=True, kw_only=True):
    """The suggestion was carried out."""

    summary: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


class EvidenceGiven(Value, frozen=True, kw_only=True):
    """Evidence was sent for the `occurred_at` of the events recorded with it."""

    lat_e6: Integer | None = None
    lon_e6: Integer | None = None
    photo_id: str | None = None
    device_time: datetime | None = None
    measured_skew_ms: Integer | None = None


class CompensationExclusionRecorded(Value, frozen=True, kw_only=True):
    """No rule compensates delays of this cycle: we could not have prevented them."""

    exclusion: str
    cycle: Integer
    note: str | None = None


class FirstTimeFixConfirmed(Value, frozen=True, kw_only=True):
    """Thirty days after completion, nothing spoke against a first-time fix."""


class FirstTimeFixRefuted(Value, frozen=True, kw_only=True):
    """The first visit did not fix it for good."""

    cause: str
    by_ticket: str | None = None


TicketEvent = (
    TicketReported
    | TicketAcknowledged
    | FirstResponsibleSet
    | TicketRejected
    | TicketReclassified
    | TicketCancelled
    | OfferedToPool
    | TicketAssigned
    | TicketClaimed
    | AssignmentAccepted
    | AssignmentReturned
    | AssignmentTransferred
    | EngineerDeparted
    | EngineerArrived
    | AccessFailed
    | SolutionProposed
    | SolutionConsentGiven
    | SolutionAccepted
    | SolutionDeclined
    | TicketHeld
    | TicketResumed
    | DelayDeclared
    | ProgressUpdated
    | CostLineAdded
    | ChecklistItemChecked
    | WorkCompleted
    | CompletionFormIssued
    | WorkVerified
    | CompletionSigned
    | CompletionDisputed
    | TicketClosed
    | TicketReopened
    | BillSettled
    | BillWaived
    | TicketMerged
    | DuplicateAbsorbed
    | TicketLinked
    | HandOverOffered
    | FirstResponsibleHandedOver
    | TicketUrged
    | CommentAdded
    | EscalationRaised
    | AuthorityExercised
    | EvidenceGiven
    | CompensationExclusionRecorded
    | SuggestionAccepted
    | SuggestionDeclined
    | SuggestionCompleted
    | ComplaintEvent
    | FirstTimeFixConfirmed
    | FirstTimeFixRefuted
    | FollowUpScheduled
    | FollowUpAttempted
    | FollowUpCompleted
    | FollowUpUnreachable
    | FollowUpRescheduled
    | SlaEvent
    | PromiseOnTicketEvent
)
