"""What went wrong, and whose fault it is: the event's, which is then set aside, or the database's,
which is waited for."""

import random
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db import LOST, DatabaseUnavailable

# The read model's table is not there or not ours: nothing that an event could be blamed for.
UNREADY = (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError)


class HandlerFailed(Exception):
    """A handler raised something of its own that would pass for a lost connection."""


def is_lost(error: BaseException) -> bool:
    """Whether the database is to blame. A statement that ran out of its time is the event's fault:
    it would again, for ever."""
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
    """A lost database is told by the one name that the rest of the product knows it by."""
    try:
        yield
    except (SQLAlchemyError, *LOST) as error:
        if is_lost(error):
            raise DatabaseUnavailable(describe(error)) from error
        raise


def describe(error: BaseException) -> str:
    """One line, without the values that a database or a decoder quotes further down."""
    if isinstance(error, DatabaseUnavailable) and error.__cause__:
        error = error.__cause__
    told = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(told).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:500]


def where(error: BaseException) -> str:
    """Type and place, for the log: a message, or a frame's locals, may hold what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def jittered(back_off: float, attempt: int) -> float:
    """Seconds before a try, doubled each time; spread, so that many do not come at once."""
    return back_off * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311
