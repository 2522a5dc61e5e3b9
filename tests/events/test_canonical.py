"""Canonical JSON from the standard library: the same bytes as the event store writes."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.event_store.codec import canonical
from app.events.canonical import LARGEST_INT, canonical_json

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
NORMAL = TEXT.map(lambda text: normalize("NFC", text))
KEYS = st.text(st.characters(min_codepoint=32, max_codepoint=126))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST_INT, LARGEST_INT) | NORMAL,
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=10,
)


def test_keys_are_sorted_and_nothing_is_between() -> None:
    assert canonical_json({"b": [1, True, None], "a": "漏水"}) == '{"a":"漏水","b":[1,true,null]}'


@given(VALUES)
def test_it_is_what_the_store_writes(value: Any) -> None:
    assert canonical_json(value) == canonical(value)


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2024, 3, 5, 1, 2, 3, tzinfo=UTC), "2024-03-05T01:02:03Z"),
        (datetime(2024, 3, 5, 1, 2, 3, 4, tzinfo=UTC), "2024-03-05T01:02:03.000004Z"),
        (
            datetime(2024, 3, 5, 9, 2, 3, tzinfo=timezone(timedelta(hours=8))),
            "2024-03-05T01:02:03Z",
        ),
    ],
)
def test_instants_are_told_in_utc(instant: datetime, text: str) -> None:
    assert canonical_json({"at": instant}) == f'{{"at":"{text}"}}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {"键": 1},
        {1: 1},
        "e\u0301",
        "nul\0",
        "\ud800",
        b"bytes",
        {1, 2},
        datetime(2024, 3, 5),  # noqa: DTZ001 - the point of it
        ["deep", {"in": [1.5]}],
    ],
)
def test_what_the_profile_leaves_out_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical_json(value)
