"""What a token says against what the records say, and who may revoke whose access."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import DomainError
from app.domain.records.access import ACCESS, RevokeAccess
from app.domain.records.household import HOUSEHOLD
from app.domain.records.staff import STAFF, RecordStaff
from app.domain.records.tenant import Tenant
from app.domain.standing import (
    Claim,
    communities_of,
    require_member,
    require_not_suspended,
    require_valid,
)
from app.events.access import AccessRevoked
from app.events.base import Actor, Fact
from app.events.household import HouseholdRecorded, Member
from app.events.staff import StaffRecorded
from tests.given_when_then import NOW, Given

AT = datetime(2026, 3, 5, 1, tzinfo=UTC)
ADMIN = Actor(subject="boss", role="admin")
MANAGER = Actor(subject="mei", role="manager")


def claim(role: str = "csr", *communities: str, issued_at: datetime | None = AT) -> Claim:
    return Claim(subject="li", role=role, communities=communities, issued_at=issued_at)


def staff(
    *roles: str, communities: tuple[str, ...] = (), active: bool = True, by: Actor = ADMIN
) -> Fact[StaffRecorded]:
    recorded = StaffRecorded(
        subject="li", name="李", roles=roles, max_load=5, communities=communities, active=active
    )
    return Fact(recorded, NOW, by)


def outcome(said: Claim, *facts: Fact[StaffRecorded]) -> tuple[str, ...] | str:
    try:
        return communities_of(said, STAFF.fold(None, facts))
    except DomainError as refused:
        return refused.code


@pytest.mark.parametrize(
    ("said", "facts", "then"),
    [
        (claim(), (), ()),
        (claim("csr", "a"), (), ("a",)),
        (claim(), (staff("csr"),), ()),
        (claim(), (staff("csr", active=False),), "staff_inactive"),
        (claim(), (staff("csr", active=False), staff("csr")), ()),
        (claim(), (staff("manager"),), "role_withdrawn"),
        (claim(), (staff(),), "role_withdrawn"),
        (claim(), (staff("csr", communities=("a",)),), ("a",)),
        (claim("csr", "a", "b"), (staff("csr"),), ("a", "b")),
        (claim("csr", "a", "b"), (staff("csr", communities=("b", "c")),), ("b",)),
        # not (), which would be the whole tenant
        (claim("csr", "a"), (staff("csr", communities=("b",)),), "communities_withdrawn"),
        (claim("admin"), (staff("csr", by=MANAGER),), ()),
        (claim("admin"), (staff("csr", active=False, by=MANAGER),), ()),
        (claim("admin"), (staff("csr"),), "role_withdrawn"),
        (claim("admin"), (staff("csr"), staff("csr", by=MANAGER)), "role_withdrawn"),
        (claim("admin"), (staff("csr", by=MANAGER), staff("csr")), "role_withdrawn"),
        (claim("admin"), (staff("admin"),), ()),
    ],
)
def test_the_record_wins(
    said: Claim, facts: tuple[Fact[StaffRecorded], ...], then: tuple[str, ...] | str
) -> None:
    assert outcome(said, *facts) == then


def test_an_administrator_who_says_what_a_manager_said_takes_it_over() -> None:
    """Else the record of a manager, confirmed by an administrator, would still bind nobody."""
    same = RecordStaff(subject="li", name="李", roles=("csr",))
    recorded = staff("csr", by=MANAGER)
    Given(STAFF, recorded).when(same, by=MANAGER).then_nothing()
    Given(STAFF, recorded).when(same, by=ADMIN).then(recorded.event)
    Given(STAFF, recorded, staff("csr")).when(same, by=ADMIN).then_nothing()


@pytest.mark.parametrize(("roles", "active"), [((), True), (("csr",), True), (("admin",), False)])
def test_administrators_do_not_lock_themselves_out(roles: tuple[str, ...], active: bool) -> None:  # noqa: FBT001
    own = RecordStaff(subject="boss", name="王", roles=roles, active=active)
    Given(STAFF).when(own, by=ADMIN).then_refused("own_administration")


def household(*members: str | None) -> HouseholdRecorded:
    return HouseholdRecorded(
        household_id="h-1", members=tuple(Member(subject=each, name="张") for each in members)
    )


@pytest.mark.parametrize(
    ("records", "admitted"),
    [
        ((), True),
        ((household(),), True),
        ((household(None),), True),  # known by name alone
        ((household("li"),), True),
        ((household("wang"),), False),
        ((household("wang", None), household(None, "li")), True),
        ((household("li"), household()), False),
        ((household("li"), household(None)), False),
        ((household("li"), household(), household("li")), True),
        ((household("wang"), household()), True),
    ],
)
def test_an_owner_who_left_the_household_is_refused(
    records: tuple[HouseholdRecorded, ...],
    admitted: bool,  # noqa: FBT001
) -> None:
    state = HOUSEHOLD.fold(None, [Fact(each, NOW, MANAGER) for each in records])
    if admitted:
        require_member(claim("owner"), state)
    else:
        with pytest.raises(DomainError, match="not_a_member"):
            require_member(claim("owner"), state)


def revoked_by(by: Actor, subject: str = "li") -> Fact[AccessRevoked]:
    return Fact(AccessRevoked(subject=subject, issued_until=AT), NOW, by)


@pytest.mark.parametrize(
    ("by", "role", "issued_after", "allowed"),
    [
        (MANAGER, "csr", 0, False),
        (MANAGER, "csr", 1, True),
        (MANAGER, "admin", 0, True),  # managers have no say over administrators
        (ADMIN, "admin", 0, False),
        (ADMIN, "csr", 0, False),
        (Actor(subject="li", role="csr"), "admin", 0, False),  # one's own, in every role
    ],
)
def test_a_revocation_meets_what_was_issued_by_then(
    by: Actor,
    role: str,
    issued_after: int,
    allowed: bool,  # noqa: FBT001
) -> None:
    """`NOW` is the sandbox's time, two years before: only the times of tokens are compared."""
    access = ACCESS.fold(ACCESS.initial, [revoked_by(by)])
    said = claim(role, issued_at=AT + timedelta(milliseconds=issued_after))
    if allowed:
        require_valid(said, access, None)
    else:
        with pytest.raises(DomainError, match="access_revoked"):
            require_valid(said, access, None)


def test_a_revocation_does_not_go_back() -> None:
    earlier = AccessRevoked(subject="li", issued_until=AT - timedelta(hours=1))
    access = ACCESS.fold(ACCESS.initial, [revoked_by(ADMIN), Fact(earlier, NOW, ADMIN)])
    assert access.revoked_until == access.administrator_until == AT


REVOKE = RevokeAccess(subject="li", at=AT, reason="已离职")


@pytest.mark.parametrize("role", ["admin", "manager", "system", "operator"])
def test_who_revokes_the_access_of_others(role: str) -> None:
    done = AccessRevoked(subject="li", issued_until=AT, reason="已离职")
    Given(ACCESS).when(REVOKE, by=Actor(subject="x", role=role)).then(done)


@pytest.mark.parametrize("role", ["owner", "csr", "supervisor", "auditor", "integration"])
def test_everybody_revokes_their_own_alone(role: str) -> None:
    Given(ACCESS).when(REVOKE, by=Actor(subject="x", role=role)).then_refused("role_not_permitted")
    own = AccessRevoked(subject="li", issued_until=AT, reason="已离职")
    Given(ACCESS).when(REVOKE, by=Actor(subject="li", role=role)).then(own)


@pytest.mark.parametrize(
    ("communities", "allowed"), [(("a",), True), (("a", "c"), False), ((), False), (("c",), False)]
)
def test_a_manager_of_communities_revokes_that_of_their_staff(
    communities: tuple[str, ...],
    allowed: bool,  # noqa: FBT001
) -> None:
    given = Given(ACCESS).and_(STAFF.stream("li"), staff("csr", communities=communities))
    revoked = given.when(REVOKE, by=MANAGER, communities=("a", "b"))
    if allowed:
        revoked.then(AccessRevoked(subject="li", issued_until=AT, reason="已离职"))
    else:
        revoked.then_refused("not_your_staff")
    Given(ACCESS).when(REVOKE, by=MANAGER, communities=("a",)).then_refused("not_your_staff")


def test_an_api_key_is_revoked_by_its_id() -> None:
    of_a_key = RevokeAccess(subject="key:0192", at=AT)
    Given(ACCESS).when(of_a_key, by=ADMIN).then_refused("not_a_person", pointer="/subject")


def test_a_suspended_tenant_is_refused() -> None:
    tenant = Tenant(name="锦绣", timezone="Asia/Shanghai", sandbox=False, suspended_for="合同到期")
    with pytest.raises(DomainError, match="tenant_suspended"):
        require_not_suspended(tenant)
    require_not_suspended(None)
