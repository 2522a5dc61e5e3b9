"""A stored fold is derived: where other code made it, it is folded anew from the events."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson

from app.domain.decider import Decider
from app.event_store.folding import unfold
from app.event_store.store import EventStore
from app.events.base import Fact
from app.events.workload import LoadTaken
from tests.event_store.history import proven
from tests.event_store.tally import TALLY, Add, Tally, envelope, handler, superuser


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What the next release folds the same events to."""

    labels: tuple[str, ...] = ()


def evolve(state: Labels, fact: Fact[LoadTaken]) -> Labels:
    return Labels(labels=(*state.labels, fact.event.ticket_id))


NEXT: Decider[Any, Labels] = Decider(
    category="tally",
    initial=Labels(),
    state_type=Labels,
    decide=lambda command, _state, _given: [LoadTaken(ticket_id=command.label)],
    evolve=evolve,
    fold_version=2,
)


async def stored(url: str, tenant_id: UUID) -> tuple[int, int, Any]:
    async with superuser(url) as connection:
        row = await connection.fetchrow(
            "select version, fold_version, state from stream where tenant_id = $1", tenant_id
        )
    return row["version"], row["fold_version"], orjson.loads(row["state"])


async def test_a_fold_of_older_code_is_made_anew_and_stored_with_the_next_event(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    for label in ("one", "two", "three"):
        await handler(store).handle(TALLY.stream("a"), Add(label=label), envelope(tenant))
    assert await stored(database_url, tenant) == (3, 1, {"count": 3, "last": "three"})
    new = handler(store, NEXT)
    loaded = await store.load(tenant, ["tally-a"])
    state = await unfold(store, tenant, NEXT.stream("a"), loaded.streams["tally-a"])
    assert state == Labels(labels=("one", "two", "three"))
    outcome = await new.handle(NEXT.stream("a"), Add(label="four"), envelope(tenant))
    assert outcome.state == Labels(labels=("one", "two", "three", "four"))
    assert await stored(database_url, tenant) == (
        4,
        2,
        {"labels": ["one", "two", "three", "four"]},
    )
    print("3 events folded anew, the 4th stored with the new fold")


async def test_old_code_beside_new_code_reads_the_events_too(
    store: EventStore, tenant: UUID, database_url: str
) -> None:
    """While a release rolls out, each folds by its own code what the other has stored."""
    old, new = handler(store), handler(store, NEXT)
    for n in range(6):
        each, decider = ((old, TALLY), (new, NEXT))[n % 2]
        outcome = await each.handle(decider.stream("a"), Add(label=f"{n}"), envelope(tenant))
        assert outcome.version == n + 1
    assert outcome.state == Labels(labels=("0", "1", "2", "3", "4", "5"))
    outcome = await old.handle(TALLY.stream("a"), Add(label="6"), envelope(tenant))
    assert outcome.state == Tally(count=7, last="6")
    assert (await proven(database_url, tenant)).events == 7
    print("7 commands by two releases in turn: 7 events, both folds right")


async def test_a_fold_of_this_code_is_trusted_and_not_read_again(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    """What makes loading one row however long the history is."""
    await handler(store).handle(TALLY.stream("a"), Add(label="one"), envelope(tenant))
    async with superuser(database_url) as connection:
        await connection.execute("""update stream set state = '{"count":41,"last":"marked"}'""")
    fold = (await store.load(tenant, ["tally-a"])).streams["tally-a"]
    state = await unfold(store, tenant, TALLY.stream("a"), fold)
    assert state == Tally(count=41, last="marked")
    older = replace(TALLY, fold_version=0)
    state = await unfold(store, tenant, older.stream("a"), fold)
    assert state == Tally(count=1, last="one")
    print("the fold as stored at its own version, 1 event folded at another")
