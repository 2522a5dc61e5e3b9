"""Brings back a stream that a subscription had set aside, after the cause was mended."""

from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import tenant_transaction
from app.subscriptions.base import Subscription
from app.subscriptions.checkpoints import failed_again, fence_off, parked_since, unpark
from app.subscriptions.failures import describe
from app.subscriptions.pages import Unreadable, decode_page, read_stream_page
from app.subscriptions.runner import Runner, caught, hand_over

log = structlog.get_logger(__name__)


class StillFailing(Exception):
    """The stream cannot be handled yet; it stays set aside."""


async def retry_parked(
    runner: Runner, subscription: Subscription, tenant_id: UUID, stream_id: str
) -> int:
    """Handles what was set aside, up to the checkpoint, in one transaction, and answers how many
    events that were. Raises `StillFailing` and `DatabaseUnavailable`.

    Whoever works the subscription meanwhile is fenced off: it still takes the stream for parked,
    and would pass over its next events.
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

    error = await caught(replay())
    if error is not None:
        reason = error.reason if isinstance(error, Unreadable) else describe(error)
        async with tenant_transaction(runner.engine, tenant_id) as connection:
            await failed_again(connection, tenant_id, subscription.name, stream_id, reason)
        raise StillFailing(reason) from error
    log.info("stream_retried", subscription=subscription.name, stream=stream_id, events=handled)
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
            await hand_over(subscription, tenant_id, events, connection, patience=patience)
        handled += len(events)
        since = rows[-1]["position"] + 1
    return handled
