"""`eventsourcing`, the best known event store in Python, at the same work."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.bodies import EVENTS_A_STREAM, TYPE
from bench.plain import PLAIN_VALUES

_STATE = (PLAIN_VALUES["header"] + PLAIN_VALUES["content"]).encode()


@dataclass(frozen=True, slots=True)
class Eventsourcing:
    """Its application recorder, a thread a writer.

    `functions=False` locks the table around each insert, so that notifications are committed in
    their order, which is what our positions promise. `functions=True` is one call of a server-side
    function, and keeps that order only as far as `NOTIFY` happens to.
    """

    name: str
    url: str
    writers: int
    functions: bool

    async def run(self, seconds: float) -> float:
        return await asyncio.to_thread(self._run, seconds)

    def _run(self, seconds: float) -> float:
        parts = urlsplit(self.url)
        with PostgresDatastore(
            dbname=parts.path.lstrip("/"),
            host=parse_qs(parts.query)["host"][0],
            port=parse_qs(parts.query)["port"][0],
            user=parts.username or "",
            password="",
            pool_size=self.writers,
            enable_db_functions=self.functions,
        ) as datastore:
            recorder = PostgresApplicationRecorder(datastore, events_table_name="es_events")
            recorder.create_table()
            datastore.pool.wait()
            started = perf_counter()
            with ThreadPoolExecutor(self.writers) as threads:
                work = [
                    threads.submit(_write, recorder, started + seconds) for _ in range(self.writers)
                ]
                done = sum(one.result() for one in work)
            return done / (perf_counter() - started)


def _write(recorder: PostgresApplicationRecorder, until: float) -> int:
    done = 0
    while True:
        originator = uuid4()
        for version in range(1, EVENTS_A_STREAM + 1):
            if perf_counter() >= until:
                return done
            recorder.insert_events([StoredEvent(originator, version, TYPE, _STATE)])
            done += 1
