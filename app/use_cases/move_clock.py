"""The test clock of a sandbox: moved in the order in which things become due on the way."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from app.command_handler import CommandHandler
from app.event_store.store import EventStore

Settle = Callable[[UUID], Awaitable[None]]


class Stuck(Exception):
    """A stream says that something is due and then finds that nothing is: a rule contradicts
    itself."""


async def move_clock(
    store: EventStore, handler: CommandHandler, settle: Settle, tenant_id: UUID, to: datetime
) -> tuple[datetime, int]:
    """Answers the clock as it then is and how many events were recorded.

    `settle` waits until every subscription has handled what was recorded so far; what it makes due
    meanwhile happens too. Safe to repeat after a failure: the clock stands where it got to.
    """
    await settle(tenant_id)  # what followed from earlier requests did not happen on the way
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


async def is_recorded(store: EventStore, tenant_id: UUID, command_id: UUID) -> bool:
    """Whether a command of this id was recorded before: a repeated request must not move the clock
    again."""
    return command_id in (await store.load(tenant_id, [], [command_id])).commands
