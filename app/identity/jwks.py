"""Caches the public keys of an OIDC issuer, for longer when the issuer is down."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from app.identity.errors import IdentityUnavailable
from app.identity.signatures import PublicKey

_log = logging.getLogger(__name__)

_FRESH_FOR = 600
"""Seconds for which a withdrawn key is still accepted, if the issuer answers."""
_STALE_FOR = 24 * 3600
"""Seconds for which old keys are accepted while the issuer does not answer."""
_ASK_EVERY = 30
"""Least seconds between two requests: a made-up key id or an outage could cause one per token."""
_ASK_FOR_THE_FIRST_EVERY = 5
_MAX_BYTES = 512 * 1024
_TIMEOUT = httpx.Timeout(3.0)
_MAX_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """`algorithms` follow from the type of the key, never from the token."""

    kid: str | None
    key: PublicKey
    algorithms: tuple[str, ...]


class JwksCache:
    """One request at a time; concurrent callers share its result."""

    def __init__(
        self,
        url: str,
        client: httpx.AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._on_change = on_change
        self._keys: tuple[IssuerKey, ...] | None = None
        self._document: object = None
        self._fetched_at = self._asked_at = float("-inf")
        self._answered = False
        self._asking = asyncio.Lock()

    async def refresh_if_old(self) -> None:
        """Raises `IdentityUnavailable` when no keys may be used any longer."""
        if self._age() > _FRESH_FOR:
            await self._ask()
        if self._keys is None or self._age() > _STALE_FOR:
            raise IdentityUnavailable

    async def find(self, kid: str | None, algorithm: str) -> IssuerKey | None:
        """Fetches the keys again for an unknown key id: the issuer may have added it since. A token
        without key id needs exactly one key that fits."""
        await self.refresh_if_old()
        found = self._look_up(kid, algorithm)
        if found is not None:
            return found
        await self._ask()
        found = self._look_up(kid, algorithm)
        if found is None and not self._answered:
            raise IdentityUnavailable  # it may be a new key, and the issuer does not answer
        return found

    def _look_up(self, kid: str | None, algorithm: str) -> IssuerKey | None:
        fitting = [
            key
            for key in self._keys or ()
            if algorithm in key.algorithms and (kid is None or key.kid == kid)
        ]
        return fitting[0] if fitting and (kid is not None or len(fitting) == 1) else None

    def _age(self) -> float:
        return self._clock() - self._fetched_at

    async def _ask(self) -> None:
        """Keeps the present keys if the issuer does not answer. After a cancellation the next
        caller asks."""
        async with self._asking:
            pause = _ASK_FOR_THE_FIRST_EVERY if self._keys is None else _ASK_EVERY
            if self._clock() - self._asked_at < pause:
                return
            try:
                async with asyncio.timeout(_MAX_SECONDS):
                    document = await self._fetch()
            except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
                _log.warning("no keys from the OIDC issuer: %s", type(error).__name__)
                self._answered = False
            else:
                self._answered = True
                self._fetched_at = self._clock()
                self._take(document)
            self._asked_at = self._clock()

    def _take(self, document: list[object]) -> None:
        if self._keys is None or document != self._document:
            self._document = document
            self._keys = tuple(filter(None, map(_issuer_key, document)))
            self._on_change()

    async def _fetch(self) -> list[object]:
        body = bytearray()
        async with self._client.stream(
            "GET", self._url, timeout=_TIMEOUT, headers={"Accept": "application/json"}
        ) as answer:
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _MAX_BYTES:
                    raise ValueError("too long for a key set")
        try:
            document = json.loads(body)
        except RecursionError as error:
            raise ValueError("too deep for a key set") from error
        keys = document.get("keys") if isinstance(document, Mapping) else None
        if not isinstance(keys, list):
            raise ValueError("no key set")
        return keys


def _issuer_key(entry: object) -> IssuerKey | None:
    """None for keys of other types and uses, which a key set may hold, and for symmetric or private
    keys, which must not be public."""
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
        return None
    kid, declared = entry.get("kid"), entry.get("alg")
    try:
        key = PyJWK(entry).key
    except (PyJWTError, UnsupportedAlgorithm, LookupError, TypeError, ValueError):
        return None
    algorithms = tuple(name for name in _algorithms_of(key) if declared is None or declared == name)
    if not algorithms or not isinstance(kid, str | None):
        return None
    return IssuerKey(kid, key, algorithms)


def _algorithms_of(key: object) -> tuple[str, ...]:
    match key:
        case RSAPublicKey() if key.key_size >= 2048:
            return ("RS256", "PS256")
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return ("ES256",)
        case Ed25519PublicKey():
            return ("EdDSA",)
        case _:
            return ()
