"""The start position of a new reactor: the end of the log. It never reacts to earlier events."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_BEGIN = text("select begin_reactor(:name)")


async def ensure_reactors(owner: AsyncEngine, names: Sequence[str]) -> list[str]:
    """Sets the checkpoints of reactors new to this installation to the end of each tenant's log.

    Returns the new ones. Safe on every start and from several processes at once.
    """
    async with owner.begin() as connection:
        return [
            name
            for name in sorted(names)  # the same lock order in every process
            if (await connection.execute(_BEGIN, {"name": name})).scalar_one()
        ]
