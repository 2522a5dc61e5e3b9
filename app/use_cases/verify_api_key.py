"""The principal behind an API key of an integration."""

from app.domain.records.api_key import API_KEY
from app.event_store.errors import UnknownTenant
from app.event_store.folding import state_of
from app.event_store.store import EventStore
from app.identity import api_keys
from app.identity.errors import InvalidToken
from app.identity.principal import Principal

INVALID = "api_key_invalid"


async def verify_api_key(store: EventStore, text: str) -> Principal:
    """Raises `InvalidToken`, with the same code for every defect."""
    parts = api_keys.parse(text)
    if parts is None:
        raise InvalidToken(INVALID)
    try:
        key = await state_of(store, parts.tenant_id, API_KEY.stream(str(parts.key_id)))
    except UnknownTenant as unknown:
        raise InvalidToken(INVALID) from unknown
    if key is None or not api_keys.matches(parts, key.secret_hash) or key.is_revoked:
        raise InvalidToken(INVALID)
    return Principal(
        subject=f"key:{parts.key_id}",
        tenant_id=parts.tenant_id,
        role=key.role,
        scopes=frozenset(key.scopes),
        name=None,
        expires_at=None,
    )
