"""Ids in tokens, bodies and paths: one rule for all."""

import contextlib
import unicodedata
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.http.fields import Identifier
from app.identity.errors import InvalidToken
from tests.identity.test_tokens import GOOD, issuer, refusal, signed

IN_BODIES: TypeAdapter[str] = TypeAdapter(Identifier)
IDS = ("sub", "household_id")
ODD = (
    *("a/b", "/", ".", "..", "a b", "三 号", "a\u3000b", "a\u00a0b", "a\u200bb", "a\u202eb"),
    *("x" * 129, "e" + "\u0301" * 31, "\ufffe", "\U000e0041"),
)


@pytest.mark.parametrize("claim", IDS)
@pytest.mark.parametrize("odd", ODD)
def test_an_id_that_could_stand_in_no_path_is_refused(claim: str, odd: str) -> None:
    assert refusal(signed(GOOD | {claim: odd})) == "token_ids_invalid"


@pytest.mark.parametrize("claim", IDS)
@pytest.mark.parametrize(
    "good",
    ["u-li", "锦绣-3-1201", "auth0|5f7c", "li@example.com", "...", "x" * 128, "a:b%2F?#", "{id}"],
)
def test_other_ids_are_taken_as_they_are(claim: str, good: str) -> None:
    principal = issuer().verify(signed(GOOD | {claim: good}))
    assert {"sub": principal.subject, "household_id": principal.household_id}[claim] == good


@pytest.mark.parametrize("claim", IDS)
def test_an_id_is_the_same_however_it_is_composed(claim: str) -> None:
    apart = unicodedata.normalize("NFD", "café")
    principal = issuer().verify(signed(GOOD | {claim: apart}))
    assert {"sub": principal.subject, "household_id": principal.household_id}[claim] == "café"


def read(text: str, claim: str) -> str | None:
    with contextlib.suppress(InvalidToken):
        principal = issuer().verify(signed(GOOD | {claim: text}))
        return principal.subject if claim == "sub" else principal.household_id
    return None


@given(text=st.text(max_size=6) | st.text("./ a\u0301", max_size=140), claim=st.sampled_from(IDS))
@example(text="a/b", claim="sub")
@example(text="a\n", claim="sub")
def test_tokens_and_bodies_take_the_same_ids(text: str, claim: str) -> None:
    in_a_body: Any = None
    with contextlib.suppress(ValidationError):
        in_a_body = IN_BODIES.validate_python(text)
    assert read(text, claim) == in_a_body
