"""Where a subscription with effects begins: a new one does nothing about what was before it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_BEGIN = text("select begin_reactor(:name)")


async def ensure_reactors(owner: AsyncEngine, names: Sequence[str]) -> list[str]:
    """A reactor that this installation has not had yet begins at the end of every tenant's log.

    Answers the new ones. Safe on every start and from several processes at once.
    """
    async with owner.begin() as connection:
        return [
            name
            for name in sorted(names)  # one order for all who do it at once
            if (await connection.execute(_BEGIN, {"name": name})).scalar_one()
        ]
