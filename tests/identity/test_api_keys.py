"""Keys of integrations."""

import hashlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.api_keys import ApiKeyParts, matches, mint, parse

TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")
KEY_ID = UUID("0192f0c0-0000-7000-8000-00000000abcd")


def parsed(text: str) -> ApiKeyParts:
    parts = parse(text)
    assert parts is not None
    return parts


def test_a_minted_key_is_read_back_and_matches_its_hash() -> None:
    plain, stored = mint(TENANT, KEY_ID)
    parts = parsed(plain)
    assert (parts.tenant_id, parts.key_id) == (TENANT, KEY_ID)
    assert len(plain) == 3 + 32 + 1 + 32 + 1 + 43
    assert stored == hashlib.sha256(plain[-43:].encode()).hexdigest()
    assert matches(parts, stored)


def test_another_secret_does_not_match() -> None:
    (_, stored), (other, _) = mint(TENANT, KEY_ID), mint(TENANT, KEY_ID)
    assert not matches(parsed(other), stored)
    assert not matches(parsed(other), "")
    assert not matches(parsed(other), "散列")


def test_another_spelling_of_the_same_bits_does_not_match() -> None:
    """The last of 43 characters has two bits to spare: lax decoders see equal bytes."""
    plain, stored = mint(TENANT, KEY_ID)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = plain[:-1] + alphabet[alphabet.index(plain[-1]) ^ 1]
    assert not matches(parsed(twin), stored)


def test_a_key_does_not_show_its_secret() -> None:
    plain, _ = mint(TENANT, KEY_ID)
    assert plain[-43:] not in repr(parsed(plain))


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key + "A",
        lambda key: key + "\n",
        lambda key: " " + key,
        lambda key: key.upper(),
        lambda key: key.replace("sk_", "pk_"),
        lambda key: key[:-1] + "é",
        lambda key: key.replace("0192", "٠١٩٢"),
    ],
)
def test_anything_else_is_no_key(change: type[str]) -> None:
    assert parse(change(mint(TENANT, KEY_ID)[0])) is None


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert parse(text) is None
