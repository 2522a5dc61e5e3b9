"""The API: the edge, the routes, and the life of what they work with."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.api.application import Application
from app.api.routers import (
    api_keys,
    attachments,
    calendars,
    directories,
    events,
    health,
    lists,
    metrics,
    policies,
    settings,
    sla,
    sla_what_if,
    tenants,
    ticket_commands,
    tickets,
)
from app.bootstrap import build_version, open_services, run_wakeups, run_worker
from app.config import Settings, read_settings
from app.telemetry import configure_logging, configure_tracing

ROUTERS = (
    lists,
    tickets,
    ticket_commands,
    attachments,
    sla,
    policies,
    calendars,
    sla_what_if,
    metrics,
    directories,
    settings,
    events,
    api_keys,
    tenants,
    health,
)


def create_app(configured: Settings, *, with_worker: bool = False) -> Application:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            services = await stack.enter_async_context(open_services(configured))
            if with_worker:
                await stack.enter_async_context(run_worker(services))
            await stack.enter_async_context(run_wakeups(services))
            app.state.services = services
            yield

    app = Application(
        title="Suyuan 溯源",
        version=build_version(),
        description="物业服务工单：每个承诺可衡量，每句话可证明。"
        " Event-sourced service tickets for property-service companies.",
        lifespan=life,
        body_limit=configured.body_limit,
    )
    for each in ROUTERS:
        app.include_router(each.router)
    return app


def from_environment() -> Application:
    """What uvicorn makes in each of several worker processes."""
    configured = read_settings()
    configure_logging(configured.log_format)
    configure_tracing("suyuan-api")
    return create_app(configured)
