"""Retries a parked stream, after its cause was fixed."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import tenant_transaction
from app.subscriptions.base import Subscription
from app.subscriptions.checkpoints import failed_again, fence_off, parked_since, unpark
from app.subscriptions.failures import describe
from app.subscriptions.pages import Unreadable, decode_page, read_stream_page
from app.subscriptions.runner import Runner, call_handler, run_caught
from app.telemetry import stream_label

log = structlog.get_logger(__name__)


class StillFailing(Exception):
    """The stream still cannot be handled; it stays parked."""


async def retry_parked(
    runner: Runner, subscription: Subscription, tenant_id: UUID, stream_id: str
) -> int:
    """Handles the parked events up to the checkpoint in one transaction, and returns their number.

    A worker that runs the subscription is fenced off: it still takes the stream for parked and
    would skip its next events. Raises `StillFailing` and `DatabaseUnavailable`.
    """
    handled = 0

    async def replay() -> None:
        nonlocal handled
        async with tenant_transaction(runner.engine, tenant_id) as connection:
            up_to = await fence_off(connection, tenant_id, subscription.name)
            since = await parked_since(connection, tenant_id, subscription.name, stream_id)
            if up_to is not None and since is not None:
                handled = await _replay(
                    runner, subscription, tenant_id, stream_id, range(since, up_to + 1), connection
                )
                await unpark(connection, tenant_id, subscription.name, stream_id)

    error = await run_caught(replay())
    if error is not None:
        reason = error.reason if isinstance(error, Unreadable) else describe(error)
        async with tenant_transaction(runner.engine, tenant_id) as connection:
            await failed_again(connection, tenant_id, subscription.name, stream_id, reason)
        raise StillFailing(reason) from error
    log.info(
        "stream_retried",
        subscription=subscription.name,
        stream=stream_label(stream_id),
        events=handled,
    )
    return handled


async def _replay(
    runner: Runner,
    subscription: Subscription,
    tenant_id: UUID,
    stream_id: str,
    positions: range,
    connection: AsyncConnection,
) -> int:
    handled, since = 0, positions.start
    while rows := await read_stream_page(
        runner.store,
        tenant_id,
        stream_id,
        since=since,
        up_to=positions.stop - 1,
        limit=runner.pace.batch,
    ):
        if events := decode_page(rows, types=subscription.types, parked=()):
            patience = runner.pace.patience
            await call_handler(subscription, tenant_id, events, connection, patience=patience)
        handled += len(events)
        since = rows[-1]["position"] + 1
    return handled
