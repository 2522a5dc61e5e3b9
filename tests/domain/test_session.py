"""Sessions: a refresh token is used once, a lost answer is given again, theft ends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.records.session import (
    GRACE,
    IDLE,
    LONGEST,
    SESSION,
    OpenSession,
    RefreshSession,
    SignOut,
)
from app.events.base import Actor
from app.events.session import SessionEnded, SessionOpened, SessionRefreshed
from tests.given_when_then import Given

ZHANG = Actor(subject="zhang", role="owner")
AT = datetime(2026, 3, 5, 1, tzinfo=UTC)  # long after the sandbox's clock of `Given`
OPEN = OpenSession(subject="zhang", role="owner", household_id="h-1", name="张", at=AT)
OPENED = SessionOpened(subject="zhang", role="owner", household_id="h-1", name="张", opened_at=AT)
REUSED = SessionEnded(reason="refresh_token_reused")
OUT = SessionEnded(reason="signed_out")


def refreshed(generation: int, after: timedelta) -> SessionRefreshed:
    return SessionRefreshed(generation=generation, refreshed_at=AT + after)


def send(generation: int, after: timedelta) -> RefreshSession:
    return RefreshSession(generation=generation, at=AT + after)


HOUR = timedelta(hours=1)


def test_it_is_opened_once_by_those_who_log_people_in() -> None:
    Given(SESSION).when(OPEN).then(OPENED)
    Given(SESSION, OPENED).when(OPEN).then_refused("session_already_open")
    Given(SESSION).when(OPEN, by=ZHANG).then_refused("role_not_permitted")
    homeless = OpenSession(subject="zhang", role="owner", at=AT)
    Given(SESSION).when(homeless).then_refused("required", pointer="/household_id")


@pytest.mark.parametrize(
    ("before", "sent", "then"),
    [
        ((), send(0, HOUR), (refreshed(1, HOUR),)),
        ((refreshed(1, HOUR),), send(0, HOUR + GRACE), ()),
        ((refreshed(1, HOUR),), send(0, HOUR - GRACE), ()),  # another host's clock is behind
        ((refreshed(1, HOUR),), send(1, HOUR + GRACE), (refreshed(2, HOUR + GRACE),)),
        ((refreshed(1, HOUR),), send(0, HOUR + 2 * GRACE), (REUSED,)),
        ((refreshed(1, HOUR), refreshed(2, HOUR)), send(0, HOUR), (REUSED,)),
        ((), send(0, IDLE), (refreshed(1, IDLE),)),
    ],
)
def test_each_token_is_used_once_and_the_last_again_for_a_minute(
    before: tuple[Any, ...], sent: RefreshSession, then: tuple[Any, ...]
) -> None:
    Given(SESSION, OPENED, *before).when(sent, by=ZHANG).then(*then)


@pytest.mark.parametrize(
    ("before", "sent", "code"),
    [
        ((), send(0, IDLE + HOUR), "session_expired"),
        (
            tuple(refreshed(n, n * IDLE) for n in range(1, 7)),
            send(6, LONGEST + HOUR),
            "session_expired",
        ),
        ((OUT,), send(0, HOUR), "session_ended"),
        ((REUSED,), send(0, HOUR), "session_ended"),
    ],
)
def test_what_is_over_is_not_refreshed(
    before: tuple[Any, ...], sent: RefreshSession, code: str
) -> None:
    Given(SESSION, OPENED, *before).when(sent, by=ZHANG).then_refused(code)


def test_one_signs_out_of_ones_own_session() -> None:
    Given(SESSION, OPENED).when(SignOut(), by=ZHANG).then(OUT)
    Given(SESSION, OPENED, OUT).when(SignOut(), by=ZHANG).then_nothing()
    Given(SESSION).when(SignOut(), by=ZHANG).then_refused("session_unknown")
    other = Actor(subject="li", role="owner")
    for command in (SignOut(), send(0, HOUR)):
        Given(SESSION, OPENED).when(command, by=other).then_refused("not_your_session")
