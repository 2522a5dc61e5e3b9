"""Appends of which each was decided on what those before it leave, recorded or not yet.

Once one of them is not appended, no later one is sent: other processes may have moved the stream to
the very version that it expects, and it was decided on what was never written.
"""

import asyncio


class Chain:
    def __init__(self) -> None:
        self.broken = False
        self._unanswered = 0
        self._waiting: list[asyncio.Future[None]] = []

    def sent(self) -> None:
        self._unanswered += 1

    def answered(self, *, appended: bool) -> None:
        self.broken = self.broken or not appended
        self._unanswered -= 1
        if not self._unanswered:
            for each in self._waiting:
                if not each.done():
                    each.set_result(None)
            self._waiting.clear()

    async def settled(self) -> None:
        """Returns when nothing that was sent is without an answer."""
        if self._unanswered:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting
