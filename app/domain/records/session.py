"""Sessions: a log-in whose access is renewed with a refresh token that changes at every use.

Instants in commands are those of the server's own clock: a sandbox's clock stands still.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import distinct_texts, identifier, one_of, optional_text, require
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable, Withdrawn
from app.domain.roles import ROLES
from app.events.base import Fact, Value
from app.events.session import SessionEnded, SessionEvent, SessionOpened, SessionRefreshed

SessionEnd = Literal["signed_out", "refresh_token_reused"]

GRACE = timedelta(seconds=60)
"""For which the refresh token before is still answered: the answer to it may have been lost."""
IDLE = timedelta(days=30)
"""After which a session that was not refreshed is over."""
LONGEST = timedelta(days=180)
"""After which one logs in again, however often the session was refreshed."""


class Session(Value, frozen=True, kw_only=True):
    """`generation` is that of the refresh token that is valid now."""

    subject: str
    role: str
    household_id: str | None
    communities: tuple[str, ...]
    name: str | None
    opened_at: datetime
    refreshed_at: datetime
    generation: int = 0
    ended_for: str | None = None


class OpenSession(Value, frozen=True, kw_only=True):
    subject: str
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    name: str | None = None
    at: datetime


class RefreshSession(Value, frozen=True, kw_only=True):
    """`generation` is that of the refresh token that was sent."""

    generation: int
    at: datetime


class SignOut(Value, frozen=True, kw_only=True):
    """Ends the actor's own session."""


SessionCommand = OpenSession | RefreshSession | SignOut


def decide(command: SessionCommand, state: Session | None, given: Given) -> Sequence[SessionEvent]:
    match command:
        case OpenSession():
            return open_session(command, state, given)
        case RefreshSession():
            return refresh_session(command, _own(state, given))
        case SignOut():
            ended = SessionEnded(reason="signed_out")
            return [] if _own(state, given).ended_for is not None else [ended]
        case _:
            assert_never(command)


def open_session(
    command: OpenSession, state: Session | None, given: Given
) -> Sequence[SessionEvent]:
    require(given, roles.ADMINISTER_TENANT)
    if state is not None:
        raise IllegalTransition("session_already_open")
    if command.role == "owner" and command.household_id is None:
        raise Unacceptable("required", pointer="/household_id")
    household_id = command.household_id
    return [
        SessionOpened(
            subject=identifier(command.subject, "/subject"),
            role=one_of(command.role, ROLES, "/role"),
            household_id=None
            if household_id is None
            else identifier(household_id, "/household_id"),
            communities=distinct_texts(command.communities, "/communities", most=100),
            name=optional_text(command.name, "/name"),
            opened_at=command.at,
        )
    ]


def refresh_session(command: RefreshSession, session: Session) -> Sequence[SessionEvent]:
    """Nothing for a repeat within the grace: the token of this generation was issued already. Any
    other use of an earlier token says that two have it, so the session ends."""
    if session.ended_for is not None:
        raise Withdrawn("session_ended")
    if command.at > min(session.refreshed_at + IDLE, session.opened_at + LONGEST):
        raise Withdrawn("session_expired")
    if command.generation == session.generation:
        following = command.generation + 1
        return [SessionRefreshed(generation=following, refreshed_at=command.at)]
    is_the_one_before = command.generation == session.generation - 1
    if is_the_one_before and command.at <= session.refreshed_at + GRACE:
        return []
    return [SessionEnded(reason="refresh_token_reused")]


def _own(session: Session | None, given: Given) -> Session:
    if session is None:
        raise NotFound("session_unknown")
    if session.subject != given.actor.subject:
        raise NotPermitted("not_your_session")
    return session


def evolve(state: Session | None, fact: Fact[SessionEvent]) -> Session | None:
    match fact.event:
        case SessionOpened() as opened:
            return Session(
                subject=opened.subject,
                role=opened.role,
                household_id=opened.household_id,
                communities=opened.communities,
                name=opened.name,
                opened_at=opened.opened_at,
                refreshed_at=opened.opened_at,
            )
        case SessionRefreshed(generation=generation, refreshed_at=at):
            return replace(state, generation=generation, refreshed_at=at) if state else None
        case SessionEnded(reason=reason):
            return replace(state, ended_for=reason) if state else None


SESSION: Decider[SessionCommand, Session | None] = Decider(
    category="session",
    initial=None,
    state_type=Session | None,
    decide=decide,
    evolve=evolve,
)
