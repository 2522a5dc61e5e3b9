"""Commands of tickets. The rules are in `decide.py`; who may give them and when, in the kinds."""

from datetime import date, datetime

from msgspec import field

from app.domain.ticket.commands.complaint import ComplaintCommand, Lodging
from app.domain.ticket.commands.follow_up import FollowUpCommand
from app.events.base import Value
from app.events.promise import PromisePenalty, PromiseTerms
from app.events.ticket import Geo, Location, QuietHours, Reporter


class ReportTicket(Value, frozen=True, kw_only=True):
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


class Acknowledge(Value, frozen=True, kw_only=True):
    note: str | None = None


class Reject(Value, frozen=True, kw_only=True):
    reason: str
    referred_to: str
    note: str | None = None


class Reclassify(Value, frozen=True, kw_only=True):
    service_class: str
    reason: str
    note: str | None = None


class Cancel(Value, frozen=True, kw_only=True):
    reason: str
    note: str | None = None


class OpenToPool(Value, frozen=True, kw_only=True):
    note: str | None = None


class Assign(Value, frozen=True, kw_only=True):
    engineer: str
    eta: datetime | None = None
    note: str | None = None


class Claim(Value, frozen=True, kw_only=True):
    note: str | None = None


class Accept(Value, frozen=True, kw_only=True):
    """Accepts an offer or a transfer."""

    note: str | None = None


class Decline(Value, frozen=True, kw_only=True):
    """Declines an offer or a transfer."""

    reason: str
    note: str | None = None


class Transfer(Value, frozen=True, kw_only=True):
    engineer: str
    note: str | None = None


class Depart(Value, frozen=True, kw_only=True):
    eta: datetime
    note: str | None = None


class Arrive(Value, frozen=True, kw_only=True):
    photo_ids: tuple[str, ...] = ()
    geo: Geo | None = None
    note: str | None = None


class RecordNoAccess(Value, frozen=True, kw_only=True):
    call_log: str | None = None
    note: str | None = None


class ProposeSolution(Value, frozen=True, kw_only=True):
    plan: str
    material_fen: int
    chargeable: bool
    note: str | None = None


class AcceptSolution(Value, frozen=True, kw_only=True):
    """The owner consents to pay, or a superior approves the material."""

    note: str | None = None


class DeclineSolution(Value, frozen=True, kw_only=True):
    reason: str | None = None
    note: str | None = None


class Hold(Value, frozen=True, kw_only=True):
    reason: str
    expected_resume_at: datetime | None = None
    note: str | None = None


class Release(Value, frozen=True, kw_only=True):
    note: str | None = None


class DeclareDelay(Value, frozen=True, kw_only=True):
    reason: str
    new_eta: datetime
    note: str | None = None


class UpdateProgress(Value, frozen=True, kw_only=True):
    text: str
    photo_ids: tuple[str, ...] = ()
    note: str | None = None


class AddCost(Value, frozen=True, kw_only=True):
    kind: str
    description: str
    amount_fen: int
    batch: str | None = None
    note: str | None = None


class CheckItem(Value, frozen=True, kw_only=True):
    item: str
    note: str | None = None


class CompleteWork(Value, frozen=True, kw_only=True):
    """`follow_up_ids` are for the follow-ups scheduled with it, one per purpose of the kind."""

    photo_ids: tuple[str, ...]
    summary: str
    follow_up_ids: tuple[str, ...] = ()
    note: str | None = None


class Verify(Value, frozen=True, kw_only=True):
    note: str | None = None


class SignCompletion(Value, frozen=True, kw_only=True):
    form_hash: str | None = None
    note: str | None = None


class Dispute(Value, frozen=True, kw_only=True):
    reason: str
    note: str | None = None


class Close(Value, frozen=True, kw_only=True):
    note: str | None = None


class Reopen(Value, frozen=True, kw_only=True):
    """`new_ticket_id` is for the new ticket, if it is too late to reopen this one."""

    reason: str
    new_ticket_id: str
    note: str | None = None


class SettleBill(Value, frozen=True, kw_only=True):
    method: str
    reference: str | None = None
    note: str | None = None


class WaiveBill(Value, frozen=True, kw_only=True):
    reason: str
    note: str | None = None


class MergeInto(Value, frozen=True, kw_only=True):
    into: str
    note: str | None = None


class Link(Value, frozen=True, kw_only=True):
    """`ticket_id` becomes this ticket's `kind`: child, related, recurs_of."""

    ticket_id: str
    kind: str
    note: str | None = None


class HandOver(Value, frozen=True, kw_only=True):
    to: str
    note: str | None = None


class AcceptHandOver(Value, frozen=True, kw_only=True):
    note: str | None = None


class Urge(Value, frozen=True, kw_only=True):
    note: str | None = None


class Comment(Value, frozen=True, kw_only=True):
    text: str
    visibility: str = "public"
    note: str | None = None


class Escalate(Value, frozen=True, kw_only=True):
    reason: str
    note: str | None = None


class RecordExclusion(Value, frozen=True, kw_only=True):
    """Excludes this cycle's delays from compensation: they were not ours to prevent."""

    reason: str
    note: str | None = None


class ExerciseAuthority(Value, frozen=True, kw_only=True):
    """Uses the actor's discretion by the authority matrix: days, a pass, a mediation."""

    kind: str
    reason: str
    amount: int | None = None
    unit: str | None = None
    note: str | None = None


class WaiveBreach(Value, frozen=True, kw_only=True):
    clock: str
    cycle: int
    reason: str
    note: str | None = None


class MigratePolicy(Value, frozen=True, kw_only=True):
    """Moves running clocks to the policies and calendars in force now."""

    mode: str = "retro_with_floor"
    note: str | None = None


class MakePromise(Value, frozen=True, kw_only=True):
    promise_id: str
    kind: str
    terms: PromiseTerms
    penalty: PromisePenalty | None = None
    note: str | None = None


class KeepPromise(Value, frozen=True, kw_only=True):
    """Records fulfilment that nothing else on the ticket shows."""

    promise_id: str
    note: str | None = None


class RevisePromise(Value, frozen=True, kw_only=True):
    promise_id: str
    terms: PromiseTerms
    consent_by: str
    note: str | None = None


class ExcusePromise(Value, frozen=True, kw_only=True):
    """Dates are excused inclusively; of instants, the whole days in between."""

    promise_id: str
    reason: str
    since: datetime | date
    until: datetime | date
    note: str | None = None


class WithdrawPromise(Value, frozen=True, kw_only=True):
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
