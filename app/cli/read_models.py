"""`suyuan projections` and `suyuan subscriptions`: progress, rebuild, retry of parked streams."""

import asyncio
import logging
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar
from sqlalchemy import text

from app.bootstrap import Services, open_services
from app.cli.database import database
from app.cli.output import Json, fail, print_json, print_table, say, with_error_messages
from app.config import read_settings
from app.projections.catalogue import PROJECTIONS
from app.reactors.base import ReactorSubscription
from app.reactors.catalogue import REACTORS
from app.subscriptions.base import Subscription
from app.subscriptions.builds import (
    BuiltByNewerCode,
    Projection,
    builds_to_keep,
    open_owner_engine,
)
from app.subscriptions.progress import Progress, read_progress
from app.subscriptions.rebuild import Rebuild
from app.subscriptions.retry import StillFailing, retry_parked
from app.subscriptions.runner import Runner
from app.subscriptions.switch import StreamsParked
from app.telemetry import configure_logging

projections = typer.Typer(help="Read models.", no_args_is_help=True)
subscriptions = typer.Typer(help="Durable readers of the log.", no_args_is_help=True)

_BUILDS = text(
    "select name, build, code_version, status from read_model_build"
    " where status <> 'retired' order by name, build"
)


@projections.command("list")
@with_error_messages
def list_projections(json: Json = False) -> None:  # noqa: FBT002
    """Every read model, which table of it serves, and how far it is."""

    async def load(services: Services) -> list[dict[str, Any]]:
        async with services.engine.connect() as connection:
            builds = (await connection.execute(_BUILDS)).all()
        rows = []
        for each in builds:
            progress = await read_progress(services.engine, f"{each.name}@{each.build}")
            rows.append(
                {
                    "name": each.name,
                    "build": each.build,
                    "code_version": each.code_version,
                    "status": each.status,
                    "done": progress.done,
                    "total": progress.total,
                    "parked": progress.parked,
                }
            )
        return rows

    _report(asyncio.run(_with_services(load)), json=json)


def _report(rows: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        print_json(rows)
    elif rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    else:
        say("none")


async def _with_services(work: Any) -> Any:
    configured = read_settings()
    configure_logging(configured.log_format, level=logging.WARNING)
    with database(configured) as (settings, _server):
        async with open_services(settings) as services:
            return await work(services)


def _projection_named(name: str) -> Projection:
    for projection in PROJECTIONS:
        if projection.name == name:
            return projection
    known = ", ".join(projection.name for projection in PROJECTIONS)
    raise fail(f"there is no read model {name!r}", f"There are: {known}")


def _runner(services: Services) -> Runner:
    return Runner(services.engine, services.store, holder=f"cli:{services.new_id().hex[-12:]}")


@projections.command("rebuild")
@with_error_messages
def rebuild(
    name: str,
    json: Json = False,  # noqa: FBT002
) -> None:
    """Fill a new table beside the one that serves, then switch. May be stopped and begun again."""
    projection = _projection_named(name)
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events, {task.fields[rate]}/s"),
        disable=json,
    )
    task = bar.add_task(name, total=None, rate=0)

    def report(progress: Progress) -> None:
        bar.update(
            task,
            completed=progress.done,
            total=progress.total,
            rate=round(progress.per_second),
        )

    async def work(services: Services) -> dict[str, Any]:
        owner = open_owner_engine(services.settings.database_url or "")
        try:
            build = await Rebuild(owner, _runner(services), projection, report=report).run()
        finally:
            await owner.dispose()
        progress = await read_progress(services.engine, build.name)
        return {"name": name, "build": build.number, "events": progress.done}

    try:
        with bar:
            made = asyncio.run(_with_services(work))
    except (StreamsParked, BuiltByNewerCode) as error:
        raise fail(f"{name} was not switched: {error or type(error).__name__}") from error
    if json:
        print_json(made)
    else:
        say(f"{name}: build {made['build']} serves, {made['events']} events")


async def _subscriptions(services: Services) -> list[Subscription]:
    reactors = [
        ReactorSubscription(reactor=reactor, handler=services.handler, store=services.store)
        for reactor in REACTORS
    ]
    return [*reactors, *await builds_to_keep(services.engine, PROJECTIONS)]


@subscriptions.command("list")
@with_error_messages
def list_subscriptions(json: Json = False) -> None:  # noqa: FBT002
    """Every subscription with its lag, and the streams that are set aside."""

    async def load(services: Services) -> list[dict[str, Any]]:
        rows = []
        for each in await _subscriptions(services):
            progress = await read_progress(services.engine, each.name)
            rows.append(
                {
                    "subscription": each.name,
                    "done": progress.done,
                    "total": progress.total,
                    "lag": progress.total - progress.done,
                    "parked": progress.parked,
                }
            )
        return rows

    _report(asyncio.run(_with_services(load)), json=json)


@subscriptions.command("retry")
@with_error_messages
def retry(
    subscription: Annotated[str, typer.Argument(help="As `subscriptions list` names it.")],
    tenant: UUID,
    stream: Annotated[str, typer.Argument(help="For instance ticket-0190…")],
    json: Json = False,  # noqa: FBT002
) -> None:
    """Handle a stream that was set aside, after its cause was mended."""

    async def work(services: Services) -> int:
        by_name = {each.name: each for each in await _subscriptions(services)}
        if subscription not in by_name:
            raise fail(f"no subscription {subscription!r}", f"There are: {', '.join(by_name)}")
        return await retry_parked(_runner(services), by_name[subscription], tenant, stream)

    try:
        handled = asyncio.run(_with_services(work))
    except StillFailing as error:
        raise fail(f"{stream} still cannot be handled: {error.__cause__ or error}") from error
    if json:
        print_json({"subscription": subscription, "stream": stream, "events": handled})
    else:
        say(f"{stream}: {handled} events handled")
