"""Where a subscription with effects begins: a new one does nothing about what was before it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.subscriptions.builds import BUILDS_LOCK

_LOCK = text("select pg_advisory_xact_lock(:key)")
_KNOWN = text("insert into reactor (name) values (:name) on conflict do nothing returning name")
_BEGIN = text("""
insert into checkpoint (tenant_id, subscription, position)
select tenant_id, :name, position from head
on conflict do nothing
""")


async def ensure_reactors(owner: AsyncEngine, names: Sequence[str]) -> list[str]:
    """A reactor that this installation has not had yet begins at the end of every tenant's log.

    Answers the new ones. Safe on every start and from several processes at once.
    """
    new = []
    async with owner.begin() as connection:
        await connection.execute(_LOCK, {"key": BUILDS_LOCK})
        for name in names:
            if (await connection.execute(_KNOWN, {"name": name})).first():
                await connection.execute(_BEGIN, {"name": name})
                new.append(name)
    return new
