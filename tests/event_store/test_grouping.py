"""Alone, work waits for nobody; together, it shares a round; failing, it fails alone."""

import asyncio
from collections.abc import Callable, Hashable, Sequence

import pytest

from app.event_store.grouping import Grouping


class Failed(Exception):
    pass


class Line:
    """A kind of work whose rounds the test lets through, and which notes what they carried."""

    def __init__(
        self,
        *,
        size: int = 64,
        lanes: int = 1,
        choose: Callable[[Sequence[str]], Sequence[int]] | None = None,
    ) -> None:
        self.rounds: list[tuple[Hashable, list[str]]] = []
        self.open = asyncio.Event()
        self.began = asyncio.Condition()
        self.grouping: Grouping[str, str] = Grouping(
            self._run, size=size, lanes=lanes, choose=choose
        )

    async def _run(self, key: Hashable, items: Sequence[str]) -> list[str | BaseException]:
        self.rounds.append((key, list(items)))
        async with self.began:
            self.began.notify_all()
        await self.open.wait()
        if "poison" in items:
            raise Failed
        return [Failed(item) if item.startswith("no") else item.upper() for item in items]

    def submit(self, *items: str, key: str = "k") -> list[asyncio.Task[str]]:
        return [asyncio.create_task(self.grouping.submit(key, item)) for item in items]

    async def until(self, rounds: int) -> None:
        async with asyncio.timeout(5), self.began:
            await self.began.wait_for(lambda: len(self.rounds) >= rounds)

    def items(self) -> list[list[str]]:
        return [items for _, items in self.rounds]


async def test_alone_it_waits_for_nobody() -> None:
    line = Line()
    line.open.set()
    for item in "abc":
        assert await line.grouping.submit("k", item) == item.upper()
    assert line.items() == [["a"], ["b"], ["c"]]
    print("3 items one after another: 3 rounds of 1")


async def test_what_arrives_meanwhile_goes_together() -> None:
    line = Line(size=8)
    first = line.submit("a")
    await line.until(1)
    others = line.submit(*(f"b{n}" for n in range(20)))
    await asyncio.sleep(0)
    line.open.set()
    answers = await asyncio.gather(*first, *others)
    assert answers == ["A", *(f"B{n}" for n in range(20))]
    assert [len(items) for items in line.items()] == [1, 8, 8, 4]
    print(f"21 items: rounds of {[len(items) for items in line.items()]}")


async def test_keys_do_not_wait_for_each_other() -> None:
    line = Line()
    tasks = [*line.submit("a", key="one"), *line.submit("b", key="other")]
    await line.until(2)
    line.open.set()
    assert await asyncio.gather(*tasks) == ["A", "B"]
    assert line.grouping._groups == {}, "what is done is forgotten"
    print("2 keys under way at once")


async def test_lanes_are_rounds_of_one_key_at_once() -> None:
    line = Line(lanes=2)
    tasks = line.submit("a")
    await line.until(1)
    tasks += line.submit("b")
    await line.until(2)
    tasks += line.submit("c", "d")
    await asyncio.sleep(0)
    line.open.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "C", "D"]
    assert line.items() == [["a"], ["b"], ["c", "d"]]
    print("2 lanes: 2 rounds at once, then 1 of 2")


async def test_a_caller_that_goes_away_harms_nobody() -> None:
    line = Line()
    gone, *others = line.submit("a", "b", "c")
    await line.until(1)
    late, last = line.submit("d", "e")
    await asyncio.sleep(0)
    gone.cancel()
    late.cancel()
    line.open.set()
    assert await asyncio.gather(*others, last) == ["B", "C", "E"]
    with pytest.raises(asyncio.CancelledError):
        await gone
    await line.grouping.drain()
    assert line.items() == [["a", "b", "c"], ["d", "e"]], "its work was done nevertheless"
    print("2 of 5 callers went away: 3 answered, 5 done")


async def test_an_answer_that_is_an_error_is_its_own_callers_alone() -> None:
    line = Line()
    line.open.set()
    answers = await asyncio.gather(*line.submit("a", "no", "b"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, Failed, str]
    assert len(line.rounds) == 1
    print("1 round of 3: 2 answers, 1 refusal")


async def test_a_round_that_fails_is_tried_one_by_one() -> None:
    line = Line()
    line.open.set()
    answers = await asyncio.gather(*line.submit("a", "poison", "b", "no"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, Failed, str, Failed]
    assert line.items() == [["a", "poison", "b", "no"], ["a"], ["poison"], ["b"], ["no"]]
    assert await line.grouping.submit("k", "later") == "LATER"
    print("1 poisonous of 4: 5 rounds, 2 answers, 2 errors of their own")


async def test_only_what_may_go_together_does() -> None:
    def one_of_a_letter(waiting: Sequence[str]) -> list[int]:
        letters = [item[0] for item in waiting]
        return [n for n, letter in enumerate(letters) if letter not in letters[:n]]

    line = Line(choose=one_of_a_letter)
    line.open.set()
    answers = await asyncio.gather(*line.submit("a1", "a2", "b1", "a3", "b2"))
    assert answers == ["A1", "A2", "B1", "A3", "B2"]
    assert line.items() == [["a1", "b1"], ["a2", "b2"], ["a3"]]
    print("3 rounds, in order for each letter")


async def test_drain_waits_for_all_that_was_submitted() -> None:
    line = Line()
    tasks = line.submit("a", "b", key="one") + line.submit("c", key="other")
    await line.until(2)
    draining = asyncio.create_task(line.grouping.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    line.open.set()
    await draining
    assert all(task.done() for task in tasks)
    print("3 submitted, 3 answered when drained")
