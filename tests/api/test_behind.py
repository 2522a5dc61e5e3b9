"""An answer from a read model that is behind says so; a worker beside the API has its own pool."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from app.bootstrap import READS_AT_ONCE, Services
from app.config import Settings
from app.web import create_app
from tests.projections.telling import make_read_models
from tests.running import ADMIN_KEY

BEHIND = "suyuan-read-models"


@asynccontextmanager
async def served(
    settings: Settings, *, with_worker: bool
) -> AsyncIterator[tuple[Services, httpx.AsyncClient]]:
    app = create_app(settings, with_worker=with_worker)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
    ):
        yield app.state.services, client


def settings_of(database_url: str, data_dir: Path) -> Settings:
    return Settings(
        database_url=database_url,
        data_dir=data_dir,
        admin_key=ADMIN_KEY,
        token_secret="of-the-tests-" * 3,
    )


def size(engine: AsyncEngine) -> int:
    assert isinstance(engine.pool, QueuePool)
    return engine.pool.size()


async def test_without_a_worker_a_list_answers_at_once_and_says_that_it_may_lack_something(
    database_url: str, tmp_path: Path
) -> None:
    await make_read_models(database_url)
    settings = settings_of(database_url, tmp_path)
    async with served(settings, with_worker=False) as (services, client):
        assert services.worker_engine is services.engine
        assert size(services.engine) == settings.engine_pool_size
        made = await client.post(
            "/v1/tenants",
            json={"name": "锦绣物业"},
            headers={"Authorization": f"Bearer {ADMIN_KEY}"},
        )
        assert made.status_code == 201, made.text
        token = {"Authorization": f"Bearer {made.json()['admin_token']}"}
        listed = await client.get("/v1/tickets", headers=token)
        assert (listed.status_code, listed.headers.get(BEHIND)) == (200, "behind")
        assert BEHIND not in (await client.get("/healthz")).headers
    async with served(settings, with_worker=True) as (services, client):
        assert services.worker_engine is not services.engine
        both = size(services.engine) + size(services.worker_engine)
        assert both == settings.engine_pool_size
        for _ in range(60):  # each waits for the worker, two seconds at most
            if BEHIND not in (await client.get("/v1/tickets", headers=token)).headers:
                break
        else:
            raise AssertionError("the worker never caught up")


async def test_the_reads_of_one_tenant_leave_room_for_those_of_another(
    database_url: str, tmp_path: Path
) -> None:
    await make_read_models(database_url)
    settings = settings_of(database_url, tmp_path)
    async with served(settings, with_worker=False) as (services, client):
        tokens = []
        for name in ("锦绣物业", "滨江物业"):
            made = await client.post(
                "/v1/tenants", json={"name": name}, headers={"Authorization": f"Bearer {ADMIN_KEY}"}
            )
            tokens.append({"Authorization": f"Bearer {made.json()['admin_token']}"})
        one, two = tokens
        tenant = UUID(made.json()["tenant_id"])
        services.reads._patience = 0.05
        async with AsyncExitStack() as stack:
            for _ in range(READS_AT_ONCE):
                await stack.enter_async_context(services.reads.taken(tenant))
            refused = await client.get("/v1/events", headers=two)
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert (await client.head("/v1/events", headers=one)).status_code == 200
        for _ in range(READS_AT_ONCE + 1):  # each gives its place back, refused ones too
            assert (await client.get("/v1/events?limit=0", headers=two)).status_code == 422
        assert (await client.get("/v1/events", headers=two)).status_code == 200
        assert services.reads._slots == {}
