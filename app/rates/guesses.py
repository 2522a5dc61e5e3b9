"""Limits how many different wrong credentials an address may try.

A genuine token costs a signature, the operator's key a comparison: they are checked whatever else
their address sends. An API key costs a query: from an address that reached the limit, only those go
on that this process has verified from there before, or that are issued. Expired tokens are genuine;
they are not counted.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from time import monotonic
from typing import TypeVar

from app.identity.errors import InvalidToken
from app.rates.limiter import Limiter, LimitReached
from app.rates.limits import WRONG_CREDENTIALS

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

GUESSES = frozenset(
    {"token_malformed", "token_signature_invalid", "api_key_invalid", "refresh_token_invalid"}
)
WRONG_FOR = (
    10.0  # seconds for which a wrong credential is not verified again; an issuer's keys change
)
COUNTED_FOR = float(WRONG_CREDENTIALS.seconds)  # seconds for which it is not counted again
REMEMBERED = 4096


class Guesses:
    """A wrong credential counts once however often it is sent: who repeats an old token does not
    guess. Not thread-safe: use it from the event loop."""

    def __init__(self, limiter: Limiter, *, clock: Callable[[], float] = monotonic) -> None:
        self._limiter = limiter
        self._clock = clock
        self._good: OrderedDict[tuple[str, bytes], None] = OrderedDict()
        self._wrong: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    async def token(self, address: str, text: str, verify: Callable[[], Awaitable[T]]) -> T:
        """Raises what `verify` raises, and `LimitReached` instead of `InvalidToken`."""
        if self._wrong:
            self._refuse_known(text)
        return await self._verified(address, text, verify)

    async def key(
        self,
        address: str,
        text: str,
        verify: Callable[[], Awaitable[T]],
        is_issued: Callable[[str], Awaitable[bool]],
    ) -> T:
        """As `token`, but if the address has reached the limit, `verify` is called only for a key
        that `is_issued`: this has to be cheap however many are asked for."""
        self._refuse_known(text)
        known = (address, _digest(text))
        if known not in self._good:
            try:
                self._limiter.check(WRONG_CREDENTIALS, address)
            except LimitReached:
                if not await is_issued(text):
                    raise
        found = await self._verified(address, text, verify)
        _put(self._good, known, None)
        return found

    async def wrong(self, address: str, text: str, code: str) -> None:
        """Counts a wrong credential, unless it was counted before. Raises `LimitReached`."""
        digest = _digest(text)
        if self._code_of(digest, COUNTED_FOR) is None:
            self._limiter.check(WRONG_CREDENTIALS, address)
            _put(self._wrong, digest, (code, self._clock()))
            await self._limiter.take(WRONG_CREDENTIALS, address)

    async def _verified(self, address: str, text: str, verify: Callable[[], Awaitable[T]]) -> T:
        try:
            return await verify()
        except InvalidToken as invalid:
            if invalid.code in GUESSES:
                await self.wrong(address, text, invalid.code)
            raise

    def _refuse_known(self, text: str) -> None:
        code = self._code_of(_digest(text), WRONG_FOR)
        if code is not None:
            raise InvalidToken(code)

    def _code_of(self, digest: bytes, seconds: float) -> str | None:
        """Of a credential that was found wrong in the last `seconds`."""
        code, at = self._wrong.get(digest, (None, 0.0))
        return code if self._clock() < at + seconds else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _put(remembered: OrderedDict[K, T], key: K, value: T) -> None:
    remembered[key] = value
    remembered.move_to_end(key)
    if len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
