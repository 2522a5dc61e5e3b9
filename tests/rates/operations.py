"""The operations of the contract, sent without a body by whom a test likes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from tests.rates.house import ADMIN_KEY, House

METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    published: dict[str, Any]

    @property
    def needs_credentials(self) -> bool:
        return bool(self.published.get("security"))

    @property
    def role(self) -> str | None:
        """One that may; None for what the operator alone may."""
        roles: list[str] = self.published.get("x-roles", [None])
        return roles[0]

    @property
    def scope(self) -> str | None:
        return self.published.get("x-scope")

    async def sent(self, house: House, token: str) -> httpx.Response:
        url = re.sub(r"{\w+}", lambda _: str(uuid4()), self.path)
        headers = {"Authorization": f"Bearer {token}"}
        async with house.client() as client:
            return await client.request(self.method, url, headers=headers)


def operations(house: House) -> Iterator[Operation]:
    for path, methods in house.app.openapi()["paths"].items():
        for method, published in methods.items():
            if method in METHODS:
                yield Operation(published["operationId"], method.upper(), path, published)


def subject_of(role: str) -> str:
    return f"of-{role}"


def token_of(house: House, role: str | None, scopes: list[str] | None = None) -> str:
    """Of somebody without a record, whom the token is believed; None: of the operator."""
    if role is None:
        return ADMIN_KEY
    return house.services.tokens.issue(
        subject=subject_of(role),
        tenant_id=house.tenant_id,
        role=role,
        lifetime=timedelta(hours=1),
        household_id="h-9" if role == "owner" else None,
        scopes=scopes,
    )
