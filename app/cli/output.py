"""Output of the commands: text, or one JSON value with `--json`. Errors go to standard error."""

import json
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.table import Table

from app.config import BadSetting
from app.db import DatabaseUnavailable, SessionRefused
from app.domain.errors import DomainError
from app.embedded.errors import EmbeddedPostgresError
from app.event_store.errors import UnknownTenant
from app.grants import SchemaRefused
from app.texts.catalogue import text_of

Json = Annotated[bool, typer.Option("--json", help="Answer one JSON value.")]
P = ParamSpec("P")
WIDEST = 10_000

EXPECTED_ERRORS = (
    BadSetting,
    DatabaseUnavailable,
    EmbeddedPostgresError,
    DomainError,
    UnknownTenant,
    SchemaRefused,
)


def say(text: str = "") -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def print_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """As wide as its longest values: the next command needs the ids whole."""
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    Console(width=Console(width=WIDEST).measure(table).maximum).print(table)


def fail(message: str, hint: str = "") -> typer.Exit:
    sys.stderr.write(f"suyuan: {message}\n")
    if hint:
        sys.stderr.write(f"  {hint}\n")
    return typer.Exit(1)


def with_error_messages(command: Callable[P, None]) -> Callable[P, None]:
    """Prints expected errors as a message, without a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except EXPECTED_ERRORS as error:
            hint = getattr(error, "hint", "") or ""
            message = getattr(error, "message", None) or str(error) or type(error).__name__
            if isinstance(error, DomainError):
                text = text_of(error.code)
                message, hint = text.title("en"), text.detail("en", error.details)
            if isinstance(error, DatabaseUnavailable) and not isinstance(error, SessionRefused):
                message = f"the database does not answer ({message})"
                hint = "Is it running, and is DATABASE_URL right?"
            raise fail(message, hint) from error

    return run
