"""Loads API keys, and renders them without their secrets."""

from typing import Any

from app.domain.errors import NotFound
from app.domain.records.api_key import API_KEY, ApiKey
from app.views.reader import Reader


def render_api_key(key_id: str, key: ApiKey) -> dict[str, Any]:
    return {"id": key_id, "name": key.name, "scopes": key.scopes, "revoked": key.is_revoked}


async def load_one_api_key(reader: Reader, key_id: str) -> tuple[ApiKey, int]:
    """The key's record and its version. Raises `NotFound`."""
    stream = API_KEY.stream(key_id)
    snapshot = await reader.read(stream)
    key = snapshot.state(stream)
    if key is None:
        raise NotFound("api_key_unknown")
    return key, snapshot.version(stream)
