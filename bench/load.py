"""Puts load on a server over HTTP/1.1, in a process of its own and as cheaply as Python can.

Reads one JSON object from standard input, writes one to standard output. Each connection stays open
and sends its next request when the answer to the last one is there; with a `rate`, not before its
turn.
"""

import asyncio
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice
from time import perf_counter
from typing import cast

import uvloop

PATIENCE = 20.0  # seconds that the last answers may take
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Tally:
    until: float
    interval: float = 0.0  # between two requests of a connection, if they are paced
    statuses: Counter[bytes] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


class Client(asyncio.Protocol):
    def __init__(self, requests: list[bytes], first: int, tally: Tally) -> None:
        self._requests = islice(cycle(requests), first, None)
        self._tally = tally
        self._buffer = b""
        self._sent = 0.0
        self._turn = perf_counter()
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer = buffer = self._buffer + data if self._buffer else data
        head = buffer.find(_END)
        if head < 0:
            return
        lower = buffer[:head].lower()
        at = lower.index(_LENGTH) + len(_LENGTH)
        end = lower.find(b"\r", at)
        length = int(lower[at : end if end >= 0 else None])
        if len(buffer) < head + len(_END) + length:
            return
        now = perf_counter()
        self._tally.statuses[buffer[9:12]] += 1
        self._tally.seconds.append(now - self._sent)
        self._buffer = b""
        self._turn += self._tally.interval
        if self._turn >= self._tally.until or now >= self._tally.until:
            self._transport.close()
        elif self._turn > now and self._tally.interval:
            asyncio.get_running_loop().call_later(self._turn - now, self._send)
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None:
            self.closed.set_result(None)
        else:
            self.closed.set_exception(exc)

    def _send(self) -> None:
        self._sent = perf_counter()
        self._transport.write(next(self._requests))


async def load(
    port: int, connections: int, seconds: float, requests: list[bytes], rate: float | None
) -> Tally:
    loop = asyncio.get_running_loop()
    interval = connections / rate if rate else 0.0
    tally = Tally(until=perf_counter() + seconds, interval=interval)
    clients = []
    for number in range(connections):
        first = number * len(requests) // connections
        _, client = await loop.create_connection(
            partial(Client, requests, first, tally), "127.0.0.1", port
        )
        clients.append(client)
        await asyncio.sleep(interval / connections)
    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(*(client.closed for client in clients))
    return tally


def main() -> None:
    asked = json.load(sys.stdin)
    requests = [text.encode() for text in asked["requests"]]
    started = perf_counter()
    tally = uvloop.run(
        load(asked["port"], asked["connections"], asked["seconds"], requests, asked["rate"])
    )
    took = perf_counter() - started
    waits = sorted(tally.seconds)
    json.dump(
        {
            "rate": len(waits) / took,
            "statuses": {status.decode(): count for status, count in tally.statuses.items()},
            "p50_ms": waits[len(waits) // 2] * 1000,
            "p99_ms": waits[len(waits) * 99 // 100] * 1000,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
