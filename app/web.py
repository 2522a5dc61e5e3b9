"""Composes the API: the edge, the routes, and the lifespan of their services."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from app.api.audit import events, timelines
from app.api.compensation import approval_figures, authorities, budgets, ledger
from app.api.compensation import figures as money_figures
from app.api.compensation import flags as compensation_flags
from app.api.compensation import routes as compensations
from app.api.compensation import rules as compensation_rules
from app.api.follow_ups import routes as follow_up_series
from app.api.improvement import first_time_fix, problems, root_causes
from app.api.people import categories, directories, households, referrals, staff
from app.api.promises import figures as promise_figures
from app.api.promises import routes as promises
from app.api.sla import calendars, policies
from app.api.sla import clocks as sla
from app.api.sla import figures as metrics
from app.api.sla import what_if as sla_what_if
from app.api.surveys import campaigns, experience, voices
from app.api.surveys import figures as survey_metrics
from app.api.surveys import routes as surveys
from app.api.tenancy import api_keys, health, sessions, suspension, tenants
from app.api.tickets import attachments, lists
from app.api.tickets import commands as ticket_commands
from app.api.tickets import routes as tickets
from app.bootstrap import open_services, run_wakeups, run_worker
from app.build import this_build
from app.config import Settings, read_settings
from app.garbage import freeze_long_lived_objects
from app.http.application import Application
from app.pages.contract.published import published
from app.pages.routes import install_pages
from app.telemetry import configure_logging, configure_tracing
from app.texts.language import preferred_language

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
    compensation_flags,  # before compensations, whose `/{compensation_id}` would match their paths
    compensations,
    compensation_rules,
    metrics,
    money_figures,
    approval_figures,
    promise_figures,
    campaigns,  # before surveys, whose `/{survey_id}` would match `/campaigns`
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
    staff,
    households,
    categories,
    events,
    api_keys,
    tenants,
    suspension,
    sessions,
    health,
)


def create_app(configured: Settings, *, with_worker: bool = False) -> Application:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            services = await stack.enter_async_context(
                open_services(configured, with_worker=with_worker)
            )
            if with_worker:
                await stack.enter_async_context(run_worker(services))
            await stack.enter_async_context(run_wakeups(services))
            app.state.services = services
            freeze_long_lived_objects()
            yield

    app = Application(
        title="Suyuan 溯源",
        version=this_build().version,  # without the commit: the contract is the same
        openapi_url=None,  # the pages serve it
        publish=published,
        lifespan=lifespan,
        body_limit=configured.body_limit,
        body_timeout=configured.body_timeout,
    )
    for each in ROUTERS:
        app.include_router(each.router)
    install_pages(app, preferred_language=preferred_language)
    return app


def from_environment() -> Application:
    """The factory that uvicorn calls in each of its worker processes."""
    configured = read_settings()
    configure_logging(configured.log_format)
    configure_tracing("suyuan-api")
    return create_app(configured)
