"""Commands of tickets. The rules are in `decide.py`; who may give them and when, in the kinds."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.ticket.commands.complaint import ComplaintCommand, Lodging
from app.domain.ticket.commands.follow_up import FollowUpCommand
from app.events.promise import PromisePenalty, PromiseTerms
from app.events.ticket import Geo, Location, QuietHours, Reporter


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTicket:
    ticket_id: str
    kind: str
    category: str
    service_class: str | None = None
    description: str = ""
    channel: str
    location: Location
    household_id: str | None = None
    reporter: Reporter = field(default_factory=Reporter)
    photo_ids: tuple[str, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    parent_id: str | None = None
    complaint: Lodging | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    reason: str
    referred_to: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify:
    service_class: str
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenToPool:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    engineer: str
    eta: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Accepts an offer or a transfer."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Declines an offer or a transfer."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    engineer: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Depart:
    eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrive:
    photo_ids: tuple[str, ...] = ()
    geo: Geo | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNoAccess:
    call_log: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeSolution:
    plan: str
    material_fen: int
    chargeable: bool
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSolution:
    """The owner consents to pay, or a superior approves the material."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineSolution:
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    reason: str
    expected_resume_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareDelay:
    reason: str
    new_eta: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProgress:
    text: str
    photo_ids: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCost:
    kind: str
    description: str
    amount_fen: int
    batch: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItem:
    item: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteWork:
    """`follow_up_ids` are for the follow-ups scheduled with it, one per purpose of the kind."""

    photo_ids: tuple[str, ...]
    summary: str
    follow_up_ids: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignCompletion:
    form_hash: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopen:
    """`new_ticket_id` is for the new ticket, if it is too late to reopen this one."""

    reason: str
    new_ticket_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleBill:
    method: str
    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveBill:
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeInto:
    into: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`ticket_id` becomes this ticket's `kind`: child, related, recurs_of."""

    ticket_id: str
    kind: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    to: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHandOver:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    text: str
    visibility: str = "public"
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExclusion:
    """Excludes this cycle's delays from compensation: they were not ours to prevent."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseAuthority:
    """Uses the actor's discretion by the authority matrix: days, a pass, a mediation."""

    kind: str
    reason: str
    amount: int | None = None
    unit: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveBreach:
    clock: str
    cycle: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MigratePolicy:
    """Moves running clocks to the policies and calendars in force now."""

    mode: str = "retro_with_floor"
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise:
    promise_id: str
    kind: str
    terms: PromiseTerms
    penalty: PromisePenalty | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPromise:
    """Records fulfilment that nothing else on the ticket shows."""

    promise_id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisePromise:
    promise_id: str
    terms: PromiseTerms
    consent_by: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcusePromise:
    """Dates are excused inclusively; of instants, the whole days in between."""

    promise_id: str
    reason: str
    since: datetime | date
    until: datetime | date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPromise:
    promise_id: str
    reason: str
    note: str | None = None


TicketCommand = (
    ReportTicket
    | Acknowledge
    | Reject
    | Reclassify
    | Cancel
    | OpenToPool
    | Assign
    | Claim
    | Accept
    | Decline
    | Transfer
    | Depart
    | Arrive
    | RecordNoAccess
    | ProposeSolution
    | AcceptSolution
    | DeclineSolution
    | Hold
    | Release
    | DeclareDelay
    | UpdateProgress
    | AddCost
    | CheckItem
    | CompleteWork
    | Verify
    | SignCompletion
    | Dispute
    | Close
    | Reopen
    | SettleBill
    | WaiveBill
    | MergeInto
    | Link
    | HandOver
    | AcceptHandOver
    | Urge
    | Comment
    | Escalate
    | ComplaintCommand
    | ExerciseAuthority
    | RecordExclusion
    | FollowUpCommand
    | WaiveBreach
    | MigratePolicy
    | MakePromise
    | KeepPromise
    | RevisePromise
    | ExcusePromise
    | WithdrawPromise
)
