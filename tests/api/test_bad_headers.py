"""Forged tokens, malformed preconditions and idempotency keys."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from tests.api.expecting import Target, nothing_recorded, problem, targeted
from tests.running import Sandbox


@pytest.fixture(scope="module")
def aimed(base_url: str) -> Iterator[Target]:
    with httpx.Client(base_url=base_url, timeout=60) as client:
        yield targeted(Sandbox.open(client))


@pytest.fixture
def target(aimed: Target) -> Iterator[Target]:
    """Asserts afterwards that nothing was recorded."""
    with nothing_recorded(aimed.sandbox):
        yield aimed


def claims(token: str) -> dict[str, Any]:
    told: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return told


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(token: str) -> dict[str, str]:
    """Tokens with valid claims that we did not sign."""
    told = claims(token)
    header, body, signature = token.split(".")
    secret = "s" * 32
    return {
        "another secret": jwt.encode(told, secret, algorithm="HS256"),
        "the empty secret": f"{header}.{body}.{'A' * 43}",
        "alg none": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "alg None": f"{part({'alg': 'None'})}.{body}.{signature}",
        "no signature": f"{header}.{body}.",
        "another algorithm": jwt.encode(told, "s" * 64, algorithm="HS512"),
        "more rights": f"{header}.{part(told | {'role': 'admin'})}.{signature}",
        "another tenant": f"{header}.{part(told | {'tenant_id': str(uuid4())})}.{signature}",
        "a key of the sender": jwt.encode(
            told,
            secret,
            algorithm="HS256",
            headers={"jwk": {"kty": "oct", "k": part(secret)}, "kid": "../../dev/null"},
        ),
        "no header": f"e30.{body}.{signature}",
        "no JSON": "x.y.z",
        "two parts": f"{header}.{body}",
        "four parts": f"{token}.x",
        "cut": token[:-2],
        "one bit": token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:],
        "nothing": "null",
        "words": "let me in",
        "an API key": f"sk_{told['tenant_id']}_{uuid4()}_{'x' * 43}",
        "half an API key": "sk_",
        "odd API key": "sk_é_\u00ff",
    }


@pytest.mark.parametrize("kind", sorted(forged(jwt.encode({"tenant_id": ""}, "s" * 32))))
def test_a_token_that_is_not_ours_is_401(target: Target, kind: str) -> None:
    token = forged(target.sandbox.tokens["csr"])[kind]
    header = f"Bearer {token}".encode("latin-1", "replace")
    answer = target.sandbox.client.get(target.ticket, headers={b"Authorization": header})
    assert answer.json()["code"].startswith(("token_", "api_key_", "unauthenticated")), answer.text
    problem(answer, 401, answer.json()["code"])
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_a_token_that_is_too_long_is_401(target: Target) -> None:
    for length in (9_000, 30_000):
        header = {"Authorization": "Bearer " + "a" * length}
        problem(target.sandbox.client.get(target.ticket, headers=header), 401, "token_malformed")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic eDp5", "bearer\tx", "x"])
def test_without_a_bearer_token_one_is_told_to_sign_in(target: Target, authorization: str) -> None:
    answer = target.sandbox.client.get(target.ticket, headers={"Authorization": authorization})
    problem(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="suyuan"'


@pytest.mark.parametrize(
    "said", ["1", "v1", '"v1', '"v-1"', '"1"', '"v1","v2"', '"v١"', '"v99999999999"', ""]
)
def test_a_precondition_that_cannot_be_read_is_422(target: Target, said: str) -> None:
    headers = {b"If-Match": said.encode(), b"Authorization": b"Bearer "}
    headers[b"Authorization"] += target.sandbox.tokens["csr"].encode()
    path = f"{target.ticket}/comment"
    answer = target.sandbox.client.post(path, json={"text": "x"}, headers=headers)
    if said in {"v1", '"v1'}:  # a forgotten quotation mark is forgiven
        problem(answer, 412, "version_mismatch")
    else:
        problem(answer, 422, "invalid_if_match", "header:if-match")


@pytest.mark.parametrize("key", ["", "x" * 256, "\u00e9", "a\tb", '""'])
def test_an_idempotency_key_that_is_none_is_422(target: Target, key: str) -> None:
    answer = target.sandbox.client.post(
        f"{target.ticket}/comment",
        json={"text": "x"},
        headers={
            b"Idempotency-Key": key.encode(),
            b"Authorization": f"Bearer {target.sandbox.tokens['csr']}".encode(),
        },
    )
    problem(answer, 422, "invalid_idempotency_key", "header:idempotency-key")


def test_a_head_is_a_get_without_its_body(sandbox: Sandbox) -> None:
    sandbox.owner()
    path = f"/v1/tickets/{sandbox.report('zhang')['id']}"
    whole = sandbox.call("zhang", "GET", path)
    head = sandbox.call("zhang", "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]
    assert sandbox.client.head("/healthz").status_code == 200
    assert sandbox.call("zhang", "HEAD", f"{path}/acknowledge").status_code == 405
