"""The shapes of what the API answers, for the published contract. Nothing is validated by them at
run time; the contract test holds the running server to them."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.docs import problem_responses
from app.domain.ticket.statuses import LABELS

ClockState = Literal[
    "running", "paused", "breached", "breached_paused", "met", "met_late", "cancelled"
]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Person(Answer):
    subject: str
    name: str


class Location(Answer):
    community: str
    building: str | None
    unit: str | None
    component: str | None
    geo: "Geo | None"


class Geo(Answer):
    lat: float
    lon: float


class Reporter(Answer):
    name: str | None
    phone: str | None


class Hold(Answer):
    reason: str
    since: datetime
    expected_resume_at: datetime | None
    note: str | None


class Offer(Answer):
    engineer: Person
    expires_at: datetime
    eta: datetime | None


class ChecklistEntry(Answer):
    item: str
    label: str
    required: bool
    checked_at: datetime | None


class CostLine(Answer):
    kind: Literal["material", "labour"]
    description: str
    amount_fen: int
    batch: str | None
    cycle: int
    added_at: datetime


class Costs(Answer):
    material_fen: int
    labour_fen: int
    lines: list[CostLine]


class Solution(Answer):
    plan: str
    material_fen: int
    chargeable: bool
    needs: list[Literal["owner", "approval"]]
    consents: list[Literal["owner", "approval"]]
    proposed_at: datetime
    accepted_at: datetime | None


class CompletionForm(Answer):
    """《维修完成确认单》. `hash` is what the owner signs."""

    hash: str | None
    summary: str
    completed_at: datetime
    signed_at: datetime | None
    auto: bool


class Billing(Answer):
    status: Literal["none", "due", "settled", "waived"]
    amount_fen: int


class QuietHours(Answer):
    start: str
    end: str


class Link(Answer):
    ticket_id: str
    number: str
    kind: str


class ClockAnswer(Answer):
    """时限. What has `elapsed` counts open time without the pauses, as of now."""

    kind: Literal[
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
    cycle: int
    state: ClockState
    result: Literal["on_time", "late", "cancelled", "waived"] | None
    started_at: datetime
    target: str = Field(description="ISO 8601: `PT2H` of open time, or `P5D` by the calendar.")
    due_at: datetime
    warn_at: datetime | None
    stopped_at: datetime | None
    elapsed: str
    overrun: str | None = Field(description="Open time beyond the target; frozen at the stop.")
    breached_at: datetime | None
    policy_version: int
    calendar_version: int
    provisional: bool


class TicketAnswer(Answer):
    """工单"""

    id: str
    number: str
    version: int
    kind: str
    status: str = Field(json_schema_extra={"enum": [*sorted(LABELS)]})
    status_label: str
    cycle: int
    category: str
    service_class: Literal["emergency", "simple", "general", "complex"]
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
    promises: list[Any]
    costs: Costs
    solution: Solution | None
    completion_form: CompletionForm | None
    billing: Billing
    quiet_hours: list[QuietHours]
    links: list[Link]
    merged_into: str | None
    urges: int
    escalation_level: int


class TicketPage(Answer):
    items: list[TicketAnswer]
    next_cursor: str | None


class Actor(Answer):
    subject: str
    role: str


class EventAnswer(Answer):
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
    command_id: str
    correlation_id: str
    causation_id: str | None
    leaf_hash: str


class EventPage(Answer):
    items: list[EventAnswer]
    next_cursor: str | None


class LogPage(Answer):
    items: list[EventAnswer]
    next_cursor: str | None = Field(description="Give it as `after`; null at the end of the log.")
    head: int = Field(description="The position of the tenant's newest event.")


class Moment(Answer):
    version: int
    position: int | None
    recorded_at: datetime | None


class Cause(Answer):
    position: int
    version: int
    type: str
    actor: Actor
    occurred_at: datetime
    recorded_at: datetime


class Change(Answer):
    path: str
    from_: Any = Field(alias="from")
    to: Any
    event: Cause
    delay_seconds: float


class Diff(Answer):
    from_: Moment = Field(alias="from")
    to: Moment
    events: list[EventAnswer]
    changes: list[Change]


class AttachmentAnswer(Answer):
    id: str
    sha256: str
    content_type: str
    width: int
    height: int
    bytes: int
    stage: str
    ticket_id: str | None


class Certification(Answer):
    code: str
    expires_on: date | None


class StaffAnswer(Answer):
    subject: str
    name: str
    phone: str | None
    roles: list[str]
    skills: list[str]
    certifications: list[Certification]
    max_load: int
    communities: list[str]
    active: bool


class StaffPage(Answer):
    items: list[StaffAnswer]
    next_cursor: str | None


class EngineerLoad(Answer):
    subject: str
    name: str
    active: bool
    load: int
    max_load: int
    tickets: list[str] = Field(description="Ids of the tickets that count against the cap.")
    offered: list[str] = Field(description="Ids of the tickets offered and not yet answered.")


class EngineerPage(Answer):
    items: list[EngineerLoad]
    next_cursor: str | None


class Member(Answer):
    subject: str | None
    name: str
    phone: str | None


class Preferences(Answer):
    quiet_hours: list[QuietHours]
    tags: list[str]


class HouseholdAnswer(Answer):
    id: str
    members: list[Member]
    phone: str | None
    preferences: Preferences
    communities: list[str]


class HouseholdPage(Answer):
    items: list[HouseholdAnswer]
    next_cursor: str | None


class ChecklistItem(Answer):
    item: str
    label: str
    required: bool


class ChecklistAnswer(Answer):
    category: str
    version: int
    items: list[ChecklistItem]


class CategoryAnswer(Answer):
    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: list[str]


class TenantAnswer(Answer):
    tenant_id: str
    name: str
    timezone: str
    sandbox: bool
    admin_token: str


class SandboxToken(Answer):
    token: str


class Clock(Answer):
    now: datetime


class ClockMoved(Answer):
    now: datetime
    events: int = Field(description="How many events were recorded on the way.")


class ApiKeyAnswer(Answer):
    id: str
    name: str
    scopes: list[str]
    revoked: bool


class ApiKeyIssued(ApiKeyAnswer):
    key: str | None = Field(
        description="The key itself, shown this once; null when the answer is a repeat."
    )


class Health(Answer):
    status: Literal["ok"]


class Readiness(Answer):
    status: Literal["ready", "not_ready"]
    checks: dict[str, str]


VERSION_HEADER = {"ETag": {"schema": {"type": "string"}, "description": '`"v<version>"`'}}
COMMAND_HEADERS = VERSION_HEADER | {
    "Suyuan-Receipt": {
        "schema": {"type": "string"},
        "description": "`<position>:<leaf>` of the last event: keep it, it proves what was said.",
    },
    "Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}},
}
LOCATION = {"Location": {"schema": {"type": "string"}}}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": description,
        "schema": {"type": "string", **schema},
    }


IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        _header(
            "Idempotency-Key",
            "The same key and body give back the stored answer.",
            minLength=1,
            maxLength=255,
            pattern="^[!-~]+$",
        ),
        _header("Accept-Language", "zh-CN or en."),
    ]
}
VERSIONED: dict[str, Any] = {
    "parameters": [
        *IDEMPOTENT["parameters"],
        _header(
            "If-Match",
            '`"v<version>"`: only if the resource is still at this version.',
            pattern=r'^(\*|"v[0-9]{1,9}")$',
        ),
    ]
}
READ: dict[str, Any] = {
    "parameters": [_header("If-None-Match", '`"v<version>"`: 304 if it is still at this version.')]
}

Responses = dict[int | str, dict[str, Any]]

NOT_MODIFIED: Responses = {304: {"description": "Not Modified", "headers": VERSION_HEADER}}


def answers(
    good: dict[int, type[Answer]], *problems: int, headers: dict[str, Any] | None = None
) -> Responses:
    described: Responses = {
        status: {"model": model, **({"headers": headers} if headers else {})}
        for status, model in good.items()
    }
    return described | problem_responses(*problems)


def read_answers(model: type[Answer]) -> Responses:
    """Of a resource with versions: to read it, all of it or `304`."""
    return answers({200: model}, 401, 403, 404, 422, 503, headers=VERSION_HEADER) | NOT_MODIFIED


def ticket_answers(status: int) -> Responses:
    headers = COMMAND_HEADERS | (LOCATION if status == 201 else {})
    return answers({status: TicketAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=headers)


def setting_answers(model: type[Answer]) -> Responses:
    """Of a record that is put as a whole."""
    return answers({200: model}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS)
