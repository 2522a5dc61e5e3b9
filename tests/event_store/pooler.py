"""A pooler that ignores start-up parameters, as PgBouncer does with `ignore_startup_parameters`."""

import struct
from pathlib import Path

from tests.event_store.proxy import Proxy, _Link


class ForgetfulPooler(Proxy):
    ignored: frozenset[str] = frozenset()

    def __init__(self, url: str, directory: Path) -> None:
        super().__init__(url, directory)

    async def _requests(self, link: _Link) -> None:
        length = struct.unpack("!I", await link.from_client.readexactly(4))[0]
        rest = await link.from_client.readexactly(length - 4)
        words = rest[4:].rstrip(b"\0").split(b"\0")
        kept = [
            word
            for name, value in zip(words[::2], words[1::2], strict=True)
            if name.decode() not in self.ignored
            for word in (name, value)
        ]
        start_up = rest[:4] + b"".join(word + b"\0" for word in kept) + b"\0"
        link.to_server.write(struct.pack("!I", len(start_up) + 4) + start_up)
        await super()._requests(link)
