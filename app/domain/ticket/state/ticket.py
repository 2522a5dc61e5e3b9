"""The state of a ticket: status, hold, assignment, billing and so on.

Its size is bounded however long the history is: comments, updates and photos stay in the events.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import field

from app.domain.sla.clock import Clock
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.follow_up import FollowUp, ScheduledFollowUp
from app.domain.ticket.state.promise import Promise
from app.events.base import Value
from app.events.ticket import Location, QuietHours, Reporter

PAST_ASSIGNEES = 10  # former engineers kept in the state
KEPT_VISITS = 20


class Person(Value, frozen=True, kw_only=True):
    subject: str
    name: str


class Offer(Value, frozen=True, kw_only=True):
    """The engineer was offered the ticket, until `expires_at`."""

    engineer: Person
    expires_at: datetime
    eta: datetime | None = None


class Assignment(Value, frozen=True, kw_only=True):
    """`assignee` has the ticket, even while another engineer is offered it. In the pool nobody
    has it."""

    assignee: Person | None = None
    offer: Offer | None = None
    was_pooled: bool = False
    past: tuple[str, ...] = ()


class Hold(Value, frozen=True, kw_only=True):
    reason: str
    since: datetime
    expected_resume_at: datetime | None
    note: str | None


class FailedVisit(Value, frozen=True, kw_only=True):
    """The engineer was not let in at `at`, and set out again at `until`."""

    at: datetime
    until: datetime | None = None


class Check(Value, frozen=True, kw_only=True):
    item: str
    label: str
    required: bool
    checked_at: datetime | None = None


class CostLine(Value, frozen=True, kw_only=True):
    kind: str
    description: str
    amount_fen: int
    batch: str | None
    cycle: int
    added_at: datetime


class Solution(Value, frozen=True, kw_only=True):
    """`needs` are the parties whose consent is required, `consents` those who gave it."""

    plan: str
    material_fen: int
    chargeable: bool
    needs: tuple[str, ...]
    consents: tuple[str, ...]
    proposed_by: str
    proposed_at: datetime
    accepted_at: datetime | None = None


class Completion(Value, frozen=True, kw_only=True):
    """The completed work of this cycle; `form_hash` is what the owner signs."""

    completed_at: datetime
    summary: str
    form_hash: str | None = None
    signed_at: datetime | None = None
    auto: bool = False


ClearedBy = Literal["settled", "waived"]
BillingStatus = Literal["none", "due", ClearedBy]


class Billing(Value, frozen=True, kw_only=True):
    """What the owner owes: billed in earlier cycles and in this one, minus what was cleared."""

    earlier_fen: int = 0
    cycle_fen: int = 0
    cleared_fen: int = 0
    cleared_by: str | None = None  # a `ClearedBy`

    @property
    def owed_fen(self) -> int:
        return max(0, self.earlier_fen + self.cycle_fen - self.cleared_fen)

    @property
    def status(self) -> str:
        """A `BillingStatus`."""
        if self.owed_fen:
            return "due"
        return self.cleared_by or "none"


class TicketLink(Value, frozen=True, kw_only=True):
    """The other ticket is this one's `kind`. A confidential link would reveal who complained."""

    ticket_id: str
    number: str
    kind: str
    confidential: bool = False


class ComplaintAnswer(Value, frozen=True, kw_only=True):
    facts: str
    measure: str
    date: date
    at: datetime


class Complaint(Value, frozen=True, kw_only=True):
    """What only complaints have. Households in `supporting` are known; `stated_supporters` were
    only counted."""

    subject: str | None = None
    anonymous: bool = False
    stated_supporters: int = 0
    supporting: tuple[str, ...] = ()
    repeat: int = 1
    investigator: Person | None = None
    plan: str | None = None
    answer: ComplaintAnswer | None = None

    @property
    def supporters(self) -> int:
        return self.stated_supporters + len(self.supporting)


class Ticket(Value, frozen=True, kw_only=True):
    id: str
    number: str
    kind: str
    status: str
    category: str
    service_class: str
    description: str
    channel: str
    location: Location
    household_id: str | None
    reporter: Reporter
    reported_at: datetime
    reported_by: str
    reported_by_role: str
    quiet_hours: tuple[QuietHours, ...] = ()
    cycle: int = 1
    first_responsible: Person | None = None
    hand_over: Person | None = None
    assignment: Assignment = field(default_factory=Assignment)
    hold: Hold | None = None
    eta: datetime | None = None
    checklist: tuple[Check, ...] = ()
    checklist_version: int = 1
    cost_lines: tuple[CostLine, ...] = ()
    solution: Solution | None = None
    completion: Completion | None = None
    billing: Billing = field(default_factory=Billing)
    links: tuple[TicketLink, ...] = ()
    complaint: Complaint | None = None
    merged_into: str | None = None
    urges: int = 0
    escalation_level: int = 0
    exercised_days: int = 0
    closed_at: datetime | None = None
    clocks: tuple[Clock, ...] = ()
    follow_up: FollowUp | None = None  # set if this ticket is a follow-up
    follow_ups: tuple[ScheduledFollowUp, ...] = ()  # follow-ups about this ticket
    promises: tuple[Promise, ...] = ()
    visits: int = 0  # visits on which the engineer got in
    failed_visits: tuple[FailedVisit, ...] = ()  # of this cycle, the last `KEPT_VISITS`
    first_completed_at: datetime | None = None
    first_time_fix: str | None = None  # confirmed | refuted; None while open
    exclusions: tuple[str, ...] = ()  # of this cycle: reasons for no compensation

    @property
    def is_open(self) -> bool:
        return self.status in KINDS[self.kind].open

    @property
    def carrier(self) -> str | None:
        """The engineer against whose load cap this ticket counts."""
        assignee = self.assignment.assignee
        return assignee.subject if assignee and self.status in KINDS[self.kind].carried else None

    def is_held_by(self, subject: str) -> bool:
        assignee = self.assignment.assignee
        return assignee is not None and assignee.subject == subject

    def is_offered_to(self, subject: str) -> bool:
        offer = self.assignment.offer
        return offer is not None and offer.engineer.subject == subject

    def lines_of_cycle(self) -> tuple[CostLine, ...]:
        return tuple(line for line in self.cost_lines if line.cycle == self.cycle)

    def spent_fen(self, kind: str) -> int:
        """This cycle's costs so far, in `material` or in `labour`."""
        return sum(line.amount_fen for line in self.lines_of_cycle() if line.kind == kind)

    def linked(self, kind: str) -> tuple[str, ...]:
        return tuple(link.ticket_id for link in self.links if link.kind == kind)
