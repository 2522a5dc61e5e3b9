"""Commands of one stream take turns: decided one on the other, and appended together."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.commands import Contended, Outcome, VersionMismatch
from app.domain.decider import Given
from app.domain.errors import DomainError, IllegalTransition
from app.event_store.store import Append, AppendResult, EventStore, Loaded
from app.event_store.turns import LARGEST_ROUND, Request, Turns, TurnTimeout
from app.telemetry import APPEND_CONFLICTS
from tests.event_store.history import proven
from tests.event_store.tally import (
    TALLY,
    Add,
    Tally,
    append,
    decide,
    envelope,
    handler,
    processes,
    superuser,
)

AT_ONCE = 40


def conflicts() -> float:
    [metric] = APPEND_CONFLICTS.collect()
    return sum(sample.value for sample in metric.samples if sample.name.endswith("_total"))


async def transactions(url: str, tenant_id: UUID) -> int:
    async with superuser(url) as connection:
        return int(
            await connection.fetchval(
                "select count(distinct xmin::text) from event where tenant_id = $1", tenant_id
            )
        )


async def test_commands_of_one_stream_are_appended_together(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    handling, before = handler(store), conflicts()
    outcomes = await asyncio.gather(
        *(
            handling.handle(TALLY.stream("hot"), Add(label=str(n)), envelope(tenant))
            for n in range(AT_ONCE)
        )
    )
    assert [outcome.version for outcome in outcomes] == list(range(1, AT_ONCE + 1))
    assert [outcome.state.last for outcome in outcomes] == [str(n) for n in range(AT_ONCE)]
    assert conflicts() == before
    assert await transactions(database_url, tenant) == -(-AT_ONCE // LARGEST_ROUND)
    assert (await proven(database_url, tenant)).commands == AT_ONCE
    print(f"{AT_ONCE} commands of one stream: 2 rounds, 2 transactions, no conflict")


class Faulty(EventStore):
    """The database refuses what is labelled `poison`."""

    async def append_to_stream(self, tenant_id: UUID, append: Append) -> AppendResult:
        events = [
            replace(event, content="\0") if "poison" in event.content else event
            for event in append.events
        ]
        return await super().append_to_stream(tenant_id, replace(append, events=events))


def once(command: Add, state: Tally, given: Given) -> Sequence[Any]:
    """What comes after `last` is refused."""
    if state.last.startswith("last"):
        raise IllegalTransition("tally_is_full")
    return decide(command, state, given)


ONCE = replace(TALLY, decide=once)


async def together(
    store: EventStore, tenant: UUID, *labels: str, **said: Any
) -> list[Outcome | BaseException]:
    handling = handler(store, ONCE)
    return await asyncio.gather(
        *(
            handling.handle(ONCE.stream("hot"), Add(label=label), envelope(tenant, **said))
            for label in labels
        ),
        return_exceptions=True,
    )


async def test_a_refusal_is_told_only_of_what_was_recorded(
    database_url: str, pool: asyncpg.Pool, tenant: UUID
) -> None:
    store = Faulty(pool)
    failed, *others = await together(store, tenant, "last poison", "a", "b")
    assert isinstance(failed, asyncpg.DataError)
    assert [isinstance(each, Outcome) and each.state.last for each in others] == ["a", "b"]
    recorded, *refused = await together(store, tenant, "last", "c", "d")
    assert isinstance(recorded, Outcome)
    assert all(isinstance(each, DomainError) for each in refused)
    assert (await proven(database_url, tenant)).events == 3
    print("2 refused on what was never written: decided again; 2 refused on what was")


async def test_of_several_who_mean_one_version_one_is_served(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    served, *others = await together(store, tenant, *"abcd", expected_version=0)
    assert isinstance(served, Outcome)
    assert [isinstance(each, VersionMismatch) and each.actual for each in others] == [1, 1, 1]
    assert (await proven(database_url, tenant)).events == 1


async def test_who_has_lost_to_another_process_decides_again(
    database_url: str, store: EventStore, tenant: UUID
) -> None:
    class Slower(EventStore):
        """Another process writes between load and append, as often as it takes."""

        left = 3

        async def load(
            self, tenant_id: UUID, streams: Sequence[str], commands: Sequence[UUID] = ()
        ) -> Loaded:
            loaded = await super().load(tenant_id, streams, commands)
            if self.left:
                self.left -= 1
                fold = loaded.streams.get("tally-hot")
                await append(store, tenant_id, "tally-hot", fold.version if fold else 0)
            return loaded

    slower = Slower(store._connections._pool)
    outcomes = await together(slower, tenant, *"abcdefgh")
    versions = [isinstance(each, Outcome) and each.version for each in outcomes]
    assert versions == list(range(4, 12)), "nobody has lost the place in the line"
    assert (await proven(database_url, tenant)).events == 11
    print("3 rounds of 8, 4 and 2 lost to another process, in order nevertheless")


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_each_command_counts_once(
    database_url: str, tenant: UUID, seed: int
) -> None:
    """Several processes, streams that are written together, clients that leave."""
    async with processes(database_url, 3, size=4) as stores:
        handlers = [handler(each) for each in stores]

        async def send(n: int) -> Outcome:
            await asyncio.sleep(0.002 * (n * (seed + 1) % 7))
            key, *also = ("a", "b") if n % 4 == 1 else ("b", "a", "c") if n % 4 == 2 else ("a",)
            said = envelope(tenant, command_id=UUID(int=n // 2 if n % 10 == 1 else n))
            command = Add(label=f"{n}", also=tuple(also))
            return await handlers[n % 3].handle(TALLY.stream(key), command, said)

        tasks = [asyncio.create_task(send(n)) for n in range(120)]
        for n in range(0, 120, 9):
            await asyncio.sleep(0.003)
            tasks[n].cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        for store in stores:
            await store.drain()
    failed = {type(each) for each in answers if isinstance(each, BaseException)}
    assert failed <= {asyncio.CancelledError}
    outcomes = [each for each in answers if isinstance(each, Outcome) and not each.replayed]
    places = {(each.stream_id, each.version) for each in outcomes}
    assert len(places) == len(outcomes)
    history = await proven(database_url, tenant)
    assert len(outcomes) <= history.commands <= 120
    print(f"{history.commands} commands recorded once, {120 - len(outcomes)} left or replayed")


NOTHING: Any = object()


async def load(_tenant: UUID, _streams: Sequence[str], _ids: Sequence[UUID]) -> Loaded:
    await asyncio.sleep(0)
    return NOTHING  # type: ignore[no-any-return]


def request(**said: Any) -> Request:
    return Request(ids=[uuid4()], **said)


async def rounds_of(turns: Turns, requests: Sequence[Request]) -> list[list[int]]:
    """Who shared a round with whom, in the order of their turns."""
    tenant, rounds = uuid4(), dict[int, list[int]]()

    async def take(n: int) -> None:
        async with turns.enter(tenant, "ticket-1", requests[n]) as turn:
            rounds.setdefault(id(turn.round), []).append(n)
            held.append(turn.round)

    held: list[Any] = []  # so that no id is used twice
    await asyncio.gather(*(take(n) for n in range(len(requests))))
    return list(rounds.values())


async def test_first_come_first_served() -> None:
    rounds = await rounds_of(Turns(load), [request() for _ in range(70)])
    assert rounds == [[*range(32)], [*range(32, 64)], [*range(64, 70)]]


async def test_who_waits_for_something_else_is_the_last_of_a_round() -> None:
    requests = [request(slow=n in (2, 3)) for n in range(6)]
    assert await rounds_of(Turns(load), requests) == [[0, 1, 2], [3], [4, 5]]


async def test_the_same_command_waits_for_its_twin() -> None:
    one, former = uuid4(), uuid4()
    requests = [Request(ids=ids) for ids in ([one], [one, former], [uuid4()], [former], [uuid4()])]
    assert await rounds_of(Turns(load), requests) == [[0, 2, 4], [1], [3]]


async def test_a_load_that_fails_fails_for_its_own_command_alone() -> None:
    async def refuse(tenant: UUID, streams: Sequence[str], ids: Sequence[UUID]) -> Loaded:
        if "bad" in streams:
            raise ValueError
        return await load(tenant, streams, ids)

    turns = Turns(refuse)
    requests = [request(streams=[name]) for name in ("a", "b", "bad", "c")]
    with pytest.raises(ValueError):  # noqa: PT011
        await rounds_of(turns, requests)
    assert await rounds_of(turns, requests[:2]) == [[0], [1]]
    assert await rounds_of(turns, [request(), request()]) == [[0, 1]]


async def test_other_streams_and_other_tenants_do_not_wait() -> None:
    turns, tenant = Turns(load), uuid4()
    async with (
        turns.enter(tenant, "ticket-1", request()),
        turns.enter(tenant, "ticket-2", request()),
        turns.enter(uuid4(), "ticket-1", request()),
    ):
        pass


async def test_a_failure_gives_the_turn_on() -> None:
    turns, tenant = Turns(load), uuid4()
    with pytest.raises(RuntimeError):
        async with turns.enter(tenant, "ticket-1", request()):
            raise RuntimeError
    async with turns.enter(tenant, "ticket-1", request()):
        pass


async def test_whoever_waits_too_long_is_told_to_try_again(store: EventStore, tenant: UUID) -> None:
    handling = handler(store)
    handling._turns._longest_wait = 0.01
    async with handling._turns.enter(tenant, TALLY.stream("hot").id, request()):
        with pytest.raises(TurnTimeout):
            async with handling._turns.enter(tenant, TALLY.stream("hot").id, request()):
                pass
        with pytest.raises(Contended):
            await handling.handle(TALLY.stream("hot"), Add(label="1"), envelope(tenant))
    outcome = await handling.handle(TALLY.stream("hot"), Add(label="1"), envelope(tenant))
    assert outcome.version == 1


async def test_a_client_that_leaves_holds_nobody_up() -> None:
    turns, tenant, served = Turns(load), uuid4(), list[int]()

    async def take(n: int) -> None:
        async with turns.enter(tenant, "ticket-1", request()):
            if n == 0:
                await asyncio.Event().wait()
            served.append(n)

    tasks = [asyncio.create_task(take(n)) for n in range(9)]
    await asyncio.sleep(0.01)
    assert served == []
    for n in (3, 0, 5):
        tasks[n].cancel()
    await asyncio.wait(tasks)
    assert served == [1, 2, 4, 6, 7, 8]


async def test_nothing_is_kept_of_streams_that_nobody_waits_for() -> None:
    turns = Turns(load)
    for n in range(1000):
        async with turns.enter(uuid4(), f"ticket-{n}", request()):
            pass
    await asyncio.sleep(0)
    assert len(turns._lines) == 0
