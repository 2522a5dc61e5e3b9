"""`suyuan tenants` and `suyuan tokens`, for operators of the installation."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from uuid import UUID

import typer

from app.bootstrap import open_services, open_tokens
from app.cli.database import data_dir, database
from app.cli.output import Json, fail, print_json, say, with_error_messages
from app.config import read_settings
from app.domain.records.tenant import OpenTenant
from app.domain.roles import ROLES
from app.embedded.paths import make_directory
from app.use_cases.open_tenant import open_tenant

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


@tokens.command("create")
@with_error_messages
def create_token(
    tenant: UUID,
    role: str,
    subject: str,
    household: Annotated[str | None, typer.Option(help="For owners.")] = None,
    days: Annotated[int, typer.Option(min=1, max=3650)] = 30,
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
    make_directory(data_dir(settings))  # with the modes that the embedded server needs
    try:
        token = open_tokens(replace(settings, data_dir=data_dir(settings))).issue(
            subject=subject,
            tenant_id=tenant,
            role=role,
            household_id=household,
            lifetime=timedelta(days=days),
        )
    except ValueError as refused:
        raise fail(
            "the subject or household is not valid",
            "A subject and a household are 1 to 200 characters that can be printed.",
        ) from refused
    if json:
        print_json({"token": token})
    else:
        say(token)
