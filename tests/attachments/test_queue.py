"""Whose picture is worked on next, and who is sent away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from threading import Event
from uuid import UUID, uuid4

import pytest

from app.attachments.queue import PictureQueue, QueueFull

BUSY, OTHER, THIRD = uuid4(), uuid4(), uuid4()


class Bench:
    """One thread, or more; the first work holds one until `release`."""

    def __init__(self, *, at_once: int = 1, **bounds: float) -> None:
        self.queue = PictureQueue(at_once=at_once, **bounds)  # type: ignore[arg-type]
        self.begun: list[str] = []
        self._release = Event()
        self._holding = Event()
        self.tasks: list[asyncio.Task[str]] = []

    async def hold(self) -> None:
        self.put(BUSY, "first", wait=True)
        await asyncio.to_thread(self._holding.wait, 60)

    def put(
        self, tenant_id: UUID, name: str, who: str = "somebody", *, wait: bool = False
    ) -> asyncio.Task[str]:
        task = asyncio.create_task(self.queue.run(tenant_id, who, self._work, name, wait=wait))
        self.tasks.append(task)
        return task

    async def release(self) -> None:
        self._release.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _work(self, name: str, *, wait: bool) -> str:
        self.begun.append(name)
        if wait:
            self._holding.set()
            assert self._release.wait(60)
        return name


@contextmanager
def bench_of(*, at_once: int = 1, **bounds: float) -> Iterator[Bench]:
    bench = Bench(at_once=at_once, **bounds)
    yield bench
    bench.queue.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    with bench_of() as bench:
        await bench.hold()
        yield bench


async def settled() -> None:
    """Lets every task run until it waits."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_picture_of_another_tenant_waits_for_one_not_for_fifteen(bench: Bench) -> None:
    for n in range(15):
        bench.put(BUSY, f"busy {n}")
    await settled()
    bench.put(OTHER, "other")
    bench.put(THIRD, "third")
    await settled()
    await bench.release()
    assert bench.begun[:4] == ["first", "busy 0", "other", "third"]
    assert bench.begun[4:] == [f"busy {n}" for n in range(1, 15)]


async def test_a_tenant_fills_the_queue_for_itself_only() -> None:
    with bench_of(per_tenant=2, waiting=3) as bench:
        await bench.hold()
        for n in range(2):
            bench.put(BUSY, f"busy {n}")
        await settled()
        with pytest.raises(QueueFull):
            await bench.put(BUSY, "one too many")
        bench.put(OTHER, "other")
        await settled()
        with pytest.raises(QueueFull):
            await bench.put(THIRD, "beyond the bound of all")
        await bench.release()
        assert bench.begun == ["first", "busy 0", "other", "busy 1"]


async def test_nobody_waits_for_ever() -> None:
    with bench_of(patience=0) as bench:
        await bench.hold()
        with pytest.raises(QueueFull):
            await bench.put(OTHER, "late")
        await bench.release()
        assert await bench.put(OTHER, "again") == "again"
        assert "late" not in bench.begun


async def test_who_leaves_frees_the_place_in_the_queue_but_not_the_thread(bench: Bench) -> None:
    waiting = bench.put(OTHER, "left while waiting")
    await settled()
    waiting.cancel()
    bench.tasks[0].cancel()  # its work goes on in the thread
    last = bench.put(OTHER, "last")
    await settled()
    assert bench.begun == ["first"]
    await bench.release()
    assert await last == "last"
    assert bench.begun == ["first", "last"]


async def test_what_the_work_raises_frees_the_thread() -> None:
    with bench_of() as bench:
        with pytest.raises(ZeroDivisionError):
            await bench.queue.run(BUSY, "somebody", lambda: 1 // 0)
        assert await bench.put(BUSY, "next") == "next"


async def test_nobody_has_every_thread() -> None:
    with bench_of(at_once=2) as bench:
        await bench.hold()
        second = bench.put(BUSY, "second")
        await settled()
        assert await bench.put(OTHER, "other") == "other"
        assert await bench.put(BUSY, "neighbour", "a neighbour") == "neighbour"
        assert not second.done()
        await bench.release()
        assert await second == "second"


async def test_a_household_holds_up_no_neighbour(bench: Bench) -> None:
    many = [bench.put(BUSY, f"busy {n}") for n in range(16)]
    await settled()
    bench.put(BUSY, "neighbour", "a neighbour")
    await settled()
    with pytest.raises(QueueFull):
        await many[-1]
    with pytest.raises(QueueFull):
        await bench.put(BUSY, "one more")
    await bench.release()
    assert bench.begun[:4] == ["first", "busy 0", "neighbour", "busy 1"]
    assert len(bench.begun) == 17
