"""Request bodies of tickets."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.domain.authority.matrix import ExercisedKind
from app.domain.exclusions import RecordedExclusion
from app.domain.service_classes import ServiceClass
from app.domain.sla.clock import ClockKind
from app.domain.sla.hold_reasons import HoldReason
from app.domain.ticket.every_kind.conversation import Visibility
from app.domain.ticket.every_kind.discretion import DiscretionUnit
from app.domain.ticket.every_kind.intake import Channel
from app.domain.ticket.every_kind.links import LinkKind
from app.domain.ticket.follow_up.decide import FollowUpOutcome
from app.domain.ticket.kinds.follow_up import Purpose
from app.domain.ticket.kinds.words import Kind
from app.domain.ticket.repair.field_work import CostKind
from app.events.ticket import Reporter
from app.http.bodies import CommandBody, GeoBody, LocationBody, QuietHoursBody
from app.http.fields import (
    Body,
    CategoryKey,
    Count,
    Fen,
    Identifier,
    Instant,
    LongText,
    Name,
    Several,
    Text,
    key,
    text,
)

PhotoIds = Several[Identifier]


class ReporterBody(Body):
    name: Name | None = None
    phone: Annotated[str, text(32)] | None = None

    def reporter(self) -> Reporter:
        return Reporter(name=self.name, phone=self.phone)


REQUIRED_FOR = {
    "category": ("repair",),
    "location": ("repair", "complaint", "suggestion"),
    "parent_id": ("follow_up",),
}


class ReportBody(CommandBody):
    """A new ticket. Words or a photo, one of them is enough.

    A follow-up says `parent_id`, the ticket that is asked about, and for the rest goes by that.
    """

    kind: Kind = "repair"
    category: CategoryKey | None = Field(
        default=None,
        validate_default=True,
        description="Of a repair; a complaint or a suggestion may leave it open.",
        examples=["leak"],
    )
    service_class: ServiceClass | None = Field(
        default=None, description="Absent: triage by the category."
    )
    description: Annotated[str, text(4000, min_length=0)] = ""
    channel: Channel = "app"
    location: LocationBody | None = Field(
        default=None, validate_default=True, description="Of every ticket but a follow-up."
    )
    household_id: Identifier | None = None
    reporter: ReporterBody = ReporterBody()
    photo_ids: PhotoIds = ()
    quiet_hours: Several[QuietHoursBody] | None = None
    parent_id: Identifier | None = Field(
        default=None, validate_default=True, description="The ticket that this one belongs to."
    )
    purpose: Purpose | None = Field(
        default=None, description="Of a follow-up; absent: how content the owner is."
    )
    due_at: Instant | None = Field(
        default=None, description="Of a follow-up; absent: when the policy says."
    )
    subject_of_complaint: Identifier | None = Field(
        default=None, description="Of a complaint: who of the staff is complained about."
    )
    anonymous: bool = Field(
        default=False,
        description="Of a complaint: neither who is complained about nor any engineer learns whose"
        " it is.",
    )
    supporters: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=0, description="Of a complaint: how many stood by it where it was made."
    )
    pain_points: Annotated[Several[LongText], Field(max_length=20)] = Field(
        default=(), description="Of a complaint: each becomes a ticket of its own."
    )
    quotes: Annotated[Several[Identifier], Field(max_length=20)] = Field(
        default=(), description="Of a complaint: earlier tickets that it speaks of."
    )

    @field_validator("category", "location", "parent_id", mode="after")
    @classmethod
    def is_required(cls, value: object, info: ValidationInfo) -> object:
        """A follow-up inherits these from its parent; other kinds must give them."""
        kinds = REQUIRED_FOR[info.field_name or ""]
        if value is None and info.data.get("kind") in kinds:
            raise PydanticCustomError("missing", "Field required")
        return value

    @property
    def slug(self) -> str:
        """The category, or `service` for a ticket without one."""
        return self.category or "service"


class ReasonBody(CommandBody):
    reason: Text


class WaiveBreachBody(CommandBody):
    clock: ClockKind
    cycle: Annotated[int, Field(ge=1, le=2**31 - 1)]
    reason: Text


class RejectBody(CommandBody):
    reason: Text
    referred_to: Text = Field(description="Who takes care of it instead (首问负责).")


class AssignBody(CommandBody):
    engineer: Identifier
    eta: Instant | None = None


class TransferBody(CommandBody):
    engineer: Identifier


class DepartBody(CommandBody):
    eta: Instant


class ArriveBody(CommandBody):
    photo_ids: PhotoIds = ()
    geo: GeoBody | None = None


class NoAccessBody(CommandBody):
    call_log: LongText | None = None


class ProposeSolutionBody(CommandBody):
    plan: LongText
    material_fen: Fen
    chargeable: bool


class DeclineSolutionBody(CommandBody):
    reason: Text | None = None


class HoldBody(CommandBody):
    reason: HoldReason
    expected_resume_at: Instant | None = None


class DeclareDelayBody(CommandBody):
    reason: Text
    new_eta: Instant


class ProgressBody(CommandBody):
    text: LongText
    photo_ids: PhotoIds = ()


class AddCostBody(CommandBody):
    kind: CostKind
    description: Text
    amount_fen: Annotated[Fen, Field(gt=0)]
    batch: Name | None = None


class CheckItemBody(CommandBody):
    item: Name


class CompleteWorkBody(CommandBody):
    photo_ids: PhotoIds
    summary: LongText


class AttemptBody(CommandBody):
    call_id: Identifier | None = Field(
        default=None, description="Of the call, by the telephone system; told twice it counts once."
    )


class CompleteFollowUpBody(CommandBody):
    outcome: FollowUpOutcome
    score: Annotated[int, Field(ge=1, le=5)] | None = Field(
        default=None, description="Stars, one to five: the more the better."
    )
    text: LongText | None = Field(default=None, description="What the owner said.")


class RescheduleBody(CommandBody):
    at: Instant = Field(description="When the owner wants to be called.")


class SignCompletionBody(CommandBody):
    form_hash: Annotated[str, key(64, "^[0-9a-f]{64}$")] | None = Field(
        default=None, description="The hash of the form that the owner was shown."
    )


class SettleBillBody(CommandBody):
    method: Name
    reference: Annotated[str, text(128)] | None = None


class MergeBody(CommandBody):
    into: Identifier


class LinkBody(CommandBody):
    ticket_id: Identifier
    kind: LinkKind


class ReclassifyBody(CommandBody):
    service_class: ServiceClass
    reason: Text


class HandOverBody(CommandBody):
    to: Identifier


class CommentBody(CommandBody):
    text: LongText
    visibility: Visibility = "public"


class ExclusionBody(CommandBody):
    reason: RecordedExclusion


class ExerciseAuthorityBody(CommandBody):
    kind: ExercisedKind
    amount: Annotated[Count, Field(gt=0)] | None = Field(
        default=None, description="Days, of `activity_days`; the others are not measured."
    )
    unit: DiscretionUnit | None = None
    reason: Text
