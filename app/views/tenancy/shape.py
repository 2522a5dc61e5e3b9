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


class SandboxToken(Shape):
    token: str


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
    revoked: bool


class ApiKeyIssued(ApiKeyAnswer):
    key: str | None = Field(
        description="The key itself, shown this once; null when the answer is a repeat."
    )
