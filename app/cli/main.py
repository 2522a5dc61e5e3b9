"""The command line, `suyuan`."""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from app.build import this_build
from app.cli.commands import Commands

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(*, requested: bool) -> None:
    if requested:
        typer.echo(f"suyuan {this_build()}")
        raise typer.Exit


VERSION = typer.Option(
    "--version", callback=_print_version, is_eager=True, help="Which build it is."
)


@app.callback()
def suyuan(
    _version: Annotated[bool, VERSION] = False,  # noqa: FBT002
) -> None:
    """Suyuan 溯源: event-sourced service tickets for property-service companies."""


def main() -> None:
    if isinstance(sys.stdout, TextIOWrapper):  # it may be unable to print 溯源
        sys.stdout.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()
