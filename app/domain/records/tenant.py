"""Tenants: property companies, each with its own log."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import require, require_machinery, text
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound, Unacceptable
from app.events.base import Fact, Value
from app.events.tenant import (
    SandboxClockMoved,
    TenantEvent,
    TenantOpened,
    TenantResumed,
    TenantSuspended,
)


class Tenant(Value, frozen=True, kw_only=True):
    name: str
    timezone: str
    sandbox: bool
    last_move: SandboxClockMoved | None = None
    suspended_for: str | None = None
    """The reason of a suspension; None if the tenant is not suspended."""


class OpenTenant(Value, frozen=True, kw_only=True):
    name: str
    timezone: str = "Asia/Shanghai"
    sandbox: bool = False


class NoteClockMove(Value, frozen=True, kw_only=True):
    """Records a move of the test clock, so that a repeat of the request gets the same answer."""

    now: datetime
    events: int


class SuspendTenant(Value, frozen=True, kw_only=True):
    """Refuses the tenant's tokens and keys until it is resumed. What is due goes on."""

    reason: str


class ResumeTenant(Value, frozen=True, kw_only=True):
    reason: str


TenantCommand = OpenTenant | NoteClockMove | SuspendTenant | ResumeTenant


def decide(command: TenantCommand, state: Tenant | None, given: Given) -> Sequence[TenantEvent]:
    match command:
        case OpenTenant():
            return open_tenant(command, state, given)
        case NoteClockMove(now=now, events=events):
            return note_clock_move(SandboxClockMoved(now=now, events=events), state, given)
        case SuspendTenant():
            return suspend_tenant(command, state, given)
        case ResumeTenant():
            return resume_tenant(command, state, given)
        case _:
            assert_never(command)


def open_tenant(command: OpenTenant, state: Tenant | None, given: Given) -> Sequence[TenantEvent]:
    require_machinery(given)
    opened = TenantOpened(
        name=text(command.name, "/name", 128),
        timezone=_known_zone(command.timezone),
        sandbox=command.sandbox,
    )
    if state is None:
        return [opened]
    if _tenant(opened) == replace(state, last_move=None, suspended_for=None):
        return []
    raise IllegalTransition("tenant_already_open")


def note_clock_move(
    moved: SandboxClockMoved, state: Tenant | None, given: Given
) -> Sequence[TenantEvent]:
    require(given, roles.ADMINISTER_TENANT)
    if state is None or not state.sandbox:
        raise NotFound("not_a_sandbox")
    return [moved]


def suspend_tenant(
    command: SuspendTenant, state: Tenant | None, given: Given
) -> Sequence[TenantEvent]:
    """Another reason for a tenant that is suspended replaces the first."""
    require_machinery(given)
    if state is None:
        raise NotFound("tenant_not_found")
    reason = text(command.reason, "/reason", 500)
    return [] if state.suspended_for == reason else [TenantSuspended(reason=reason)]


def resume_tenant(
    command: ResumeTenant, state: Tenant | None, given: Given
) -> Sequence[TenantEvent]:
    require_machinery(given)
    if state is None:
        raise NotFound("tenant_not_found")
    reason = text(command.reason, "/reason", 500)
    return [] if state.suspended_for is None else [TenantResumed(reason=reason)]


def _known_zone(name: str) -> str:
    """ZoneInfo raises different errors for an unknown name, a path and a folder."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Unacceptable("timezone_unknown", pointer="/timezone") from error
    return name


def evolve(state: Tenant | None, fact: Fact[TenantEvent]) -> Tenant | None:
    match fact.event:
        case TenantOpened() as opened:
            return _tenant(opened)
        case SandboxClockMoved() as moved:
            return replace(state, last_move=moved) if state else None
        case TenantSuspended(reason=reason):
            return replace(state, suspended_for=reason) if state else None
        case TenantResumed():
            return replace(state, suspended_for=None) if state else None


def _tenant(opened: TenantOpened) -> Tenant:
    return Tenant(name=opened.name, timezone=opened.timezone, sandbox=opened.sandbox)


TENANT: Decider[TenantCommand, Tenant | None] = Decider(
    category="tenant",
    initial=None,
    state_type=Tenant | None,
    decide=decide,
    evolve=evolve,
    fold_version=3,
)
