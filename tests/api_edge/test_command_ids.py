"""No key of a client becomes the id of a command that follows from events by itself."""

from uuid import UUID, uuid1, uuid3, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uuid_utils.compat import uuid7

from app.http.callers import command_id_of
from app.reactors.base import ORDERS
from app.use_cases.migrate_clocks import MIGRATIONS

SENDER = "tenant\nsubject"


@pytest.mark.parametrize("key", [uuid4(), uuid7()])
def test_a_random_uuid_stands_for_itself(key: UUID) -> None:
    assert command_id_of(str(key), SENDER) == key


@pytest.mark.parametrize("space", [ORDERS, MIGRATIONS])
@pytest.mark.parametrize("form", ["{}", "{{{}}}", "urn:uuid:{}", "{}".upper()])
def test_a_derived_id_cannot_be_taken(space: UUID, form: str) -> None:
    derived = uuid5(space, "tenant\nask_for_ratings\nevent\n0")
    key = form.format(derived)
    taken = command_id_of(key, SENDER)
    assert taken != derived
    assert taken == command_id_of(key, SENDER)
    assert taken != command_id_of(key, "tenant\nsomebody else")


@pytest.mark.parametrize("key", [uuid1(), uuid3(ORDERS, "x"), UUID(int=0), UUID(int=2**128 - 1)])
def test_ids_of_other_versions_are_names_like_any_other(key: UUID) -> None:
    assert command_id_of(str(key), SENDER) != key


@given(st.text(min_size=1, max_size=60))
def test_any_key_stands_for_one_id(key: str) -> None:
    first = command_id_of(key, SENDER)
    assert first == command_id_of(key, SENDER)
    assert first.version in (4, 5, 7)
