"""What is strange about compensations: the flags, and households that get uncommonly much."""

from datetime import timedelta
from typing import Any

from app.events.base import SYSTEM
from app.events.compensation import CompensationFlagged
from app.projections.compensation_flags import (
    Claimant,
    FlagFilters,
    frequent_claimants,
    list_flags,
)
from app.viewer import Viewer
from tests.projections.telling import LIN, MORNING, Teller
from tests.projections.test_ledger import granted

DAY = timedelta(days=1)
SHEN = Viewer(role="auditor", subject="u-shen")


def flagged(flag: str, subject: str = "u-lin") -> CompensationFlagged:
    return CompensationFlagged(flag=flag, detail="4", subject=subject)


async def flags(teller: Teller, before: int = 2**62, **asked: Any) -> list[tuple[str, str]]:
    async with teller.looking() as connection:
        found = await list_flags(
            connection, teller.tenant_id, SHEN, FlagFilters(**asked), before=before, limit=10
        )
    return [(each.compensation_id, each.flag) for each in found]


async def test_flags_are_listed_the_latest_first(teller: Teller) -> None:
    await teller.tell("compensation-c-1", flagged("frequent_pair"), flagged("near_limit"))
    await teller.tell("compensation-c-2", flagged("near_limit", "u-sun"), at=MORNING + DAY)
    await teller.project()
    everything = [("c-2", "near_limit"), ("c-1", "near_limit"), ("c-1", "frequent_pair")]
    assert await flags(teller) == everything
    assert await flags(teller, before=3) == everything[1:]
    assert await flags(teller, flag="near_limit") == everything[:2]
    assert await flags(teller, subject="u-sun") == everything[:1]
    assert await flags(teller, since=MORNING + DAY) == everything[:1]
    assert await flags(teller, until=MORNING + DAY) == everything[1:]


async def claimants(teller: Teller) -> list[Claimant]:
    async with teller.looking() as connection:
        return await frequent_claimants(connection, teller.tenant_id, SHEN, MORNING)


async def give(teller: Teller, household: str, times: int, **changes: Any) -> None:
    at, by = changes.pop("at", MORNING), changes.pop("by", LIN)
    for n in range(times):
        one = f"c-{household}-{n}"
        said = {"household_id": household, "rule_id": None} | changes
        await teller.tell(f"compensation-{one}", granted(one, **said), at=at, by=by)


async def test_who_gets_more_often_than_ninety_nine_of_a_hundred_is_named(teller: Teller) -> None:
    for n in range(98):
        await give(teller, f"h-{n}", 1)
    await give(teller, "h-98", 2)
    await give(teller, "h-rule", 9, rule_id="R-ARRIVE-LATE")
    await give(teller, "h-penalty", 9, by=SYSTEM)
    await give(teller, "h-early", 9, at=MORNING - DAY)
    await teller.project()
    assert await claimants(teller) == [], "the most of fewer than a hundred is not above the rest"
    await give(teller, "h-99", 3)
    await teller.project()
    assert await claimants(teller) == [
        Claimant(household_id="h-99", claims=3, amount_fen=15_000, p99=2)
    ]
