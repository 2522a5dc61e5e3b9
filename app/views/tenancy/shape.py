"""Shapes of tenants, their test clock and their API keys."""

from datetime import datetime

from pydantic import Field

from app.views.shape import Shape


class TenantAnswer(Shape):
    tenant_id: str
    name: str
    timezone: str
    sandbox: bool
    admin_token: str


class Suspension(Shape):
    reason: str


class TenantEntry(Shape):
    tenant_id: str
    name: str | None
    timezone: str
    sandbox: bool
    opened_at: datetime | None
    events: int
    suspended: Suspension | None


class TenantPage(Shape):
    items: list[TenantEntry]
    next_cursor: str | None


class SandboxToken(Shape):
    token: str
    refresh_token: str | None = Field(description="Only if it was asked for.")


class SessionTokens(Shape):
    token: str
    expires_in: int = Field(description="Seconds.")
    refresh_token: str
    refresh_expires_in: int = Field(description="Seconds.")


class Revoked(Shape):
    subject: str
    session_id: str | None
    issued_until: datetime | None = Field(
        description="Every token of the subject issued until then is refused; null if only the "
        "session was ended."
    )


class Clock(Shape):
    now: datetime


class ClockMoved(Shape):
    now: datetime
    events: int = Field(description="How many events were recorded on the way.")
    complete: bool = Field(
        description="Whether the clock is where it was moved to: if not, repeat."
    )


class ApiKeyAnswer(Shape):
    id: str
    name: str
    scopes: list[str]
    role: str
    created_at: datetime | None
    revoked: bool


class ApiKeyIssued(ApiKeyAnswer):
    key: str | None = Field(
        description="The key itself, shown this once; null when the answer is a repeat."
    )


class ApiKeyPage(Shape):
    items: list[ApiKeyAnswer]
    next_cursor: str | None
