"""Tells errors of an event, which is then parked, from a lost database, which is waited for."""

import random
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db import LOST, DatabaseUnavailable

# The read model's table is missing or not ours: not the event's fault.
UNREADY = (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError)


Reason = Literal["unknown", "undecodable", "failed", "crashed"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a stream is parked. `unknown` is the type and schema version of an event that this code
    does not know: code that knows it takes the stream up by itself."""

    reason: Reason
    error: str
    unknown: tuple[str, int] | None = None


class HandlerFailed(Exception):
    """A handler raised an error of its own that looks like a lost connection."""


def is_lost(error: BaseException) -> bool:
    """Whether the database is at fault. A statement timeout is the event's fault: it would time out
    again, for ever."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DatabaseUnavailable):
        error = error.__cause__ or error
    if isinstance(error, DBAPIError):
        cause = error.orig and error.orig.__cause__
        if isinstance(cause, asyncpg.QueryCanceledError):
            return False
        return error.connection_invalidated or isinstance(cause, (*LOST, *UNREADY))
    return isinstance(error, (DatabaseUnavailable, *LOST))


@contextmanager
def as_unavailable() -> Iterator[None]:
    """Turns every error of a lost database into `DatabaseUnavailable`."""
    try:
        yield
    except (SQLAlchemyError, *LOST) as error:
        if is_lost(error):
            raise DatabaseUnavailable(describe(error)) from error
        raise


def describe(error: BaseException) -> str:
    """The first line only: later lines may quote values."""
    if isinstance(error, DatabaseUnavailable) and error.__cause__:
        error = error.__cause__
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:500]


def where(error: BaseException) -> str:
    """Type and place, for the log: a message may hold personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def jittered(back_off: float, attempt: int) -> float:
    """Seconds before a retry: exponential back-off with jitter."""
    return back_off * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
