"""Tokens of our own: what is believed, what is not, and with which code."""

import contextlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.roles import ROLES
from app.identity.errors import InvalidToken
from app.identity.principal import Principal
from app.identity.tokens import TokenIssuer
from tests.identity.clock import Clock

SECRET = b"a secret that is long enough to sign"
TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")
NOW = 1_790_000_000
GOOD: dict[str, Any] = {
    "iss": "suyuan",
    "iat": NOW,
    "exp": NOW + 900,
    "sub": "u-li",
    "tenant_id": str(TENANT),
    "role": "engineer",
}


def issuer(clock: Clock | None = None, cached: int = 4096) -> TokenIssuer:
    return TokenIssuer(SECRET, clock=clock or Clock(NOW), cached=cached)


def signed(claims: dict[str, Any]) -> str:
    """With a good signature, whatever they are: jwt.encode() would refuse some."""
    return jwt.api_jws.encode(json.dumps(claims).encode(), SECRET, algorithm="HS256")


def refusal(token: str, believer: TokenIssuer | None = None) -> str:
    with pytest.raises(InvalidToken) as refused:
        (believer or issuer()).verify(token)
    return refused.value.code


def segment(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_what_is_issued_is_believed() -> None:
    ours = issuer()
    token = ours.issue(
        subject="o-1",
        tenant_id=TENANT,
        role="owner",
        lifetime=timedelta(minutes=15),
        household_id="h-3-1201",
        communities=["锦绣", "jinxiu"],
        scopes={"tickets:read"},
        name="王女士",
    )
    assert ours.verify(token) == Principal(
        subject="o-1",
        tenant_id=TENANT,
        role="owner",
        household_id="h-3-1201",
        communities=("锦绣", "jinxiu"),
        scopes=frozenset({"tickets:read"}),
        name="王女士",
        expires_at=datetime.fromtimestamp(NOW + 900, UTC),
        issued_at=datetime.fromtimestamp(NOW, UTC),
    )


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_role_may_have_a_token(role: str) -> None:
    token = issuer().issue(subject="u", tenant_id=TENANT, role=role, lifetime=timedelta(hours=1))
    found = issuer().verify(token)
    assert (found.role, found.household_id, found.communities) == (role, None, ())
    assert found.scopes is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "system"},
        {"subject": ""},
        {"subject": "a\0b"},
        {"lifetime": timedelta(days=-1)},
        {"communities": ["中" * 200] * 60},
    ],
)
def test_what_would_not_be_believed_is_not_issued(wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {
        "subject": "u",
        "tenant_id": TENANT,
        "role": "csr",
        "lifetime": timedelta(hours=1),
    }
    with pytest.raises(ValueError, match=r"claims|too long"):
        issuer().issue(**(asked | wrong))


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TokenIssuer(b"x" * 31)


@pytest.mark.parametrize("missing", ["iss", "iat", "exp", "sub", "tenant_id", "role"])
def test_a_claim_that_must_be_there(missing: str) -> None:
    claims = {name: value for name, value in GOOD.items() if name != missing}
    assert refusal(signed(claims)) == "token_claims_invalid"
    assert refusal(signed(GOOD | {missing: None})) == "token_claims_invalid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "somebody"},
        {"iss": ["suyuan"]},
        {"exp": str(NOW + 900)},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**40},
        {"exp": [NOW]},
        {"iat": "now"},
        {"iat": NOW + 31},
        {"iat": -1},
        {"nbf": NOW + 31},
        {"nbf": {}},
        {"sub": 7},
        {"sub": ""},
        {"sub": "x" * 201},
        {"sub": "a\x00b"},
        {"sub": "\ud800"},
        {"tenant_id": "acme"},
        {"tenant_id": 7},
        {"tenant_id": str(TENANT).upper()},
        {"tenant_id": TENANT.hex},
        {"role": "system"},
        {"role": "root"},
        {"role": ["admin"]},
        {"role": {}},
        {"household_id": 3},
        {"communities": "jinxiu"},
        {"communities": [1]},
        {"communities": {}},
        {"scopes": "tickets:read"},
        {"scopes": [[]]},
        {"name": []},
    ],
)
def test_a_claim_that_makes_no_sense(wrong: dict[str, Any]) -> None:
    assert refusal(signed(GOOD | wrong)) == "token_claims_invalid"


def test_clocks_may_differ_by_half_a_minute() -> None:
    assert issuer(Clock(NOW + 930)).verify(signed(GOOD)).subject == "u-li"
    assert refusal(signed(GOOD), issuer(Clock(NOW + 930.5))) == "token_expired"
    assert issuer(Clock(NOW - 30)).verify(signed(GOOD)).subject == "u-li"
    assert refusal(signed(GOOD), issuer(Clock(NOW - 31))) == "token_claims_invalid"


def test_another_signature_is_refused() -> None:
    forged = jwt.encode(GOOD, b"another secret of the same length..", algorithm="HS256")
    assert refusal(forged) == "token_signature_invalid"
    head, _, signature = signed(GOOD).split(".")
    changed = f"{head}.{segment(GOOD | {'role': 'admin'})}.{signature}"
    assert refusal(changed) == "token_signature_invalid"


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "", "HS384", "HS512", "RS256", 7, None, [], {}]
)
def test_the_algorithm_is_ours_to_choose(algorithm: object) -> None:
    unsigned = f"{segment({'alg': algorithm, 'typ': 'JWT'})}.{segment(GOOD)}."
    assert refusal(unsigned) == "token_signature_invalid"


def test_a_stronger_hash_with_our_secret_is_refused_too() -> None:
    token = jwt.encode(GOOD, SECRET * 2, algorithm="HS512")
    assert refusal(token, TokenIssuer(SECRET * 2, clock=Clock(NOW))) == "token_signature_invalid"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        "...",
        "a" * 9000,
        "令牌",
        "\ud800",
        "sk_1",
        f"{segment([])}.{segment(GOOD)}.",
        f"{segment({'alg': 'HS256', 'crit': ['exp']})}.{segment(GOOD)}.AA",
        f"{segment({'alg': 'HS256', 'kid': 7})}.{segment(GOOD)}.AA",
        signed(GOOD) + "!",
        signed(GOOD) + "=",
        signed(GOOD) + "!!!!",
    ],
)
def test_what_is_no_token_is_malformed(token: str) -> None:
    assert refusal(token) == "token_malformed"


def test_a_payload_that_is_no_object_is_malformed() -> None:
    for payload in (b"[1]", b"7", b"{", b"[" * 2000):
        token = jwt.api_jws.encode(payload, SECRET, algorithm="HS256")
        assert refusal(token) == "token_malformed"


def test_a_token_that_is_too_long_is_refused_however_well_signed() -> None:
    assert refusal(signed(GOOD | {"padding": "x" * 8192})) == "token_malformed"


def test_the_second_time_the_answer_comes_from_memory_until_the_token_ends() -> None:
    clock = Clock(NOW)
    ours = issuer(clock)
    token = signed(GOOD)
    first = ours.verify(token)
    assert ours.verify(token) is first
    clock.forward(930)
    assert ours.verify(token) is first
    clock.forward(1)
    assert refusal(token, ours) == "token_expired"
    assert refusal(token, ours) == "token_expired"


def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    ours = issuer(cached=3)
    tokens = [signed(GOOD | {"sub": f"u{number}"}) for number in range(4)]
    used = ours.verify(tokens[0])
    second = ours.verify(tokens[1])
    for token in (tokens[2], tokens[0], tokens[3]):
        ours.verify(token)
    assert ours.verify(tokens[0]) is used
    assert ours.verify(tokens[1]) is not second
    assert len(ours._verified) == 3


def test_bad_tokens_are_not_remembered() -> None:
    ours = issuer(cached=3)
    kept = ours.verify(signed(GOOD))
    for number in range(10):
        refusal(f"{signed(GOOD)[:-4]}{number:04}", ours)
    assert ours.verify(signed(GOOD)) is kept
    assert len(ours._verified) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=100, deadline=None)
@given(
    claims=st.dictionaries(st.sampled_from([*GOOD, "nbf", "aud", "scopes", "communities"]), JSON)
)
def test_any_claims_are_answered(claims: dict[str, Any]) -> None:
    with contextlib.suppress(InvalidToken):
        issuer().verify(signed(GOOD | claims))


@settings(max_examples=100, deadline=None)
@given(header=st.dictionaries(st.sampled_from(["alg", "kid", "crit", "b64", "typ", "jwk"]), JSON))
def test_any_header_is_answered(header: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        issuer().verify(f"{segment({'alg': 'HS256'} | header)}.{segment(GOOD)}.AAAA")


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    with pytest.raises(InvalidToken):
        issuer().verify(text)
