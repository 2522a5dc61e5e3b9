"""Loads API keys, and renders them without their secrets."""

from collections.abc import Sequence
from typing import Any

from app.domain.errors import NotFound
from app.domain.records.api_key import API_KEY, ApiKey
from app.views.reader import Reader


def render_api_key(key_id: str, key: ApiKey) -> dict[str, Any]:
    return {
        "id": key_id,
        "name": key.name,
        "scopes": key.scopes,
        "role": key.role,
        "created_at": key.issued_at,
        "revoked": key.is_revoked,
    }


async def load_one_api_key(reader: Reader, key_id: str) -> tuple[ApiKey, int]:
    """The key's record and its version. Raises `NotFound`."""
    stream = API_KEY.stream(key_id)
    snapshot = await reader.read(stream)
    key = snapshot.state(stream)
    if key is None:
        raise NotFound("api_key_unknown")
    return key, snapshot.version(stream)


async def load_api_keys(reader: Reader, key_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Rendered, in this order."""
    streams = [API_KEY.stream(key_id) for key_id in key_ids]
    snapshot = await reader.read(*streams)
    found = ((stream.key, snapshot.state(stream)) for stream in streams)
    return [render_api_key(key_id, key) for key_id, key in found if key is not None]
