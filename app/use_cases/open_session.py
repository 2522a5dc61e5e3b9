"""Opens sessions and renews their access. Whoever has verified a log-in calls `open_session`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.errors import Withdrawn
from app.domain.records.session import (
    IDLE,
    SESSION,
    OpenSession,
    RefreshSession,
    Session,
)
from app.event_store.errors import UnknownTenant
from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.events.base import Actor
from app.identity import refresh_tokens
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.identity.refresh_tokens import RefreshLink
from app.identity.tokens import TokenIssuer
from app.use_cases.standing import Standing

ACCESS_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a client keeps: `access` lives for `expires_in`, `refresh` is used once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    session_id: UUID
    expires_in: timedelta = ACCESS_LIFETIME
    refresh_expires_in: timedelta = IDLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """`clock` is real time in seconds, also for sandboxes. The first of `secrets` signs refresh
    tokens, all verify them."""

    store: EventStore
    handler: CommandHandler
    standing: Standing
    issuer: TokenIssuer
    secrets: tuple[bytes, ...] = field(repr=False)
    clock: Callable[[], float] = time.time

    def now(self) -> datetime:
        return datetime.fromtimestamp(round(self.clock(), 3), UTC)

    async def open(
        self,
        envelope: Envelope,
        session_id: UUID,
        *,
        subject: str,
        role: str,
        household_id: str | None = None,
        communities: tuple[str, ...] = (),
        name: str | None = None,
    ) -> Tokens:
        """For somebody whose log-in the caller has verified. Raises `DomainError`."""
        command = OpenSession(
            subject=subject,
            role=role,
            household_id=household_id,
            communities=communities,
            name=name,
            at=self.now(),
        )
        outcome = await self.handler.handle(SESSION.stream(str(session_id)), command, envelope)
        return self._tokens(envelope.tenant_id, session_id, outcome.state)

    async def refresh(self, token: str) -> Tokens:
        """A new pair for a refresh token. Its holder may have lost the answer: for a minute the
        same token is answered again. Raises `InvalidToken`, `Withdrawn` and `NotPermitted`."""
        link = self.link_of(token)
        session = await self._session(link)
        await self.standing.look(_principal(link, session))
        envelope = Envelope(
            tenant_id=link.tenant_id, actor=Actor(subject=session.subject, role=session.role)
        )
        outcome = await self.handler.handle(
            SESSION.stream(str(link.session_id)),
            RefreshSession(generation=link.generation, at=self.now()),
            envelope,
        )
        if outcome.state.ended_for is not None:
            raise Withdrawn("refresh_token_reused")
        return self._tokens(link.tenant_id, link.session_id, outcome.state)

    def link_of(self, token: str) -> RefreshLink:
        """By its signature alone. Raises `InvalidToken`."""
        link = refresh_tokens.read(self.secrets, token)
        if link is None:
            raise InvalidToken("refresh_token_invalid")
        return link

    async def _session(self, link: RefreshLink) -> Session:
        try:
            session = await state_of(
                self.store, link.tenant_id, SESSION.stream(str(link.session_id))
            )
        except UnknownTenant as unknown:
            raise InvalidToken("refresh_token_invalid") from unknown
        if session is None:
            raise InvalidToken("refresh_token_invalid")
        return session

    def _tokens(self, tenant_id: UUID, session_id: UUID, session: Session) -> Tokens:
        access = self.issuer.issue(
            subject=session.subject,
            tenant_id=tenant_id,
            role=session.role,
            lifetime=ACCESS_LIFETIME,
            household_id=session.household_id,
            communities=session.communities,
            name=session.name,
            session=str(session_id),
        )
        link = RefreshLink(
            tenant_id=tenant_id, session_id=session_id, generation=session.generation
        )
        return Tokens(
            access=access,
            refresh=refresh_tokens.mint(self.secrets[0], link),
            session_id=session_id,
        )


def _principal(link: RefreshLink, session: Session) -> Principal:
    return Principal(
        subject=session.subject,
        tenant_id=link.tenant_id,
        role=session.role,
        household_id=session.household_id,
        communities=session.communities,
        expires_at=None,
        issued_at=session.opened_at,
        session=str(link.session_id),
    )
