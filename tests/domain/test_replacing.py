"""The quick copy is the copy that `dataclasses` makes."""

import dataclasses

import pytest

from app.domain.replacing import replace


@dataclasses.dataclass(frozen=True, kw_only=True)
class Open:
    name: str
    count: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Slotted:
    name: str
    count: int = 0


@pytest.mark.parametrize("kind", [Open, Slotted])
def test_a_copy_differs_in_what_is_said_and_nothing_else(kind: type[Open]) -> None:
    before = kind(name="a", count=3)
    after = replace(before, name="b")
    assert after == dataclasses.replace(before, name="b") == kind(name="b", count=3)
    assert before == kind(name="a", count=3)
    assert hash(after) == hash(kind(name="b", count=3))


@pytest.mark.parametrize("kind", [Open, Slotted])
def test_a_field_that_there_is_not_is_refused(kind: type[Open]) -> None:
    with pytest.raises(TypeError):
        replace(kind(name="a"), **{"nmae": "b"})  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Open, Slotted])
def test_a_copy_is_as_frozen(kind: type[Open]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        replace(kind(name="a"), count=1).count = 2  # type: ignore[misc]
