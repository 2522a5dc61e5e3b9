"""The whole application in this process, on a database of the test's own, without a worker."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from app.bootstrap import Services, open_services
from app.config import Settings
from app.http.application import Application
from app.projections.catalogue import PROJECTIONS
from app.subscriptions.builds import ensure_read_models, open_owner_engine
from app.web import create_app

ADMIN_KEY = "operator-key-of-the-tests"
ADDRESS = "192.0.2.1"
REPORT = {
    "kind": "repair",
    "category": "leak",
    "description": "厨房漏水",
    "channel": "app",
    "location": {"community": "jinxiu"},
}


@dataclass
class House:
    app: Application
    services: Services
    tenant_id: UUID
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, address: str = ADDRESS) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 40_000))
        return httpx.AsyncClient(transport=transport, base_url="http://house")

    async def call(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | more.pop("headers", {})
        async with self.client(more.pop("address", ADDRESS)) as client:
            return await client.request(method, path, headers=headers, **more)

    async def person(self, role: str, subject: str, **more: Any) -> None:
        body = {"role": role, "subject": subject} | more
        made = await self.call("admin", "POST", "/v1/sandbox/tokens", json=body)
        assert made.status_code == 200, made.text
        self.tokens[subject] = made.json()["token"]

    async def report(self, who: str) -> str:
        body = REPORT if who != "csr" else REPORT | {"reporter": {"name": "张三"}}
        made = await self.call(who, "POST", "/v1/tickets", json=body)
        assert made.status_code == 201, made.text
        ticket_id: str = made.json()["id"]
        return ticket_id


@asynccontextmanager
async def open_house(database_url: str, data_dir: Path, **settings: Any) -> AsyncIterator[House]:
    """A sandbox with two people of one household, one of another, and staff."""
    owner = open_owner_engine(database_url)
    await ensure_read_models(owner, PROJECTIONS)
    await owner.dispose()
    configured = Settings(
        database_url=database_url,
        data_dir=data_dir,
        admin_key=ADMIN_KEY,
        token_secret="s" * 40,
        **settings,
    )
    async with open_services(configured) as services:
        app = create_app(configured)
        app.state.services = services
        house = House(app, services, services.new_id())
        house.tokens["operator"] = ADMIN_KEY
        made = await house.call(
            "operator",
            "POST",
            "/v1/tenants",
            json={"name": "锦绣物业", "sandbox": True, "clock": "2024-03-05T09:00:00+08:00"},
        )
        house.tenant_id = UUID(made.json()["tenant_id"])
        house.tokens["admin"] = services.tokens.issue(
            subject="admin", tenant_id=house.tenant_id, role="admin", lifetime=timedelta(days=1)
        )
        await house.person("owner", "zhang", household_id="h-1")
        await house.person("owner", "zhang-jr", household_id="h-1")
        await house.person("owner", "li", household_id="h-2")
        await house.person("csr", "csr")
        yield house
