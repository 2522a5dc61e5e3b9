"""The secret of a tenant: what is derived from guessable values is keyed with it.

A plain hash of an address, a household or a request id can be computed for each candidate by who
sees it (docs/adr/0027-nothing-hashed-can-be-guessed.md). The secret is made with the tenant, never
changes and is never shown.
"""

import hmac
import re
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_PLACE_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class TenantSecret:
    key: bytes = field(repr=False)

    def command_id(self, sender: str, idempotency_key: str) -> UUID:
        """The id of a command with a key that is no random UUID. Version 8: the product's own ids
        are of versions 5 and 7."""
        return _custom_uuid(self._digest("command", sender, idempotency_key))

    def correlation_id(self, request_id: str) -> str:
        """What events have in place of a request id that a client chose."""
        return str(_custom_uuid(self._digest("correlation", request_id)))

    def alias_of(self, place_key: str) -> str:
        """What is shown in place of a key of `app/domain/fingerprint/keys.py`."""
        block = bytes.fromhex(place_key)
        encryptor = self._cipher().encryptor()
        return (encryptor.update(block) + encryptor.finalize()).hex()

    def place_key_of(self, alias: str) -> str | None:
        """The inverse of `alias_of`; None for what has not the form of an alias."""
        if not _PLACE_KEY.fullmatch(alias):
            return None
        decryptor = self._cipher().decryptor()
        return (decryptor.update(bytes.fromhex(alias)) + decryptor.finalize()).hex()

    def _cipher(self) -> Cipher[ECB]:
        """A permutation of the keys, which are one block each. No mode: equal keys have to have
        equal aliases."""
        return Cipher(AES(self._digest("place_key")), ECB())  # noqa: S305

    def _digest(self, purpose: str, *named: str) -> bytes:
        message = "\n".join((f"suyuan-{purpose}/v1", *named))
        return hmac.digest(self.key, message.encode(), "sha256")


def _custom_uuid(digest: bytes) -> UUID:
    """RFC 9562 §5.8."""
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF << 76) | 0x8 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)
