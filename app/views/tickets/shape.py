"""Shapes of tickets and their history."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from app.domain.service_classes import ServiceClass
from app.domain.ticket.follow_up.decide import FollowUpOutcome
from app.domain.ticket.kinds import LABELS
from app.domain.ticket.kinds.follow_up import Purpose
from app.domain.ticket.repair.field_work import CostKind
from app.domain.ticket.repair.first_time_fix import FirstTimeFix
from app.domain.ticket.repair.solution import ConsentParty
from app.domain.ticket.state.ticket import BillingStatus
from app.views.promises.shape import PromiseAnswer
from app.views.shape import QuietHours, Shape
from app.views.sla.shape import ClockAnswer


class Person(Shape):
    subject: str
    name: str


class Location(Shape):
    community: str
    building: str | None
    unit: str | None
    component: str | None
    geo: "Geo | None"


class Geo(Shape):
    lat: float
    lon: float


class Reporter(Shape):
    name: str | None
    phone: str | None


class Hold(Shape):
    reason: str
    since: datetime
    expected_resume_at: datetime | None
    note: str | None


class Offer(Shape):
    engineer: Person
    expires_at: datetime
    eta: datetime | None


class ChecklistEntry(Shape):
    item: str
    label: str
    required: bool
    checked_at: datetime | None


class CostLine(Shape):
    kind: CostKind
    description: str
    amount_fen: int
    batch: str | None
    cycle: int
    added_at: datetime


class Costs(Shape):
    material_fen: int
    labour_fen: int
    lines: list[CostLine]


class Solution(Shape):
    plan: str
    material_fen: int
    chargeable: bool
    needs: list[ConsentParty]
    consents: list[ConsentParty]
    proposed_at: datetime
    accepted_at: datetime | None


class CompletionForm(Shape):
    """《维修完成确认单》. `hash` is what the owner signs."""

    hash: str | None
    summary: str
    completed_at: datetime
    signed_at: datetime | None
    auto: bool


class Billing(Shape):
    status: BillingStatus
    amount_fen: int


class Link(Shape):
    ticket_id: str
    number: str
    kind: str


class AskedAbout(Shape):
    ticket_id: str
    number: str | None
    cycle: int | None


class FollowUp(Shape):
    """回访. `attempts` are those since it was last agreed when."""

    purpose: Purpose
    due_at: datetime
    parent: AskedAbout | None
    series_id: str | None
    attempts: int
    last_attempt_at: datetime | None
    outcome: FollowUpOutcome | None
    score: int | None


class ScheduledFollowUp(Shape):
    """One that asks about this ticket, as it was scheduled; how it goes is shown on its own."""

    ticket_id: str
    number: str
    purpose: Purpose
    due_at: datetime
    cycle: int


class ComplaintResponse(Shape):
    """What the owner was answered."""

    facts: str
    measure: str
    date: date
    at: datetime


class ComplaintCourse(Shape):
    """投诉. `repeat`: its ordinal among the household's of its kind, or how many it quotes."""

    repeat: int | None
    investigator: Person | None
    plan: str | None
    answer: ComplaintResponse | None


class TicketAnswer(Shape):
    """工单. The reporter of an anonymous complaint is left out for those who may not know."""

    id: str
    number: str
    version: int
    kind: str
    status: str = Field(json_schema_extra={"enum": [*sorted(LABELS)]})
    status_label: str
    cycle: int
    category: str
    service_class: ServiceClass
    description: str
    channel: str
    location: Location
    household_id: str | None
    reporter: Reporter
    hold: Hold | None
    first_responsible: Person | None
    hand_over: Person | None
    assignee: Person | None
    offer: Offer | None
    eta: datetime | None
    reported_at: datetime
    closed_at: datetime | None
    clocks: list[ClockAnswer]
    checklist: list[ChecklistEntry]
    promises: list[PromiseAnswer]
    costs: Costs
    solution: Solution | None
    completion_form: CompletionForm | None
    first_time_fix: FirstTimeFix | None = Field(
        description="Whether the first visit mended it for good; null until that is known."
    )
    billing: Billing
    quiet_hours: list[QuietHours]
    links: list[Link]
    follow_up: FollowUp | None = Field(description="What this ticket asks, if it is one.")
    follow_ups: list[ScheduledFollowUp]
    subject_of_complaint: str | None
    anonymous: bool
    supporters: int
    complaint: ComplaintCourse | None
    merged_into: str | None
    urges: int
    escalation_level: int


class TicketPage(Shape):
    items: list[TicketAnswer]
    next_cursor: str | None


class Actor(Shape):
    subject: str
    role: str


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class EventAnswer(Shape):
    position: int
    stream_id: str
    version: int
    id: str
    type: str
    schema_version: int
    data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    channel: str | None
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    leaf_hash: str = Field(
        default="",
        description="Absent where anything of the event is masked for the reader.",
        json_schema_extra=_without_default,
    )


class EventPage(Shape):
    items: list[EventAnswer]
    next_cursor: str | None


class Moment(Shape):
    version: int
    position: int | None
    recorded_at: datetime | None


class Cause(Shape):
    position: int
    version: int
    type: str
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime


class Change(Shape):
    path: str
    from_: Any = Field(alias="from")
    to: Any
    event: Cause
    delay_seconds: float


class Diff(Shape):
    from_: Moment = Field(alias="from")
    to: Moment
    events: list[EventAnswer]
    changes: list[Change]


class AttachmentAnswer(Shape):
    id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    stage: str
    ticket_id: str | None
