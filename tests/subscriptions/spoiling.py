"""Events that cannot be read, as newer code or a mistake would leave them."""

from dataclasses import replace

import orjson

from app.event_store.codec import canonical, content_hash
from app.event_store.store import Append


def retyped(append: Append, name: str) -> Append:
    """The same event under a name that nobody here knows."""
    (event,) = append.events
    header = canonical({**orjson.loads(event.header), "typ": name})
    return replace(append, events=[replace(event, type=name, header=header)])


def garbled(append: Append) -> Append:
    """An event whose content is not what its type says."""
    (event,) = append.events
    content = canonical({"ticket_id": ["no", "text"]})
    header = canonical(
        {**orjson.loads(event.header), "ch": content_hash(content), "cl": len(content)}
    )
    return replace(append, events=[replace(event, header=header, content=content)])
