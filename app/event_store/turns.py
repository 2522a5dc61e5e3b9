"""Commands of one stream take turns, within a process, and share what they wait for.

Commands that race for a stream decide on the same version; all but one then load and decide again.
So those that wait for one stream go in rounds. A round loads once for all of them, they decide one
after the other, each on the state that the one before it left, and their appends go together.
Correctness does not rest on it: other processes race as ever, and the append checks the versions.

A round begins when the last one is answered, and loads then. To decide on what is not recorded yet
would save that trip, and no other process would ever get its turn.
"""

import asyncio
from bisect import insort
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter
from typing import Any
from uuid import UUID

from app.db import DatabaseUnavailable
from app.event_store.chain import Chain
from app.event_store.errors import UnknownTenant
from app.event_store.store import Loaded

LONGEST_WAIT = 10.0  # seconds
LARGEST_ROUND = 32
"""Half of a batch, so that a stream that many write to leaves room for others."""

Load = Callable[[UUID, Sequence[str], Sequence[UUID]], Awaitable[Loaded]]
_number = count()


class TurnTimeout(Exception):
    """The line was too long, or the database too slow for it."""


@dataclass(slots=True, kw_only=True)
class Request:
    """What a command needs loaded. It keeps its place in the line when it has to try again."""

    ids: Sequence[UUID]
    streams: Sequence[str] = ()
    slow: bool = False
    """It may wait for something else before it appends: nobody decides after it in its round."""
    alone: bool = False
    number: int = field(default_factory=lambda: next(_number))


@dataclass(slots=True, eq=False)
class _Member:
    request: Request
    admitted: asyncio.Future["Round | None"]
    passed: bool = False
    awaited: asyncio.Event | None = None

    def pass_on(self) -> None:
        self.passed = True
        if self.awaited is not None:
            self.awaited.set()


@dataclass(frozen=True, slots=True)
class Round:
    """`known` are versions and states of streams: as loaded, and then as the commands of the round
    leave them."""

    loaded: Loaded
    members: Sequence[_Member]
    known: dict[str, tuple[int, Any]] = field(default_factory=dict)
    chain: Chain = field(default_factory=Chain)

    async def until_passed(self, member: _Member) -> None:
        """Returns when all before this one have decided."""
        for each in self.members:
            if each is member:
                return
            if not each.passed:
                each.awaited = each.awaited or asyncio.Event()
                await each.awaited.wait()


@dataclass(frozen=True, slots=True)
class Turn:
    """Of one command, in a round."""

    round: Round
    member: _Member

    @property
    def loaded(self) -> Loaded:
        return self.round.loaded

    @property
    def known(self) -> dict[str, tuple[int, Any]]:
        return self.round.known

    @property
    def chain(self) -> Chain | None:
        return self.round.chain if len(self.round.members) > 1 else None

    @property
    def is_void(self) -> bool:
        """What is known was never written."""
        return self.round.chain.broken

    def pass_on(self) -> None:
        self.member.pass_on()

    async def stands(self) -> bool:
        """Whether all that was decided so far is recorded, so that a refusal may be told."""
        self.pass_on()
        await self.round.chain.settled()
        return not self.is_void


class _Line:
    """The commands that wait for one stream, and how many are in the present round."""

    def __init__(self) -> None:
        self.waiting: list[_Member] = []
        self.present = 0
        self.round: Round | None = None
        self.is_called = False
        self.size = LARGEST_ROUND

    def take(self) -> list[_Member]:
        """Who goes next, first come first served. The same command twice has to be told what
        became of the first, so it waits."""
        taken: list[_Member] = []
        ids = set[UUID]()
        for member in self.waiting:
            request = member.request
            if len(taken) == self.size or (taken and request.alone):
                break
            if ids.isdisjoint(request.ids):
                taken.append(member)
                if request.slow or request.alone:
                    break
            ids.update(request.ids)
        self.waiting = [member for member in self.waiting if member not in taken]
        return taken

    def adapt(self) -> None:
        """Where other processes are quicker, fewer go together, so that they are quick too."""
        if self.round is not None:
            broken = self.round.chain.broken
            self.size = max(1, self.size // 2) if broken else min(LARGEST_ROUND, self.size * 2)
        self.round = None


class Turns:
    def __init__(self, load: Load, longest_wait: float = LONGEST_WAIT) -> None:
        self._load = load
        self._longest_wait = longest_wait
        self._lines: dict[tuple[UUID, str], _Line] = {}
        self._loading = set[asyncio.Task[None]]()

    @asynccontextmanager
    async def enter(self, tenant_id: UUID, stream_id: str, request: Request) -> AsyncIterator[Turn]:
        """This command's turn on the stream, in a round that is loaded.

        Raises `TurnTimeout`, and what loading raises.
        """
        key = (tenant_id, stream_id)
        line = self._lines.setdefault(key, _Line())
        member = _Member(request, asyncio.get_running_loop().create_future())
        insort(line.waiting, member, key=attrgetter("request.number"))
        self._call(key, line)
        try:
            round_ = await self._admitted(line, member)
            if round_ is None:
                loaded = await self._load(tenant_id, request.streams, request.ids)
                round_ = line.round = Round(loaded, [member])
            await round_.until_passed(member)
            yield Turn(round_, member)
        finally:
            self._leave(key, line, member)

    async def _admitted(self, line: _Line, member: _Member) -> Round | None:
        if not line.present:
            return await member.admitted
        try:
            async with asyncio.timeout(self._longest_wait):
                return await member.admitted
        except TimeoutError:
            raise TurnTimeout from None

    def _call(self, key: tuple[UUID, str], line: _Line) -> None:
        """The next round, if none is under way; with all who come in this moment."""
        if not line.present and not line.is_called:
            line.is_called = True
            asyncio.get_running_loop().call_soon(self._begin, key, line)

    def _begin(self, key: tuple[UUID, str], line: _Line) -> None:
        line.is_called = False
        members = line.take()
        line.present = len(members)
        if not members:
            del self._lines[key]
        elif len(members) == 1:
            if not members[0].admitted.done():
                members[0].admitted.set_result(None)
        else:
            task = asyncio.create_task(self._load_round(key, line, members))
            self._loading.add(task)
            task.add_done_callback(self._loading.discard)

    async def _load_round(
        self, key: tuple[UUID, str], line: _Line, members: Sequence[_Member]
    ) -> None:
        requests = [member.request for member in members]
        streams = dict.fromkeys(each for request in requests for each in request.streams)
        ids = [each for request in requests for each in request.ids]
        try:
            loaded = await self._load(key[0], list(streams), ids)
        except (DatabaseUnavailable, UnknownTenant) as error:
            for member in _staying(members):
                member.admitted.set_exception(error)
        except Exception:  # noqa: BLE001 - one by one, so that it meets only whose it is
            for member in _staying(members):
                member.request.alone = True
                line.present -= 1
                insort(line.waiting, member, key=attrgetter("request.number"))
            self._call(key, line)
        else:
            staying = _staying(members)
            round_ = Round(loaded, members)
            line.round = round_ if staying else line.round
            for member in staying:
                member.admitted.set_result(round_)

    def _leave(self, key: tuple[UUID, str], line: _Line, member: _Member) -> None:
        if member in line.waiting:
            line.waiting.remove(member)
            return
        member.pass_on()
        line.present -= 1
        if not line.present:
            line.adapt()
            self._call(key, line)


def _staying(members: Sequence[_Member]) -> list[_Member]:
    return [member for member in members if not member.admitted.done()]
