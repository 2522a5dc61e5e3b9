"""The one write path: load, lapse, decide, append; retried when another writer was first.

Only `CommandHandler.handle` and `CommandHandler.lapse` append events.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from uuid_utils.compat import uuid7

from app.clock_watch import ClockWatch
from app.commands import Contended, Envelope, KeyReused, Outcome, VersionMismatch
from app.db import NotAnswered
from app.domain.decider import Decider, Given, NeedsNumber, NeedsStream, On, Stream
from app.domain.errors import DomainError, NotFound, NotPermitted
from app.domain.named import decide_in_reach, names_of
from app.event_store.codec import SALT_BYTES, Encoded, Origin, encode, encode_state
from app.event_store.folding import fold_at, unfold
from app.event_store.numbering import Numbering
from app.event_store.recall import Recall
from app.event_store.store import (
    Append,
    Appended,
    Conflict,
    EventStore,
    Loaded,
    Move,
    StoredResult,
    StreamBusy,
)
from app.event_store.stream_locks import StreamLocks, StreamLockTimeout
from app.event_store.turns import Request, Turn, Turns, TurnTimeout
from app.events.base import SYSTEM, Fact
from app.events.registry import NAME_OF
from app.telemetry import COMMANDS, DETECTION_SECONDS, span

S = TypeVar("S")
ATTEMPTS = 100
LONGEST = 18.0  # seconds until a caller is told that the outcome is not known


class _Numbers(dict[str, str]):
    """The human numbers of one command, kept across its retries.

    A number that is reserved already is taken at once. A missing one makes `decide` raise
    `NeedsNumber`; it is drawn, and the command decided again.
    """

    def __init__(self, ready: Callable[[str], str | None]) -> None:
        super().__init__()
        self._ready = ready

    def __missing__(self, series: str) -> str:
        number = self._ready(series)
        if number is None:
            raise KeyError(series)
        self[series] = number
        return number


class _States(dict[str, Any]):
    """The states of an attempt, by stream, and which of them the decision has read."""

    def __init__(self) -> None:
        super().__init__()
        self.read = set[str]()

    def __getitem__(self, stream_id: str) -> Any:
        state = super().__getitem__(stream_id)
        self.read.add(stream_id)
        return state


@dataclass(slots=True)
class _Attempt:
    """What one attempt has loaded, by stream.

    `stored` are the folds as stored, `lapsed` the facts that are due since, `states` both together.
    `lapsed` is recorded only if the stream is written.
    """

    now: datetime
    sandbox: bool
    zone: ZoneInfo
    numbers: _Numbers
    turn: Turn
    versions: dict[str, int] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)
    lapsed: dict[str, list[Fact[Any]]] = field(default_factory=dict)
    states: _States = field(default_factory=_States)
    streams: dict[str, Stream[Any, Any]] = field(default_factory=dict)

    def recalled(self) -> list[Stream[Any, Any]]:
        return [stream for stream in self.streams.values() if stream.decider.recalled]


Decide = Callable[[Any, Given], Sequence[Any]]
Before = Callable[[], Awaitable[None]]


class CommandHandler:
    def __init__(
        self,
        store: EventStore,
        numbering: Numbering,
        *,
        deciders: Mapping[str, Decider[Any, Any]],
        log_origin: str,
        build: str,
        appended: Callable[[UUID, Collection[str]], None] = lambda _tenant, _streams: None,
        clock: ClockWatch | None = None,
    ) -> None:
        self._clock = clock
        self._store = store
        self._numbering = numbering
        self._deciders = deciders
        self._log = log_origin
        self._build = build
        self._appended = appended
        self._turns = Turns(self._load_together)
        self._lost = StreamLocks()  # on streams that a command writes beside its own, and lost
        self._recall = Recall()

    async def handle(
        self,
        stream: Stream[Any, Any],
        command: object,
        envelope: Envelope,
        *,
        also: Sequence[Stream[Any, Any]] = (),
        prefer: Stream[Any, Any] | None = None,
        before: Before | None = None,
    ) -> Outcome:
        """Decides `command` on `stream` and appends the events, to one stream or several.

        `also` loads further streams ahead that the decision reads, which saves a round trip. The
        outcome is that of `prefer` if the command writes to it. `before` is awaited when the
        command is decided and not recorded yet; again after a lost race. Raises `DomainError`
        (refused, nothing written), `VersionMismatch`, `KeyReused`, `Contended`, `UnknownTenant`,
        `DatabaseUnavailable` and its kinds `NotAnswered` and `ClockInDoubt`.
        """

        def decide(state: Any, given: Given) -> Sequence[Any]:
            return decide_in_reach(stream, command, state, given)

        name = type(command).__name__
        reads = stream.decider.reads(command, envelope.viewer)
        ahead = [*also, *reads, *names_of(command, envelope)]
        with span("command", command=name):
            outcome = await self._record(stream, decide, envelope, ahead, prefer, before)
        COMMANDS.labels(name, "replayed" if outcome.replayed else "recorded").inc()
        return outcome

    async def lapse(self, tenant_id: UUID, stream_id: str) -> Outcome:
        """Records what has lapsed on a stream by its tenant's clock. A no-op if nothing has."""
        category, _, key = stream_id.partition("-")
        envelope = Envelope(tenant_id=tenant_id, actor=SYSTEM)
        stream = self._deciders[category].stream(key)
        return await self._record(stream, lambda _state, _given: (), envelope, (), None)

    async def _record(
        self,
        stream: Stream[Any, Any],
        decide: Decide,
        envelope: Envelope,
        also: Sequence[Stream[Any, Any]],
        prefer: Stream[Any, Any] | None,
        before: Before | None = None,
    ) -> Outcome:
        numbers = _Numbers(partial(self._numbering.ready, envelope.tenant_id))
        request = Request(ids=envelope.ids, slow=before is not None)
        try:
            async with asyncio.timeout(LONGEST):
                lost: set[str] = set()
                for tries in range(ATTEMPTS):
                    async with self._lost.hold_all(envelope.tenant_id, lost):
                        outcome = await self._try(
                            stream, decide, envelope, also, prefer, numbers, before, request
                        )
                    if isinstance(outcome, Outcome):
                        return outcome
                    if outcome is not None and outcome.stream_id != stream.id:
                        lost.add(outcome.stream_id)
                    if tries > 8:
                        await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311
        except (TurnTimeout, StreamLockTimeout) as timeout:
            raise Contended from timeout
        except TimeoutError as timeout:
            raise NotAnswered(f"no answer in {LONGEST:g} s") from timeout
        raise Contended

    async def _try(
        self,
        stream: Stream[Any, Any],
        decide: Decide,
        envelope: Envelope,
        also: Sequence[Stream[Any, Any]],
        prefer: Stream[Any, Any] | None,
        numbers: _Numbers,
        before: Before | None,
        request: Request,
    ) -> Outcome | Conflict | None:
        """A conflict if another command wrote one of the streams first; None if one was busy, or
        what the command was decided on was never written."""
        recalled = self._recall.of(envelope.tenant_id, stream.id)
        streams = {each.id: each for each in (stream, *also, *recalled)}
        request.streams = list(streams)
        async with self._turns.enter(envelope.tenant_id, stream.id, request) as turn:
            loaded = turn.loaded
            recorded = loaded.command(envelope.ids)
            answer = recorded or await self._take_turn(
                turn, stream, decide, envelope, streams.values(), prefer, numbers, before
            )
        if recorded:
            await self._store.confirm()
        if isinstance(answer, StoredResult):
            return await self._replay(answer, envelope, loaded)
        return answer

    async def _take_turn(
        self,
        turn: Turn,
        stream: Stream[Any, Any],
        decide: Decide,
        envelope: Envelope,
        streams: Collection[Stream[Any, Any]],
        prefer: Stream[Any, Any] | None,
        numbers: _Numbers,
        before: Before | None,
    ) -> Outcome | StoredResult | Conflict | None:
        if turn.is_void:
            return None
        loaded = turn.loaded
        if self._clock is not None and not loaded.sandbox:
            self._clock.check(loaded.clock)
        attempt = _Attempt(
            now=loaded.now,
            sandbox=loaded.sandbox,
            zone=ZoneInfo(loaded.timezone),
            numbers=numbers,
            turn=turn,
        )
        await self._load(attempt, envelope.tenant_id, streams, loaded)
        try:
            facts = await self._decide_on_version(stream, decide, envelope, attempt)
        except (DomainError, VersionMismatch):
            if await turn.stands():
                raise
            return None
        self._recall.add(envelope.tenant_id, stream.id, attempt.recalled())
        answering = prefer if prefer and prefer.id in facts else stream
        if before is not None:
            await before()
        return await self._append(facts, attempt, envelope, stream, answering)

    async def _append(
        self,
        facts: Mapping[str, Sequence[Fact[Any]]],
        attempt: _Attempt,
        envelope: Envelope,
        stream: Stream[Any, Any],
        answering: Stream[Any, Any],
    ) -> Outcome | StoredResult | Conflict | None:
        append, states = self._build_append(facts, attempt, envelope, answering)
        version = attempt.versions[answering.id] + len(facts.get(answering.id, ()))
        for stream_id, new in facts.items():
            after = attempt.versions[stream_id] + len(new)
            attempt.turn.known[stream_id] = after, states[stream_id]
        attempt.turn.pass_on()  # and nothing is awaited until the append is in line
        try:
            answer = await self._store.append_to_stream(envelope.tenant_id, append)
        except StreamBusy:
            await asyncio.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - spreads the tries
            return None
        match answer:
            case Appended():
                self._appended(envelope.tenant_id, facts.keys())
                if not attempt.sandbox:
                    _measure_detection(facts.get(stream.id, ()), answer.recorded_at)
                return Outcome(
                    stream_id=answering.id,
                    version=version,
                    state=states[answering.id],
                    at=answer.recorded_at,
                    zone=attempt.zone,
                    status=envelope.status,
                    position=answer.position,
                    leaf=answer.leaf,
                )
            case StoredResult() | Conflict():
                return answer

    async def _decide_on_version(
        self, stream: Stream[Any, Any], decide: Decide, envelope: Envelope, attempt: _Attempt
    ) -> dict[str, list[Fact[Any]]]:
        version = attempt.versions[stream.id]
        if envelope.expected_version not in (None, version):
            await self._check_visible(stream, decide, envelope, attempt)
            raise VersionMismatch(version)
        return await self._decide(stream, decide, envelope, attempt)

    async def _check_visible(
        self, stream: Stream[Any, Any], decide: Decide, envelope: Envelope, attempt: _Attempt
    ) -> None:
        """Raises the refusal if the caller may not see the stream or give the command: then the
        version must not be told either."""
        try:
            await self._decide(stream, decide, envelope, attempt)
        except (NotFound, NotPermitted):
            raise
        except DomainError:
            return

    async def _decide(
        self, stream: Stream[Any, Any], decide: Decide, envelope: Envelope, attempt: _Attempt
    ) -> dict[str, list[Fact[Any]]]:
        """The facts to record, by stream: first what has lapsed, then what was decided."""
        occurred_at = envelope.occurred_at or attempt.now
        nonce = token_hex(SALT_BYTES)
        events: Sequence[Any]
        while True:
            given = Given(
                actor=envelope.actor,
                now=attempt.now,
                occurred_at=occurred_at,
                zone=attempt.zone,
                household_id=envelope.household_id,
                communities=envelope.communities,
                channel=envelope.channel,
                evidence=envelope.evidence,
                states=attempt.states,
                numbers=attempt.numbers,
                nonce=nonce,
            )
            try:
                events = decide(attempt.states[stream.id], given)
                break
            except NeedsStream as needed:
                await self._load(attempt, envelope.tenant_id, [needed.stream])
            except NeedsNumber as needed:
                attempt.numbers[needed.key] = await self._numbering.next(
                    envelope.tenant_id, needed.series
                )
        lapsed = attempt.lapsed[stream.id]
        facts: dict[str, list[Fact[Any]]] = {stream.id: list(lapsed)} if lapsed else {}
        for event in events:
            target, what = (event.stream, event.event) if isinstance(event, On) else (stream, event)
            if target.id not in attempt.versions:
                await self._load(attempt, envelope.tenant_id, [target])
            of_target = facts.setdefault(target.id, list(attempt.lapsed[target.id]))
            of_target.append(Fact(what, occurred_at, envelope.actor))
        return facts

    def _build_append(
        self,
        facts: Mapping[str, Sequence[Fact[Any]]],
        attempt: _Attempt,
        envelope: Envelope,
        answering: Stream[Any, Any],
    ) -> tuple[Append, dict[str, Any]]:
        origin = Origin(
            tenant_id=envelope.tenant_id,
            log=self._log,
            build=self._build,
            command_id=envelope.command_id,
            correlation_id=envelope.correlation_id or str(envelope.command_id),
            causation_id=envelope.causation_id,
            channel=envelope.channel,
        )
        states = dict(attempt.states)
        moves: list[Move] = []
        events: list[Encoded] = []
        for stream_id, expected in attempt.versions.items():
            new = facts.get(stream_id, ())
            if not new and stream_id not in attempt.states.read:
                continue  # loaded ahead, and nothing depends on it
            if not new:
                moves.append(Move(stream_id=stream_id, expected=expected, version=expected))
                continue
            decider = attempt.streams[stream_id].decider
            state = states[stream_id] = decider.fold(attempt.stored[stream_id], new)
            events += (
                encode(origin, stream_id, expected + n, uuid7(), fact)
                for n, fact in enumerate(new, 1)
            )
            moves.append(
                Move(
                    stream_id=stream_id,
                    expected=expected,
                    version=expected + len(new),
                    fold_version=decider.fold_version,
                    state=encode_state(state),
                    next_due_at=decider.next_due(state),
                )
            )
        result = {
            "stream": answering.id,
            "version": attempt.versions[answering.id] + len(facts.get(answering.id, ())),
            "status": envelope.status,
        }
        append = Append(
            command_id=envelope.command_id,
            fingerprint=envelope.fingerprint,
            result=orjson.dumps(result).decode(),
            moves=moves,
            events=events,
            sandbox=attempt.sandbox,
            chain=attempt.turn.chain,
        )
        return append, states

    async def _load_together(
        self, tenant_id: UUID, streams: Sequence[str], ids: Sequence[UUID]
    ) -> Loaded:
        return await self._store.load(tenant_id, streams, ids)

    async def _load(
        self,
        attempt: _Attempt,
        tenant_id: UUID,
        streams: Collection[Stream[Any, Any]],
        loaded: Loaded | None = None,
    ) -> None:
        known = attempt.turn.known
        missing = [stream for stream in streams if stream.id not in known]
        if missing and loaded is None:
            loaded = await self._store.load(tenant_id, [stream.id for stream in missing])
        for stream in missing:
            fold = loaded.streams.get(stream.id) if loaded else None
            version = fold.version if fold else 0
            known[stream.id] = version, await unfold(self._store, tenant_id, stream, fold)
        for stream in streams:
            attempt.streams[stream.id] = stream
            attempt.versions[stream.id], stored = known[stream.id]
            lapsed = list(stream.decider.lapse(stored, attempt.now))
            attempt.stored[stream.id], attempt.lapsed[stream.id] = stored, lapsed
            attempt.states[stream.id] = stream.decider.fold(stored, lapsed)

    async def _replay(self, before: StoredResult, envelope: Envelope, loaded: Loaded) -> Outcome:
        """The outcome of a command that was recorded before, with the state of that version."""
        if before.fingerprint != envelope.fingerprint:
            raise KeyReused
        result = orjson.loads(before.result)
        category, _, key = result["stream"].partition("-")
        stream = self._deciders[category].stream(key)
        return Outcome(
            stream_id=stream.id,
            version=result["version"],
            state=await fold_at(self._store, envelope.tenant_id, stream, result["version"]),
            at=before.recorded_at,
            zone=ZoneInfo(loaded.timezone),
            status=result["status"],
            position=before.position,
            leaf=before.leaf,
            replayed=True,
        )


def _measure_detection(facts: Sequence[Fact[Any]], recorded_at: datetime) -> None:
    """How late each lapse was recorded, measured once, by the process that recorded it."""
    for fact in facts:
        if fact.actor is SYSTEM and fact.occurred_at < recorded_at:
            name = NAME_OF[type(fact.event)]
            DETECTION_SECONDS.labels(name).observe((recorded_at - fact.occurred_at).total_seconds())
