"""The shapes of what the API answers about staff, households, settings, tenants and itself."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.views.shape import Answer, QuietHours


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
