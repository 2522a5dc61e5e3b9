"""The API: the edge, the routes, and the life of what they work with."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.api.application import Application
from app.api.routers import (
    api_keys,
    approval_figures,
    attachments,
    authorities,
    budgets,
    calendars,
    campaigns,
    compensation_flags,
    compensation_rules,
    compensations,
    directories,
    events,
    experience,
    first_time_fix,
    follow_up_series,
    health,
    ledger,
    lists,
    metrics,
    money_figures,
    policies,
    problems,
    promise_figures,
    promises,
    referrals,
    root_causes,
    settings,
    sla,
    sla_what_if,
    survey_metrics,
    surveys,
    tenants,
    ticket_commands,
    tickets,
    timelines,
    voices,
)
from app.api.texts.language import chosen
from app.bootstrap import build_version, open_services, run_wakeups, run_worker
from app.config import Settings, read_settings
from app.pages.contract.published import published
from app.pages.routes import install_pages
from app.telemetry import configure_logging, configure_tracing

ROUTERS = (
    lists,
    tickets,
    ticket_commands,
    follow_up_series,
    promises,
    attachments,
    sla,
    policies,
    authorities,
    calendars,
    sla_what_if,
    ledger,
    budgets,
    compensation_flags,  # their paths would be ids to the routes of compensations
    compensations,
    compensation_rules,
    metrics,
    money_figures,
    approval_figures,
    promise_figures,
    campaigns,  # before the surveys, whose ids would take their name
    surveys,
    survey_metrics,
    experience,
    voices,
    first_time_fix,
    problems,
    root_causes,
    timelines,
    referrals,
    directories,
    settings,
    events,
    api_keys,
    tenants,
    health,
)


def spare_the_collector() -> None:
    """What was made by now stays as long as the process: no later collection need look at it. And a
    request leaves a thousand values, hardly ever a ring of them: it is looked for less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def create_app(configured: Settings, *, with_worker: bool = False) -> Application:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            services = await stack.enter_async_context(open_services(configured))
            if with_worker:
                await stack.enter_async_context(run_worker(services))
            await stack.enter_async_context(run_wakeups(services))
            app.state.services = services
            spare_the_collector()
            yield

    app = Application(
        title="Suyuan 溯源",
        version=build_version(),
        openapi_url=None,  # the pages serve it
        publish=published,
        lifespan=life,
        body_limit=configured.body_limit,
    )
    for each in ROUTERS:
        app.include_router(each.router)
    install_pages(app, chosen=chosen)
    return app


def from_environment() -> Application:
    """What uvicorn makes in each of several worker processes."""
    configured = read_settings()
    configure_logging(configured.log_format)
    configure_tracing("suyuan-api")
    return create_app(configured)
