"""The composition root: builds the objects from the settings. The only module that imports all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from time import monotonic
from uuid import UUID

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from uuid_utils.compat import uuid7

from app.attachments.queue import PictureQueue
from app.attachments.storage import ObjectStore
from app.build import build_version
from app.clock_watch import ClockWatch
from app.command_handler import CommandHandler
from app.config import BadSetting, Settings
from app.db import TenantSlots, open_engine, open_pool
from app.domain.deciders import DECIDERS
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.identity.bearer import BearerVerifier
from app.identity.configured import admin_keys, signing_keys
from app.identity.oidc import OidcVerifier
from app.identity.tokens import TokenIssuer
from app.projections.catalogue import PROJECTIONS
from app.rates.buckets import Buckets
from app.rates.guesses import Guesses
from app.rates.limiter import Limiter
from app.rates.storage import RateStorage
from app.reactors.base import ReactorSubscription
from app.reactors.catalogue import REACTORS
from app.subscriptions.supervisor import SubscriptionsToRun
from app.subscriptions.waiting import Waiting
from app.subscriptions.wakeups import Wakeups
from app.use_cases.installation import Installation
from app.use_cases.issued_keys import IssuedKeys
from app.use_cases.open_session import Sessions
from app.use_cases.standing import CATEGORIES, Standing
from app.viewer import Viewer
from app.views.reader import Reader
from app.worker import Worker

SETTLING = 60.0  # seconds that a worker has to catch up with a sandbox
READS_AT_ONCE = 64  # requests of one tenant in a process; some wait for a worker that is behind
READ_PATIENCE = 5.0  # seconds that a further one waits
READING = 2.0  # seconds that a list waits for its read model to catch up
ADMIN_TOKEN_LIFETIME = timedelta(days=365)
_REACTOR_NAMES = tuple(reactor.name for reactor in REACTORS)


FRESHNESS: ContextVar[list[str] | None] = ContextVar("freshness", default=None)
"""What an answer has to say of its read models: `behind`, if one was."""


def _behind() -> bool:
    if (said := FRESHNESS.get()) is not None:
        said.append("behind")
    return False


class WorkerSilent(Exception):
    """No worker caught up in time: none runs, or it hangs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The shared objects of one process, API or worker."""

    settings: Settings
    pool: asyncpg.Pool
    engine: AsyncEngine
    worker_engine: AsyncEngine
    store: EventStore
    handler: CommandHandler
    objects: ObjectStore
    tokens: TokenIssuer
    bearer: BearerVerifier
    standing: Standing
    sessions: Sessions
    admin_keys: tuple[str, ...]
    cursor_secrets: tuple[bytes, ...]
    survey_secrets: tuple[bytes, ...]
    pictures: PictureQueue
    reads: TenantSlots
    waiting: Waiting
    wakeups: Wakeups
    clock: ClockWatch
    installation: Installation
    rate_storage: RateStorage
    limiter: Limiter
    writes: Buckets
    guesses: Guesses
    issued_keys: IssuedKeys

    def new_id(self) -> UUID:
        return uuid7()

    def reader(self, tenant_id: UUID, viewer: Viewer) -> Reader:
        return Reader(store=self.store, tenant_id=tenant_id, viewer=viewer)

    def admin_token(self, tenant_id: UUID) -> str:
        """The first token of a tenant that was just opened."""
        return self.tokens.issue(
            subject="admin", tenant_id=tenant_id, role="admin", lifetime=ADMIN_TOKEN_LIFETIME
        )

    async def settle(self, tenant_id: UUID) -> None:
        """Waits until every subscription has handled all events, those that reactors add included.

        Raises `WorkerSilent`.
        """
        views = [projection.name for projection in PROJECTIONS]
        if await self.waiting.settle([*_REACTOR_NAMES, *views], tenant_id, SETTLING) is None:
            raise WorkerSilent

    async def caught_up(self, tenant_id: UUID, *views: str) -> bool:
        """Whether the read models show everything recorded before the call, and what reactors made
        of it. Waits up to `READING` seconds, and not at all while no worker is at work. If not,
        the answer to the request says so (`FRESHNESS`)."""
        deadline = monotonic() + READING
        position = (await self.store.load(tenant_id, [])).position
        names = (*_REACTOR_NAMES, *views)
        wait = self.waiting.wait_while_moving
        if not await wait(names, tenant_id, position, READING):
            return _behind()
        then = (await self.store.load(tenant_id, [])).position
        left = deadline - monotonic()
        return then == position or await wait(views, tenant_id, then, left) or _behind()


def may_read_metrics(settings: Settings, authorization: str | None) -> bool:
    """Everybody, unless `SUYUAN_METRICS_TOKEN` is set: then who shows it."""
    if settings.metrics_token is None:
        return True
    scheme, _, shown = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(
        shown.strip().encode(), settings.metrics_token.encode()
    )


def open_objects(settings: Settings) -> ObjectStore:
    if settings.attachments_url:
        return ObjectStore.in_s3(settings.attachments_url, endpoint=settings.attachments_endpoint)
    if settings.data_dir is None:
        raise BadSetting(
            "SUYUAN_DATA_DIR or SUYUAN_ATTACHMENTS_URL says where attachments are kept"
        )
    return ObjectStore.in_directory(settings.data_dir / "attachments")


def open_tokens(settings: Settings) -> TokenIssuer:
    return TokenIssuer(signing_keys(settings))


@asynccontextmanager
async def open_services(
    settings: Settings, *, with_worker: bool = False
) -> AsyncIterator[Services]:
    """Connects everything, and closes it in reverse order on exit. Where a worker runs beside an
    API, each has half of the connections for read models, so that neither waits for the other."""
    if settings.database_url is None:
        raise BadSetting("DATABASE_URL is not set, and no embedded database was started")
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            httpx.AsyncClient(timeout=httpx.Timeout(5, connect=2), trust_env=False)
        )
        pool = await open_pool(settings.database_url, size=settings.pool_size)
        stack.push_async_callback(pool.close)
        for_worker = settings.engine_pool_size // 2 if with_worker else 0
        engine = open_engine(
            settings.database_url, size=settings.engine_pool_size - for_worker, shared=True
        )
        stack.push_async_callback(engine.dispose)
        worker_engine = engine
        if for_worker:
            worker_engine = open_engine(settings.database_url, size=for_worker)
            stack.push_async_callback(worker_engine.dispose)
        wakeups = Wakeups(settings.database_url, on=settings.wake_ups)
        clock = ClockWatch()
        store = EventStore(pool, clock=clock)
        stack.push_async_callback(store.drain)
        numbering = Numbering(store)
        stack.push_async_callback(numbering.drain)
        handler = CommandHandler(
            store,
            numbering,
            deciders=DECIDERS,
            log_origin=settings.log_origin,
            build=build_version(),
            appended=wakeups.appended,
            clock=clock,
        )
        keys = signing_keys(settings)
        tokens = TokenIssuer(keys)
        standing = Standing(store)
        wakeups.watch(CATEGORIES, standing.forget, standing.forget_all)
        oidc = None
        if settings.oidc_issuer and settings.oidc_jwks_url:
            oidc = OidcVerifier(
                settings.oidc_issuer,
                settings.oidc_jwks_url,
                client,
                audience=settings.oidc_audience,
            )
        pictures = PictureQueue()
        stack.callback(pictures.close)
        rate_storage = RateStorage(pool)
        limiter = Limiter(rate_storage, keys.derived(b"rates")[0])
        yield Services(
            settings=settings,
            pool=pool,
            engine=engine,
            worker_engine=worker_engine,
            store=store,
            handler=handler,
            objects=open_objects(settings),
            tokens=tokens,
            bearer=BearerVerifier(tokens, oidc),
            standing=standing,
            sessions=Sessions(
                store=store,
                handler=handler,
                standing=standing,
                issuer=tokens,
                secrets=keys.derived(b"refresh"),
            ),
            admin_keys=admin_keys(settings),
            cursor_secrets=keys.derived(b"cursor"),
            survey_secrets=keys.derived(b"survey"),
            pictures=pictures,
            reads=TenantSlots(READS_AT_ONCE, READ_PATIENCE),
            waiting=Waiting(engine),
            wakeups=wakeups,
            clock=clock,
            installation=Installation(engine, settings.data_dir),
            rate_storage=rate_storage,
            limiter=limiter,
            writes=Buckets(),
            guesses=Guesses(limiter),
            issued_keys=IssuedKeys(store),
        )


@asynccontextmanager
async def run_wakeups(services: Services) -> AsyncIterator[None]:
    """Enter it after all listeners are registered: the connection is made once."""
    services.wakeups.start()
    try:
        yield
    finally:
        await services.wakeups.stop()


@asynccontextmanager
async def run_worker(services: Services) -> AsyncIterator[None]:
    """Runs a worker in this process until exit."""
    worker = Worker(
        services.worker_engine,
        services.store,
        services.handler,
        SubscriptionsToRun(
            subscriptions=[
                ReactorSubscription(reactor=reactor, handler=services.handler, store=services.store)
                for reactor in REACTORS
            ],
            projections=PROJECTIONS,
        ),
        wakeups=services.wakeups,
        waiting=services.waiting,
        clock=services.clock,
        sweep=services.rate_storage.sweep,
    )
    worker.start()
    try:
        yield
    finally:
        await worker.stop()
