"""Facts about one ticket, from the report to the closing. When and by whom stands in the header.

`note` is what the one who did it wrote beside it.
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
    """A photo as it was when the event named it."""

    id: str
    sha256: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where the matter is; coordinates in millionths of a degree."""

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
    """Local times `HH:MM`; from 22:00 to 07:00 goes over midnight."""

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
    """《维修完成确认单》, frozen: what the owner signs."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReported:
    """A matter was reported, by the owner, by staff on the owner's behalf, or by a device."""

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
    """A person took notice of the report; an automatic reply is none."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponsibleSet:
    """Who took the first contact is accountable until it is handed over and accepted."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRejected:
    """The matter was not taken on; the owner was told why, and to whom to turn."""

    reason: str
    referred_to: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReclassified:
    """The ticket was put into another service class."""

    service_class: str
    previous: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCancelled:
    """The ticket was withdrawn; what was breached or granted before stays."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedToPool:
    """The ticket was put into the pool, for the first engineer to claim."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned:
    """The ticket was offered to one engineer, who has until `offer_expires_at` to answer."""

    engineer: str
    engineer_name: str
    eta: datetime | None = None
    offer_expires_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClaimed:
    """An engineer took the ticket from the pool."""

    engineer: str
    engineer_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentAccepted:
    """The engineer to whom the ticket was offered or transferred took it."""

    engineer: str
    engineer_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentReturned:
    """An offer was declined or not answered in time; a transfer then goes back to the giver."""

    engineer: str
    reason: str
    returned_to: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentTransferred:
    """The ticket was offered to another engineer; the giver keeps it until the other accepts."""

    from_engineer: str
    engineer: str
    engineer_name: str
    offer_expires_at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerDeparted:
    """The engineer set out and expects to be there at `eta`."""

    engineer: str
    eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineerArrived:
    """The engineer is on site, as a photo or the position shows."""

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
    """The engineer proposed what to do; `needs` says whose consent it waits for."""

    plan: str
    material_fen: int
    chargeable: bool
    needs: tuple[str, ...] = ()
    authority_fen: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionConsentGiven:
    """One of those whose consent the solution needs gave it."""

    party: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionAccepted:
    """The solution has every consent that it needs: the work may go on."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SolutionDeclined:
    """The owner, or who was to approve it, did not want this solution."""

    party: str
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHeld:
    """The ticket waits for something outside the engineer's hands."""

    reason: str
    expected_resume_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed:
    """The wait is over: released, at its time (`auto`), or because work went on (`implicit`)."""

    auto: bool = False
    implicit: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayDeclared:
    """The owner was told ahead that it will be later; this does not move any due time."""

    reason: str
    new_eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressUpdated:
    """The engineer told how the work is going."""

    text: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLineAdded:
    """Material or labour was used; `batch` is the part's, to trace its quality."""

    kind: str
    description: str
    amount_fen: int
    batch: str | None = None
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemChecked:
    """The engineer did what this item of the checklist asks for."""

    item: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCompleted:
    """The work is done; `billed_fen` is what the owner owes for this cycle."""

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
    """The completion form was frozen; its hash is what will be signed."""

    form_hash: str
    form: CompletionForm


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkVerified:
    """Somebody who did not do the work found it well done."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionSigned:
    """The owner signed the completion form, or said nothing for so long that it counts (`auto`)."""

    form_hash: str
    auto: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionDisputed:
    """The owner does not agree that the work is done."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed:
    """Everything that the ticket asked for is done."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopened:
    """It was not fixed after all: a new cycle begins on the same ticket."""

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
    """What was due need not be paid."""

    amount_fen: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged:
    """The ticket tells of the same matter as another one and goes on there."""

    into: str
    into_number: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateAbsorbed:
    """Another ticket of the same matter was merged into this one."""

    ticket_id: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLinked:
    """Another ticket stands to this one as its `kind` (child, parent, related, ...)."""

    ticket_id: str
    number: str
    kind: str
    note: str | None = None
    confidential: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverOffered:
    """The first responsible asked another to become accountable; nothing changed yet."""

    to: str
    to_name: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponsibleHandedOver:
    """The other accepted and is accountable from now on."""

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
    """Somebody wrote something: for everybody on the ticket, or for staff alone."""

    text: str
    visibility: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityExercised:
    """Somebody decided on the spot what the matrix lets the role decide; `limit` as it then was."""

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
    """The ticket was brought before the next level up; by a clock that was breached, if named."""

    level: int
    reason: str
    note: str | None = None
    clock: str | None = None
    cycle: int | None = None
    audience: str | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionAccepted:
    """The suggestion is taken up."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionDeclined:
    """The suggestion is not taken up, and the owner is told why."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionCompleted:
    """What was suggested is there."""

    summary: str
    photos: tuple[Photo, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGiven:
    """What was shown for the time at which the facts recorded with it are said to have been so."""

    lat_e6: int | None = None
    lon_e6: int | None = None
    photo_id: str | None = None
    device_time: datetime | None = None
    measured_skew_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationExclusionRecorded:
    """No rule compensates what is late in this cycle: it was not ours to prevent."""

    exclusion: str
    cycle: int
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTimeFixConfirmed:
    """Thirty days after the work was done nothing had told against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTimeFixRefuted:
    """The first visit had not mended it for good."""

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
