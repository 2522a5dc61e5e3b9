"""The body of one request as it comes in: no larger and no slower than it may be."""

import asyncio
from time import monotonic

from starlette.types import Message, Receive

from app.http.refusals import RequestTimeout, TooLarge

LEAST_PACE = 4096  # bytes per second, once the patience is used up


class Incoming:
    """`patience` in seconds: what the client may make us wait in all, and a second more for each 4
    KiB that it has sent. The time that the application takes is not counted."""

    __slots__ = ("_complete", "_limit", "_patience", "_receive", "_received", "answered", "asked")

    def __init__(self, receive: Receive, limit: int, patience: float) -> None:
        self._receive = receive
        self._limit = limit
        self._patience = patience
        self._received = 0
        self._complete = False
        self.asked = False
        self.answered = False

    async def receive(self) -> Message:
        """Raises `TooLarge`: Content-Length may be missing or wrong. Raises `RequestTimeout`, but
        not once there is an answer: then the application only waits for the client to leave."""
        self.asked = True
        if self._complete or self.answered:
            return await self._receive()
        began = monotonic()
        try:
            async with asyncio.timeout(self._patience):
                message = await self._receive()
        except TimeoutError:
            raise RequestTimeout from None
        size = len(message.get("body", b""))
        self._received += size
        if self._received > self._limit:
            raise TooLarge(self._limit)
        self._patience += size / LEAST_PACE - (monotonic() - began)
        self._complete = not message.get("more_body", False)
        return message
