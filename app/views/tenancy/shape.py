"""The shapes of answers about tenants, their test clock and their API keys."""

from datetime import datetime

from pydantic import Field

from app.views.shape import Answer


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
