"""What a client sends about tickets."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.domain.decider import Evidence
from app.events.ticket import Geo, Location, QuietHours, Reporter
from app.http.fields import (
    Body,
    Count,
    Fen,
    Identifier,
    Instant,
    Latitude,
    Longitude,
    LongText,
    Name,
    Several,
    Text,
    key,
    text,
)

Kind = Literal["repair", "complaint", "follow_up", "suggestion"]
ServiceClass = Literal["emergency", "simple", "general", "complex"]
Channel = Literal[
    "app", "mini_program", "phone", "front_desk", "wechat_group", "web", "iot", "staff"
]
Status = Literal[
    "reported",
    "acknowledged",
    "rejected",
    "pooled",
    "assigned",
    "returned",
    "accepted",
    "transferred",
    "en_route",
    "on_site",
    "no_access",
    "proposed",
    "in_progress",
    "completed",
    "verified",
    "confirmed",
    "disputed",
    "closed",
    "reopened",
    "merged",
    "cancelled",
    "received",
    "investigating",
    "remedying",
    "responded",
    "satisfied",
    "withdrawn",
    "declined",
    "scheduled",
    "attempting",
    "unreachable",
    "rescheduled",
]
ClockKind = Literal[
    "acknowledge",
    "arrive",
    "propose",
    "update",
    "resolve",
    "close",
    "follow_up",
    "approval",
    "fulfilment",
]
Purpose = Literal["satisfaction", "outcome", "callback", "care", "inspection"]
Visibility = Literal["public", "internal"]
HoldReason = Literal[
    "owner_unavailable",
    "owner_decision",
    "parts",
    "vendor",
    "fund_approval",
    "weather",
    "third_party",
]
TimeOfDay = Annotated[str, key(5, r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["12:00"])]
PhotoIds = Several[Identifier]


def _e6(degrees: float) -> int:
    return round(degrees * 1_000_000)


class GeoBody(Body):
    """A place by the device, WGS 84, in degrees."""

    lat: Latitude
    lon: Longitude

    def geo(self) -> Geo:
        return Geo(lat_e6=_e6(self.lat), lon_e6=_e6(self.lon))


class EvidenceBody(Body):
    """What speaks for a time that lies back."""

    geo: GeoBody | None = None
    photo_id: Identifier | None = None
    device_time: Instant | None = None
    measured_skew_ms: Annotated[int, Field(ge=-(10**12), le=10**12)] | None = None

    def evidence(self) -> Evidence:
        return Evidence(
            geo=(self.geo.lat, self.geo.lon) if self.geo else None,
            photo_id=self.photo_id,
            device_time=self.device_time,
            measured_skew_ms=self.measured_skew_ms,
        )


class CommandBody(Body):
    """What every command may say: when it was so, what speaks for that, and a word beside it."""

    occurred_at: Instant | None = Field(
        default=None, description="When it was so, if that was not now (late facts)."
    )
    evidence: EvidenceBody | None = None
    note: LongText | None = None


class QuietHoursBody(Body):
    """Local times in which nobody should come. Over midnight where `start` is after `end`."""

    start: TimeOfDay
    end: TimeOfDay

    def quiet_hours(self) -> QuietHours:
        return QuietHours(start=self.start, end=self.end)


class LocationBody(Body):
    community: Annotated[str, text(128)]
    building: Name | None = None
    unit: Name | None = None
    component: Annotated[str, text(128)] | None = None
    geo: GeoBody | None = None

    def location(self) -> Location:
        geo = self.geo.geo() if self.geo else None
        return Location(
            community=self.community,
            building=self.building,
            unit=self.unit,
            component=self.component,
            lat_e6=geo.lat_e6 if geo else None,
            lon_e6=geo.lon_e6 if geo else None,
        )


class ReporterBody(Body):
    name: Name | None = None
    phone: Annotated[str, text(32)] | None = None

    def reporter(self) -> Reporter:
        return Reporter(name=self.name, phone=self.phone)


NEEDED_OF = {
    "category": ("repair",),
    "location": ("repair", "complaint", "suggestion"),
    "parent_id": ("follow_up",),
}


class ReportBody(CommandBody):
    """A new ticket. Words or a photo, one of them is enough.

    A follow-up says `parent_id`, the ticket that is asked about, and for the rest goes by that.
    """

    kind: Kind = "repair"
    category: Annotated[str, key(64)] | None = Field(
        default=None,
        validate_default=True,
        description="Of a repair; a complaint or a suggestion may leave it open.",
        examples=["leak"],
    )
    service_class: ServiceClass | None = Field(
        default=None, description="Absent: triage by the category."
    )
    description: Annotated[str, text(4000, shortest=0)] = ""
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
    def is_needed(cls, value: object, info: ValidationInfo) -> object:
        """What a follow-up goes by is its parent; every other ticket says it itself."""
        kinds = NEEDED_OF[info.field_name or ""]
        if value is None and info.data.get("kind") in kinds:
            raise PydanticCustomError("missing", "Field required")
        return value

    @property
    def slug(self) -> str:
        """The category, or the one of what is about no thing."""
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
    kind: Literal["material", "labour"]
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
    outcome: Literal["satisfied", "neutral", "dissatisfied", "recurred"]
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
    kind: Literal["child", "related", "recurs_of", "quotes"]


class ReclassifyBody(CommandBody):
    service_class: ServiceClass
    reason: Text


class HandOverBody(CommandBody):
    to: Identifier


class CommentBody(CommandBody):
    text: LongText
    visibility: Visibility = "public"


class ExclusionBody(CommandBody):
    reason: Literal[
        "owner_rescheduled",
        "force_majeure_red_alert",
        "municipal_outage",
        "third_party_warranty",
    ]


class ExerciseAuthorityBody(CommandBody):
    kind: Literal["activity_days", "temporary_pass", "mediation"]
    amount: Annotated[Count, Field(gt=0)] | None = Field(
        default=None, description="Days, of `activity_days`; the others are not measured."
    )
    unit: Literal["day"] | None = None
    reason: Text
