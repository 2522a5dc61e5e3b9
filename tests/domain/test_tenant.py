"""Tenants: opened once, by the operator."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.records.tenant import (
    TENANT,
    NoteClockMove,
    OpenTenant,
    ResumeTenant,
    SuspendTenant,
)
from app.events.base import SYSTEM, Actor
from app.events.tenant import (
    SandboxClockMoved,
    TenantOpened,
    TenantResumed,
    TenantSuspended,
)
from tests.given_when_then import Given

OPERATOR = Actor(subject="operator", role="operator")
OPENED = TenantOpened(name="锦绣物业", timezone="Asia/Shanghai", sandbox=False)


def open_tenant(**changes: Any) -> OpenTenant:
    return OpenTenant(**{"name": "锦绣物业", **changes})


@pytest.mark.parametrize("by", [OPERATOR, SYSTEM])
def test_a_tenant_is_opened(by: Actor) -> None:
    Given(TENANT).when(open_tenant(), by=by).then(OPENED)


def test_a_sandbox_is_a_tenant_that_says_so() -> None:
    Given(TENANT).when(open_tenant(sandbox=True), by=OPERATOR).then(
        TenantOpened(name="锦绣物业", timezone="Asia/Shanghai", sandbox=True)
    )


def test_the_same_tenant_again_changes_nothing() -> None:
    Given(TENANT, OPENED).when(open_tenant(), by=OPERATOR).then_nothing()


@pytest.mark.parametrize("changes", [{"sandbox": True}, {"name": "别家"}, {"timezone": "UTC"}])
def test_a_tenant_is_not_opened_as_another(changes: dict[str, Any]) -> None:
    Given(TENANT, OPENED).when(open_tenant(**changes), by=OPERATOR).then_refused(
        "tenant_already_open"
    )


@pytest.mark.parametrize("role", ["admin", "manager", "owner"])
def test_nobody_of_a_tenant_opens_tenants(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(TENANT).when(open_tenant(), by=by).then_refused("role_not_permitted")


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "", "Asia", "../etc/passwd", "/etc/passwd", "a\x00b", "x" * 5000]
)
def test_a_time_zone_that_nobody_knows_is_refused(zone: str) -> None:
    Given(TENANT).when(open_tenant(timezone=zone), by=OPERATOR).then_refused("timezone_unknown")


@pytest.mark.parametrize(("name", "code"), [(" ", "blank"), ("物" * 129, "too_long")])
def test_a_name_out_of_range_is_refused(name: str, code: str) -> None:
    Given(TENANT).when(open_tenant(name=name), by=OPERATOR).then_refused(code)


ADMIN = Actor(subject="admin", role="admin")
MOVE = NoteClockMove(now=datetime(2024, 3, 5, 2, 30, tzinfo=UTC), events=3)
MOVED = SandboxClockMoved(now=MOVE.now, events=3)
SANDBOX = TenantOpened(name="锦绣物业", timezone="Asia/Shanghai", sandbox=True)


def test_a_move_of_the_test_clock_is_noted_for_who_asks_again() -> None:
    Given(TENANT, SANDBOX).when(MOVE, by=ADMIN).then(MOVED)


def test_a_sandbox_whose_clock_was_moved_is_the_same_tenant() -> None:
    Given(TENANT, SANDBOX, MOVED).when(open_tenant(sandbox=True), by=OPERATOR).then_nothing()


def test_only_a_sandbox_has_a_clock_to_be_moved() -> None:
    Given(TENANT, OPENED).when(MOVE, by=ADMIN).then_refused("not_a_sandbox")


@pytest.mark.parametrize("role", ["manager", "owner", "integration"])
def test_only_its_administrator_moves_the_clock(role: str) -> None:
    by = Actor(subject="u-1", role=role)
    Given(TENANT, SANDBOX).when(MOVE, by=by).then_refused("role_not_permitted")


def test_a_tenant_is_suspended_and_resumed_by_the_operator_alone() -> None:
    suspend, resume = SuspendTenant(reason="合同到期"), ResumeTenant(reason="已续约")
    suspended, resumed = TenantSuspended(reason="合同到期"), TenantResumed(reason="已续约")
    Given(TENANT, OPENED).when(suspend, by=OPERATOR).then(suspended)
    Given(TENANT, OPENED, suspended).when(suspend, by=OPERATOR).then_nothing()
    Given(TENANT, OPENED, suspended).when(resume, by=OPERATOR).then(resumed)
    Given(TENANT, OPENED, suspended, resumed).when(resume, by=OPERATOR).then_nothing()
    Given(TENANT, OPENED, suspended).when(open_tenant(), by=OPERATOR).then_nothing()
    for command in (suspend, resume):
        Given(TENANT, OPENED).when(command, by=ADMIN).then_refused("role_not_permitted")
        Given(TENANT).when(command, by=OPERATOR).then_refused("tenant_not_found")
