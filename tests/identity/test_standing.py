"""The cache between tokens and records: what it asks the database for, and when it forgets."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.bootstrap import Services, open_services, run_wakeups
from app.commands import Envelope
from app.config import Settings
from app.domain.errors import DomainError
from app.domain.records.access import ACCESS, RevokeAccess
from app.domain.records.household import HOUSEHOLD, Member, RecordHousehold
from app.domain.records.staff import STAFF, RecordStaff
from app.domain.records.tenant import OpenTenant, ResumeTenant, SuspendTenant
from app.event_store.store import Loaded
from app.identity.oidc import OidcVerifier
from app.identity.principal import Principal
from app.use_cases.open_tenant import OPERATOR, open_tenant
from app.use_cases.standing import FRESH_FOR, Standing
from app.use_cases.suspend_tenant import set_suspension
from tests.identity.clock import Clock
from tests.identity.oidc_issuer import EC, NOW, token
from tests.subscriptions.until import until

ISSUED_AT = datetime(2026, 3, 5, tzinfo=UTC)
SECRET = "a secret that is long enough to sign"


@asynccontextmanager
async def process(database_url: str, *, wake_ups: bool = True) -> AsyncIterator[Services]:
    """What one process of an installation has."""
    settings = Settings(
        database_url=database_url,
        data_dir=None,
        attachments_url="s3://unused",
        admin_key="k" * 16,
        token_secret=SECRET,
        wake_ups=wake_ups,
    )
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings))
        await stack.enter_async_context(run_wakeups(services))
        yield services


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Services]:
    async with process(database_url) as services:
        yield services


async def opened(services: Services) -> UUID:
    tenant_id = services.new_id()
    await open_tenant(
        services.store,
        services.handler,
        tenant_id,
        OpenTenant(name="锦绣", sandbox=True),
        clock=datetime(2024, 3, 5, tzinfo=UTC),
    )
    return tenant_id


async def record(services: Services, tenant_id: UUID, *roles: str, active: bool = True) -> None:
    await services.handler.handle(
        STAFF.stream("li"),
        RecordStaff(subject="li", name="李", roles=roles, active=active),
        Envelope(tenant_id=tenant_id, actor=OPERATOR),
    )


def li(tenant_id: UUID, role: str = "csr", **more: str) -> Principal:
    principal = Principal(
        subject="li", tenant_id=tenant_id, role=role, expires_at=None, issued_at=ISSUED_AT
    )
    return replace(principal, household_id=more.get("household"))


async def told(standing: Standing, principal: Principal, token: str = "t") -> str:  # noqa: S107
    """`ok`, or the code of the refusal."""
    try:
        await standing.of(token, principal)
    except DomainError as refused:
        return refused.code
    return "ok"


async def test_a_miss_is_one_load_and_a_hit_none(
    here: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id = await opened(here)
    await record(here, tenant_id, "csr")
    loads: list[int] = []
    load = here.store.load

    async def counted(tenant: UUID, streams: list[str], *of_a_command: list[UUID]) -> Loaded:
        if not of_a_command:
            loads.append(len(streams))
        return await load(tenant, streams, *of_a_command)

    monkeypatch.setattr(here.store, "load", counted)
    for _ in range(3):
        assert await told(here.standing, li(tenant_id)) == "ok"
    assert loads == [3]  # tenant, access and staff record, in one round trip
    await record(here, tenant_id, "csr", active=False)
    for _ in range(3):
        assert await told(here.standing, li(tenant_id)) == "staff_inactive"
    assert loads == [3, 3], "refusals are cached too"


async def test_every_record_decides_at_once_in_its_own_process(here: Services) -> None:
    """Each command takes the access that the one before left, whatever it is cached as."""
    tenant_id = await opened(here)
    owner = li(tenant_id, "owner", household="h-1")
    staff = li(tenant_id)
    by_operator = Envelope(tenant_id=tenant_id, actor=OPERATOR)

    async def both() -> tuple[str, str]:
        return await told(here.standing, owner, "o"), await told(here.standing, staff, "s")

    assert await both() == ("ok", "ok")
    await here.handler.handle(
        HOUSEHOLD.stream("h-1"),
        RecordHousehold(household_id="h-1", members=(Member(subject="wang", name="王"),)),
        by_operator,
    )
    assert await both() == ("not_a_member", "ok")
    await record(here, tenant_id, "dispatcher")
    assert await both() == ("not_a_member", "role_withdrawn")
    await record(here, tenant_id, "csr")
    await here.handler.handle(
        ACCESS.stream("li"),
        RevokeAccess(subject="li", at=ISSUED_AT),
        replace(by_operator, command_id=here.new_id()),
    )
    assert await both() == ("access_revoked", "access_revoked")
    for command in (SuspendTenant(reason="欠费"), ResumeTenant(reason="已付")):
        await set_suspension(here.handler, Envelope(tenant_id=tenant_id, actor=OPERATOR), command)
        code = "tenant_suspended" if isinstance(command, SuspendTenant) else "access_revoked"
        assert await both() == (code, code)
    later = replace(staff, issued_at=ISSUED_AT + timedelta(milliseconds=1))
    assert await told(here.standing, later, "later") == "ok"


async def test_other_processes_are_told(here: Services, database_url: str) -> None:
    tenant_id = await opened(here)
    async with process(database_url) as there:
        standing = Standing(there.store, clock=Clock(0))  # its entries never grow old
        there.wakeups.watch(("staff",), standing.forget, standing.forget_all)
        assert await told(standing, li(tenant_id)) == "ok"

        async def is_told() -> bool:
            return await told(standing, li(tenant_id)) == "staff_inactive"

        await record(here, tenant_id, "csr", active=False)
        await until(is_told)


async def test_without_wake_ups_the_cache_ends_after_seconds(
    here: Services, database_url: str
) -> None:
    tenant_id = await opened(here)
    async with process(database_url, wake_ups=False) as there:
        clock = Clock(0)
        standing = Standing(there.store, clock=clock)
        assert await told(standing, li(tenant_id)) == "ok"
        await record(here, tenant_id, "csr", active=False)
        clock.now = FRESH_FOR
        assert await told(standing, li(tenant_id)) == "ok"
        clock.now = FRESH_FOR + 0.1
        assert await told(standing, li(tenant_id)) == "staff_inactive"
        # and in the process that appends, wake-ups or not
        assert await told(there.standing, li(tenant_id)) == "staff_inactive"
        await record(there, tenant_id, "csr")
        assert await told(there.standing, li(tenant_id)) == "ok"


async def test_the_cache_is_bounded_and_forgets_whole_entries(here: Services) -> None:
    tenant_id = await opened(here)
    standing = Standing(here.store, cached=3)
    for n in range(10):
        assert await told(standing, li(tenant_id), f"t{n}") == "ok"
    assert len(standing._entries) == 3
    assert {len(tokens) for tokens in standing._tokens.values()} == {3}
    standing.forget(tenant_id, "staff-li")
    assert (standing._entries, dict(standing._tokens)) == ({}, {})


async def test_what_changed_while_it_was_loaded_is_not_kept(
    here: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id = await opened(here)
    load = here.store.load

    async def overtaken(tenant: UUID, streams: list[str]) -> Loaded:
        found = await load(tenant, streams)
        here.standing.forget(tenant, "staff-li")
        return found

    monkeypatch.setattr(here.store, "load", overtaken)
    assert await told(here.standing, li(tenant_id)) == "ok"
    assert here.standing._entries == {}


async def test_people_of_an_issuer_are_held_to_the_records_too(
    here: Services, verifier: OidcVerifier
) -> None:
    tenant_id = await opened(here)
    theirs = token(EC, "ES256", "e", sub="li", role="csr", tenant_id=str(tenant_id), sid="theirs")
    principal = await verifier.verify(theirs)
    assert principal.session is None, "their session is none of ours"
    assert principal.issued_at == datetime.fromtimestamp(NOW - 30, UTC), "their clock may be ahead"
    assert await told(here.standing, principal, theirs) == "ok"
    await record(here, tenant_id, "csr", active=False)
    assert await told(here.standing, principal, theirs) == "staff_inactive"
