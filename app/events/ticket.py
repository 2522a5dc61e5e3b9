"""Events of a ticket, from report to closing. Who and when are in the event's header.

`note` is a free remark by the actor.
"""

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo, with its hash and stage as of the event."""

    id: str
    sha256: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where the matter is. Coordinates are in millionths of a degree."""

    community: str
    building: str | None = None
    unit: str | None = None
    component: str | None = None
    lat_e6: int | None = None
    lon_e6: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local times `HH:MM`; a window may run past midnight (22:00 to 07:00)."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    item: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Geo:
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    kind: str
    description: str
    amount_fen: int
    batch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionForm:
    """《维修完成确认单》: the frozen form that the owner signs."""

    number: str
    cycle: int
    location: Location
    engineer: str
    engineer_name: str
    summary: str
    photos: tuple[Photo, ...]
    lines: tuple[FormLine, ...]
    material_fen: int
    labour_fen: int
    billed_fen: int
    completed_at: datetime
    nonce: str | None = None  # random: the form's hash confirms no guess of what is masked


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReported:
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
    checklist_version: int = 1
    note: str | None = None
    status: str = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAcknowledged:
    """A person acknowledged the report; an automatic reply does not count."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponsibleSet:
    """This person is accountable for the ticket until another accepts a hand-over."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRejected:
    """The ticket was not accepted; the owner was told why and whom to contact instead."""

    reason: str
    referred_to: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReclassified:
    """The ticket moved to another service class."""

    service_class: str
    previous: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled:
    """The ticket was cancelled; earlier breaches and grants stay."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedToPool:
    """The ticket went into the pool, where the first engineer to claim it gets it."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned:
    """The ticket was offered to one engineer, who must answer by `offer_expires_at`."""

    engineer: str
    engineer_name: str
    eta: datetime | None = None
    offer_expires_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClaimed:
    """An engineer claimed the ticket from the pool."""

    engineer: str
    engineer_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAccepted:
    """The engineer accepted the offer or transfer."""

    engineer: str
    engineer_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentReturned:
    """An offer was declined or expired; a transfer goes back to the current engineer."""

    engineer: str
    reason: str
    returned_to: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentTransferred:
    """Another engineer was offered the ticket; the current one keeps it until they accept."""

    from_engineer: str
    engineer: str
    engineer_name: str
    offer_expires_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerDeparted:
    """The engineer set out and expects to arrive at `eta`."""

    engineer: str
    eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerArrived:
    """The engineer arrived, as shown by a photo or the position."""

    engineer: str
    photos: tuple[Photo, ...] = ()
    geo: Geo | None = None
    distance_m: int | None = None
    device_time: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFailed:
    """Nobody let the engineer in."""

    call_log: str | None = None
    photos: tuple[Photo, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionProposed:
    """The engineer proposed a solution; `needs` lists whose consent is required."""

    plan: str
    material_fen: int
    chargeable: bool
    needs: tuple[str, ...] = ()
    authority_fen: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionConsentGiven:
    """One of the parties in `needs` consented."""

    party: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionAccepted:
    """The solution has every consent it needs; work may go on."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionDeclined:
    """The owner or the approver declined the solution."""

    party: str
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld:
    """The ticket was put on hold: it waits for something outside the engineer's control."""

    reason: str
    expected_resume_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed:
    """The hold ended: released, at its time (`auto`), or because work went on (`implicit`)."""

    auto: bool = False
    implicit: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayDeclared:
    """The owner was told in advance of a delay; no due time moves."""

    reason: str
    new_eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressUpdated:
    """The engineer reported progress."""

    text: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLineAdded:
    """Material or labour was used; `batch` identifies the part for quality tracing."""

    kind: str
    description: str
    amount_fen: int
    batch: str | None = None
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemChecked:
    """The engineer checked off an item of the checklist."""

    item: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCompleted:
    """The engineer finished the work; `billed_fen` is what the owner owes for this cycle."""

    engineer: str
    summary: str
    photos: tuple[Photo, ...]
    material_fen: int
    labour_fen: int
    billed_fen: int
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFormIssued:
    """The completion form was frozen; its hash is what the owner signs."""

    form_hash: str
    form: CompletionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkVerified:
    """Somebody who did not do the work checked it and found it well done."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionSigned:
    """The owner signed the completion form, or did not object in time (`auto`)."""

    form_hash: str
    auto: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionDisputed:
    """The owner disputes that the work is done."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed:
    """The ticket was closed: everything it asked for is done."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened:
    """The work did not hold: a new cycle begins on the same ticket."""

    reason: str
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillSettled:
    """The owner paid what was due."""

    amount_fen: int
    method: str
    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillWaived:
    """The amount due was waived."""

    amount_fen: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged:
    """The ticket is a duplicate; work continues on the other ticket."""

    into: str
    into_number: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateAbsorbed:
    """A duplicate was merged into this ticket."""

    ticket_id: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked:
    """Another ticket was linked as this one's `kind` (child, parent, related, ...)."""

    ticket_id: str
    number: str
    kind: str
    note: str | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverOffered:
    """The first responsible asked somebody to take over; nothing changes until they accept."""

    to: str
    to_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponsibleHandedOver:
    """The other person accepted and is the first responsible from now on."""

    to: str
    to_name: str
    previous: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUrged:
    """The owner urged us to hurry (催单), for the `count`th time."""

    count: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentAdded:
    """Somebody commented, publicly or for staff only."""

    text: str
    visibility: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityExercised:
    """Somebody decided on the spot within their authority; `limit` is the one then in force."""

    kind: str  # activity_days | temporary_pass | mediation
    amount: int | None = None
    measure: str | None = None  # day
    limit: int | None = None
    role: str
    matrix_version: int
    delegated_by: str | None = None
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationRaised:
    """The ticket was escalated to `level`; `clock` is set if a breach caused it."""

    level: int
    reason: str
    note: str | None = None
    clock: str | None = None
    cycle: int | None = None
    audience: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAccepted:
    """The suggestion will be carried out."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionDeclined:
    """The suggestion will not be carried out; the owner is told why."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionCompleted:
    """The suggestion was carried out."""

    summary: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGiven:
    """Evidence was sent for the `occurred_at` of the events recorded with it."""

    lat_e6: int | None = None
    lon_e6: int | None = None
    photo_id: str | None = None
    device_time: datetime | None = None
    measured_skew_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationExclusionRecorded:
    """No rule compensates delays of this cycle: we could not have prevented them."""

    exclusion: str
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTimeFixConfirmed:
    """Thirty days after completion, nothing spoke against a first-time fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTimeFixRefuted:
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
