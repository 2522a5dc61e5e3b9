"""The secrets that sign what we issue: the first signs, all verify, so that one can be replaced
while what the one before signed goes on being valid."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

SHORTEST = 32
MOST = 8
# Behind it stands one secret as it is, with commas and colons.
_PLAIN = re.compile(r"(?:\A|[,\n])\s*plain=")
_NAMED = re.compile(r"([A-Za-z0-9._-]{1,32}):(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`kid` is the id that was given with it, or else a fingerprint."""

    kid: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes, kid: str | None = None) -> "SigningKey":
        """Raises ValueError for a secret that is too short."""
        if len(secret) < SHORTEST:
            raise ValueError(f"a signing secret has at least {SHORTEST} bytes")
        return cls(kid or fingerprint(secret), secret)


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """At least one; the first signs."""

    keys: tuple[SigningKey, ...]

    @property
    def first(self) -> SigningKey:
        return self.keys[0]

    def candidates(self, kid: object) -> Sequence[bytes]:
        """The secrets that a token of this key id may be signed with: all of them for a token
        without one. A key that was given an id is found by its fingerprint, too."""
        return [
            each.secret
            for each in self.keys
            if kid is None or kid in (each.kid, fingerprint(each.secret))
        ]

    def derived(self, purpose: bytes) -> tuple[bytes, ...]:
        """Secrets for another purpose, in the same order."""
        return tuple(hashlib.sha256(purpose + each.secret).digest() for each in self.keys)


def fingerprint(secret: bytes) -> str:
    return hashlib.sha256(b"kid" + secret).hexdigest()[:8]


def read_keys(text: str) -> SigningKeys:
    """One secret, or `kid:secret` several times with commas or line breaks between; only the first
    needs a kid. Behind `plain=`, all the rest is one secret. Raises ValueError."""
    listed, *plain = _PLAIN.split(text, maxsplit=1)
    parts = [part.strip() for part in re.split(r"[,\n]", listed) if part.strip()]
    if not (_NAMED.fullmatch(parts[0]) if parts else plain):
        return SigningKeys((SigningKey.of(text.encode()),))
    keys = (*map(_read_key, parts), *(SigningKey.of(each.encode()) for each in plain))
    if len(keys) > MOST:
        raise ValueError(f"at most {MOST} secrets")
    if len({each.kid for each in keys}) < len(keys):
        raise ValueError("two secrets have the same key id")
    return SigningKeys(keys)


def _read_key(part: str) -> SigningKey:
    named = _NAMED.fullmatch(part)
    return SigningKey.of(named[2].encode(), named[1]) if named else SigningKey.of(part.encode())


def new_key(keys: SigningKeys, day: str) -> SigningKey:
    """A random secret, named after the day and counted if there is one of that name."""
    taken = {each.kid for each in keys.keys}
    names = (day, *(f"{day}-{n}" for n in range(2, MOST + 2)))
    return SigningKey.of(
        secrets.token_urlsafe(SHORTEST).encode(), next(name for name in names if name not in taken)
    )


def in_a_file(keys: SigningKeys) -> str:
    """As `read_keys` reads them, one a line. Raises ValueError if it would not: for a secret with a
    comma or a line break."""
    text = "\n".join(f"{each.kid}:{each.secret.decode()}" for each in keys.keys)
    if read_keys(text) != keys:
        raise ValueError("a secret with a comma or a line break cannot be kept in the file")
    return text
