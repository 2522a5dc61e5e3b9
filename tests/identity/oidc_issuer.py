"""A small OIDC issuer: a real server on loopback that serves its public keys, and signs tokens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://login.example.cn"
TENANT = "0192f0c0-0000-7000-8000-000000000001"
NOW = 1_790_000_000

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - to be refused
EC = ec.generate_private_key(ec.SECP256R1())
P384 = ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def jwk(key: PrivateKey, kid: str | None, **members: Any) -> dict[str, Any]:
    """The public half, as a key set holds it."""
    public: dict[str, Any]
    match key:
        case rsa.RSAPrivateKey():
            public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        case ec.EllipticCurvePrivateKey():
            public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        case _:
            public = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)
    public.pop("key_ops", None)
    return public | ({} if kid is None else {"kid": kid}) | members


def private_jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """What nobody may publish."""
    private: dict[str, Any] = RSAAlgorithm.to_jwk(key, as_dict=True)
    return private | {"kid": kid}


def token(key: PrivateKey | bytes, algorithm: str, kid: str | None, **claims: Any) -> str:
    said = {
        "iss": ISSUER,
        "iat": NOW,
        "exp": NOW + 7200,
        "sub": "staff-7",
        "tenant_id": TENANT,
        "role": "dispatcher",
    }
    header = {} if kid is None else {"kid": kid}
    return jwt.encode(said | claims, key, algorithm=algorithm, headers=header)


class OidcIssuer:
    """`body` and `status` are what it answers; it does not answer while `open` is not set."""

    def __init__(self) -> None:
        self.requests = 0
        self.status = 200
        self.body = b""
        self.asked = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.url = ""

    def serve(self, *keys: object) -> None:
        self.body = json.dumps({"keys": keys}).encode()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        self.asked.set()
        await self.open.wait()
        head = f"HTTP/1.1 {self.status} So\r\nConnection: close\r\nContent-Length: {len(self.body)}"
        writer.write(f"{head}\r\n\r\n".encode() + self.body)
        writer.close()


@asynccontextmanager
async def running_issuer() -> AsyncIterator[OidcIssuer]:
    issuer = OidcIssuer()
    async with await asyncio.start_server(issuer._answer, "127.0.0.1", 0) as server:
        issuer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/keys"
        yield issuer
        issuer.open.set()
