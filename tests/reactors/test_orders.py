"""Orders are given side by side, but in turn on each stream."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from app.reactors.orders import AT_ONCE, Given, give_in_chains, in_order
from tests.subscriptions.until import until_so


class Refused(Exception):
    pass


class Giver:
    """Notes what was given; each order yields to the others before it is done."""

    def __init__(self, *refused: str, seconds: float = 0) -> None:
        self.refused = refused
        self.seconds = seconds
        self.given: list[str] = []
        self.under_way: set[str] = set()
        self.together: set[frozenset[str]] = set()
        self.most = 0

    def order(self, name: str, source: str, *targets: str) -> Given:
        give: Callable[[], Awaitable[object]] = partial(self._give, name)
        return Given(source=source, targets=targets, give=give)

    async def _give(self, name: str) -> None:
        self.under_way.add(name)
        self.most = max(self.most, len(self.under_way))
        self.together |= {frozenset((name, other)) for other in self.under_way - {name}}
        try:
            for _ in range(3):
                await asyncio.sleep(self.seconds)
        finally:
            self.under_way.discard(name)
        if name in self.refused:
            raise Refused(name)
        self.given.append(name)


async def test_orders_of_one_event_stream_or_to_one_stream_are_given_in_turn() -> None:
    giver = Giver()
    await give_in_chains(
        [
            giver.order("a1", "ticket-a", "survey-a"),
            giver.order("a2", "ticket-a", "compensation-a"),
            giver.order("b", "ticket-b", "survey-a"),
            giver.order("c1", "ticket-c", "survey-c", "rollup"),
            giver.order("d1", "ticket-d", "survey-d", "rollup"),
        ]
    )
    assert sorted(giver.given) == ["a1", "a2", "b", "c1", "d1"]
    apart = ({"a1", "a2"}, {"a1", "b"}, {"c1", "d1"})
    assert not [pair for pair in apart if frozenset(pair) in giver.together]
    assert {frozenset({"a1", "c1"}), frozenset({"a2", "b"})} <= giver.together
    for first, second in (("a1", "a2"), ("a1", "b"), ("c1", "d1")):
        assert giver.given.index(first) < giver.given.index(second)


async def test_what_follows_a_refused_order_is_held_and_the_rest_is_given() -> None:
    giver = Giver("a1", "b1")
    with pytest.raises(Refused, match="a1"):
        await give_in_chains(
            [
                giver.order("a1", "ticket-a", "survey-a"),
                giver.order("a2", "ticket-a", "survey-x"),
                giver.order("a3", "ticket-z", "survey-x"),
                giver.order("b1", "ticket-b", "survey-b"),
                giver.order("c1", "ticket-c", "survey-c"),
            ]
        )
    assert giver.given == ["c1"]
    assert not giver.under_way


async def test_not_more_at_once_than_share_an_append() -> None:
    giver = Giver()
    await give_in_chains([giver.order(str(n), f"ticket-{n}", f"survey-{n}") for n in range(200)])
    assert len(giver.given) == 200
    assert giver.most == AT_ONCE


async def test_a_cancelled_page_leaves_no_order_under_way() -> None:
    giver = Giver(seconds=60)
    giving = asyncio.create_task(
        give_in_chains([giver.order(str(n), f"ticket-{n}", f"survey-{n}") for n in range(3)])
    )
    await until_so(lambda: giver.under_way)
    giving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await giving
    assert giver.given == []
    assert not giver.under_way


async def test_answers_come_in_the_order_of_the_works() -> None:
    async def answer(n: int) -> int:
        for _ in range(5 - n):
            await asyncio.sleep(0)
        return n

    assert await in_order([answer(n) for n in range(5)]) == [0, 1, 2, 3, 4]
