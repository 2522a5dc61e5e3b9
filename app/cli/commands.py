"""The commands by name. Each is imported when it is called, so that help stays fast."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

Table = Mapping[str, tuple[str, str]]
"""By name: where it is (a function or a `typer.Typer` of several), and the first lines of its
help."""

COMMANDS: Table = {
    "serve": (
        "app.cli.serve:serve",
        "API and worker, on the embedded database unless DATABASE_URL is set. Ctrl-C stops it all.",
    ),
    "api": (
        "app.cli.api:api",
        "The API alone. Needs DATABASE_URL, or an embedded database that `suyuan serve` keeps.",
    ),
    "worker": (
        "app.cli.worker:worker",
        "The worker alone: subscriptions, timers, rebuilds. Any number may run.",
    ),
    "migrate": (
        "app.cli.operate:migrate",
        "Bring the schema up to date. Safe to run on every start.",
    ),
    "demo": (
        "app.cli.demo:demo",
        "A sandbox tenant with a repair from report to follow-up, and one that nobody came for in"
        " time, printed as it unfolds.",
    ),
    "tenants": ("app.cli.people:tenants", "Property-service companies."),
    "tokens": ("app.cli.people:tokens", "Tokens of the API."),
    "secrets": ("app.cli.keys:secrets", "The secrets that sign tokens."),
    "db": ("app.cli.commands:db", "The database."),
    "projections": ("app.cli.read_models:projections", "Read models."),
    "subscriptions": ("app.cli.read_models:subscriptions", "Durable readers of the log."),
}


class Deferred(TyperCommand):
    """A placeholder that loads the command when it is invoked."""

    def __init__(self, name: str, where: str, summary: str) -> None:
        super().__init__(name=name, help=summary)
        self._where = where

    def load(self) -> Any:
        module, _, attribute = self._where.partition(":")
        target = getattr(import_module(module), attribute)
        if isinstance(target, typer.Typer):
            command: Any = typer.main.get_group(target)
        else:
            command = typer.main.get_command(_single(target))
        command.name = self.name
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        """The context belongs to the loaded command, so that one is invoked."""
        return self.load().make_context(info_name, args, parent, **extra)


def _single(function: Callable[..., Any]) -> typer.Typer:
    one = typer.Typer(add_completion=False)
    one.command()(function)
    return one


DATABASE_COMMANDS: Table = {
    "url": (
        "app.cli.db:url",
        "A superuser URL of the embedded database. It answers while something uses the database:"
        " `suyuan serve`, or this command with --wait.",
    ),
    "dump": (
        "app.cli.backups:dump",
        "Write the database to a file, as it is at this instant. Everything may go on meanwhile.",
    ),
    "restore": (
        "app.cli.backups:restore",
        "Fill an empty database from a dump, whole or not at all, and bring it up to date.",
    ),
}


class DeferredCommands(TyperGroup):
    table: Table

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (where, summary) in self.table.items():
            self.add_command(Deferred(name, where, summary))


class Commands(DeferredCommands):
    table = COMMANDS


class DatabaseCommands(DeferredCommands):
    table = DATABASE_COMMANDS


db = typer.Typer(cls=DatabaseCommands, help="The database.", no_args_is_help=True)


@db.callback()
def _database() -> None:
    """The database."""
