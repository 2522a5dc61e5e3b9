"""Moves a sandbox's test clock; what falls due on the way happens in order of its due time."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.event_store.store import EventStore

Settle = Callable[[UUID], Awaitable[None]]


class Stuck(Exception):
    """A stream stays due after its lapse was handled: its rules contradict each other."""


async def move_clock(
    store: EventStore, handler: CommandHandler, settle: Settle, tenant_id: UUID, to: datetime
) -> tuple[datetime, int]:
    """Returns the clock afterwards and the number of events recorded.

    `settle` waits until every subscription has caught up; what falls due by that is handled too.
    Safe to repeat after a failure: the clock stays where it got to.
    """
    await settle(tenant_id)  # consequences of earlier requests are not counted
    before = (await store.load(tenant_id, [])).position
    last: tuple[str, datetime] | None = None
    while due := await store.due_in_sandbox(tenant_id, to):
        if due == last:
            raise Stuck(due[0])
        last = due
        await store.move_clock(tenant_id, due[1])
        await handler.lapse(tenant_id, due[0])
        await settle(tenant_id)
    now = await store.move_clock(tenant_id, to)
    await settle(tenant_id)
    after = (await store.load(tenant_id, [])).position
    return now or to, after - before


async def is_recorded(store: EventStore, envelope: Envelope) -> bool:
    """Whether the command was recorded: a repeated request must not move the clock again."""
    loaded = await store.load(envelope.tenant_id, [], envelope.ids)
    return loaded.command(envelope.ids) is not None
