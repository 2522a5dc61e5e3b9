"""A cursor is opaque, and valid only for its own query."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from app.http.paging import Cursors
from app.http.refusals import InvalidInput

SCOPE = {"list": "tickets", "tenant": "t-1", "status": None, "sort": "-reported_at"}
CURSORS = Cursors(b"secret")


def test_a_cursor_comes_back_as_it_went() -> None:
    position = ["2024-03-05T02:00:00Z", 7, None, "无"]
    cursor = CURSORS.write(position, SCOPE)
    assert CURSORS.read(cursor, dict(reversed(SCOPE.items()))) == position
    assert cursor.isascii()
    assert "=" not in cursor


@pytest.mark.parametrize(
    "scope", ["events:ticket-1", {**SCOPE, "status": "closed"}, {**SCOPE, "tenant": "t-2"}, {}]
)
def test_a_cursor_of_another_query_is_refused(scope: str | dict[str, str | None]) -> None:
    with pytest.raises(InvalidInput, match="invalid_cursor"):
        CURSORS.read(CURSORS.write([1], SCOPE), scope)


def test_a_cursor_of_another_secret_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Cursors(b"other").read(CURSORS.write([1], SCOPE), SCOPE)


def test_a_changed_cursor_is_refused() -> None:
    sealed = urlsafe_b64decode(CURSORS.write([100], SCOPE) + "==")
    forged = urlsafe_b64encode(sealed.replace(b"100", b"101")).decode()
    with pytest.raises(InvalidInput):
        CURSORS.read(forged, SCOPE)


@pytest.mark.parametrize("cursor", ["", "x", "无", "=", "A" * 5000, "!!!!", "a" * 22])
def test_rubbish_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        CURSORS.read(cursor, SCOPE)
    assert refused.value.pointer == "query:cursor"


def test_a_page_is_cut_and_leads_on() -> None:
    kept, cursor = CURSORS.page([1, 2, 3], 2, SCOPE, lambda row: [row])
    assert kept == [1, 2]
    assert cursor is not None
    assert CURSORS.read(cursor, SCOPE) == [2]


def test_the_last_page_leads_nowhere() -> None:
    assert CURSORS.page([1, 2], 2, SCOPE, lambda row: [row]) == ([1, 2], None)
