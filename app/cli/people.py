"""`suyuan tenants` and `suyuan tokens`, for operators of the installation."""

import asyncio
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer

from app.bootstrap import open_services, open_tokens
from app.cli.database import data_dir, database
from app.cli.output import Json, fail, print_json, print_table, say, with_error_messages
from app.commands import Envelope
from app.config import read_settings
from app.domain.records.access import ACCESS, RevokeAccess
from app.domain.records.staff import STAFF
from app.domain.records.tenant import OpenTenant, ResumeTenant, SuspendTenant
from app.domain.roles import ROLES
from app.embedded.paths import make_directory
from app.use_cases.open_tenant import OPERATOR, open_tenant
from app.use_cases.suspend_tenant import set_suspension
from app.viewer import Viewer
from app.views.tenancy.tenants import render_tenants

PAGE = 100

tenants = typer.Typer(help="Property-service companies.", no_args_is_help=True)
tokens = typer.Typer(help="Tokens of the API.", no_args_is_help=True)


@tenants.command("create")
@with_error_messages
def create_tenant(
    name: str,
    timezone: str = "Asia/Shanghai",
    sandbox: Annotated[bool, typer.Option(help="With a test clock that stands still.")] = False,  # noqa: FBT002
    json: Json = False,  # noqa: FBT002
) -> None:
    """Open a tenant with the default pack; answers its administrator's token."""

    async def run() -> dict[str, object]:
        with database(read_settings()) as (settings, _server):
            async with open_services(settings) as services:
                tenant_id = services.new_id()
                await open_tenant(
                    services.store,
                    services.handler,
                    tenant_id,
                    OpenTenant(name=name, timezone=timezone, sandbox=sandbox),
                )
                token = services.admin_token(tenant_id)
                return {"tenant_id": str(tenant_id), "name": name, "admin_token": token}

    made = asyncio.run(run())
    if json:
        print_json(made)
    else:
        for key, value in made.items():
            say(f"{key}: {value}")


@tenants.command("list")
@with_error_messages
def show_tenants(json: Json = False) -> None:  # noqa: FBT002
    """Every tenant, in the order of their opening."""

    async def run() -> list[dict[str, Any]]:
        with database(read_settings()) as (settings, _server):
            async with open_services(settings) as services:
                found: list[dict[str, Any]] = []
                after: UUID | None = None
                while heads := await services.store.tenants(after=after, limit=PAGE):
                    found += await render_tenants(services.store, heads)
                    after = heads[-1].tenant_id
                return found

    found = asyncio.run(run())
    if json:
        print_json(found)
        return
    columns = ("tenant_id", "name", "timezone", "sandbox", "events")
    print_table(
        (*columns, "suspended"),
        [
            [*(row[column] or "" for column in columns), (row["suspended"] or {}).get("reason", "")]
            for row in found
        ],
    )


@tenants.command("suspend")
@with_error_messages
def suspend(tenant: UUID, reason: str, json: Json = False) -> None:  # noqa: FBT002
    """Refuse the tokens, keys and links of a tenant. Its clocks and promises go on."""
    _set_suspension(tenant, SuspendTenant(reason=reason), json=json)


@tenants.command("resume")
@with_error_messages
def resume(tenant: UUID, reason: str, json: Json = False) -> None:  # noqa: FBT002
    """End a suspension: tokens and keys from before work again."""
    _set_suspension(tenant, ResumeTenant(reason=reason), json=json)


def _set_suspension(tenant: UUID, command: SuspendTenant | ResumeTenant, *, json: bool) -> None:
    async def run() -> str | None:
        with database(read_settings()) as (settings, _server):
            async with open_services(settings) as services:
                outcome = await set_suspension(
                    services.handler, Envelope(tenant_id=tenant, actor=OPERATOR), command
                )
                reason: str | None = outcome.state.suspended_for
                return reason

    reason = asyncio.run(run())
    if json:
        print_json({"tenant_id": str(tenant), "suspended": reason})
    else:
        say(f"{tenant} is suspended: {reason}" if reason else f"{tenant} is not suspended")


@tokens.command("create")
@with_error_messages
def create_token(
    tenant: UUID,
    role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")],
    subject: str,
    household: Annotated[str | None, typer.Option(help="For owners.")] = None,
    community: Annotated[
        list[str] | None, typer.Option(help="Limits staff to it. May be given several times.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650)] = 30,
    refresh: Annotated[  # noqa: FBT002
        bool, typer.Option(help="A session: a token of an hour, and a refresh token.")
    ] = False,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Sign a token for somebody who is known already."""
    settings = read_settings()
    if role not in ROLES:
        raise fail(f"{role!r} is no role", f"Roles: {', '.join(sorted(ROLES))}")
    if role == "owner" and household is None:
        raise fail("an owner has a household", "Name it: --household h-3-1201")
    if any("/" in each for each in (subject, household or "")):
        raise fail("an id has no slash", "It is part of addresses: /v1/staff/SUBJECT.")
    communities = tuple(community or ())
    if refresh:
        answer = asyncio.run(_open_session(tenant, role, subject, household, communities))
    else:
        make_directory(data_dir(settings))  # with the modes that the embedded server needs
        try:
            token = open_tokens(replace(settings, data_dir=data_dir(settings))).issue(
                subject=subject,
                tenant_id=tenant,
                role=role,
                household_id=household,
                communities=communities,
                lifetime=timedelta(days=days),
            )
        except ValueError as refused:
            raise fail(
                "the subject, household or community is not valid",
                "An id is 1 to 128 printable characters without blank or slash.",
            ) from refused
        answer = {"token": token}
    if json:
        print_json(answer)
    else:
        for value in answer.values():
            say(value)


async def _open_session(
    tenant: UUID, role: str, subject: str, household: str | None, communities: tuple[str, ...]
) -> dict[str, str]:
    with database(read_settings()) as (settings, _server):
        async with open_services(settings) as services:
            opened = await services.sessions.open(
                Envelope(tenant_id=tenant, actor=OPERATOR),
                services.new_id(),
                subject=subject,
                role=role,
                household_id=household,
                communities=communities,
            )
    return {"token": opened.access, "refresh_token": opened.refresh}


@tokens.command("revoke")
@with_error_messages
def revoke_tokens(
    tenant: UUID,
    subject: str,
    reason: Annotated[str | None, typer.Option(help="For the log.")] = None,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Refuse every session and token that somebody has. They may log in again: to keep them out,
    set their staff record to inactive."""

    async def run() -> tuple[datetime, bool]:
        with database(read_settings()) as (settings, _server):
            async with open_services(settings) as services:
                outcome = await services.handler.handle(
                    ACCESS.stream(subject),
                    RevokeAccess(subject=subject, at=services.sessions.now(), reason=reason),
                    Envelope(tenant_id=tenant, actor=OPERATOR),
                )
                reader = services.reader(tenant, Viewer(role="operator", subject=OPERATOR.subject))
                record = await reader.state_of(STAFF.stream(subject))
                return outcome.state.revoked_until, record is not None

    until, has_record = asyncio.run(run())
    if not has_record:  # which is no mistake of an owner, or of a person of the OIDC issuer
        sys.stderr.write(f"no staff record is of {subject}: an owner, or a typing error?\n")
    if json:
        print_json({"subject": subject, "issued_until": until})
    else:
        say(f"what {subject} was issued until {until} is refused")
