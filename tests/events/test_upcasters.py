"""Old shapes become new ones step by step; the table of the product has no gap."""

from typing import Any

from app.events.registry import EVENTS, SCHEMA_VERSION
from app.events.upcasters import UPCASTERS, Upcaster, upcast


def _rename_colour(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "colour": data["color"]} | {"color": None}


def _drop_color(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "color"}


TABLE: dict[tuple[str, int], Upcaster] = {
    ("door_painted", 1): _rename_colour,
    ("door_painted", 2): _drop_color,
}


def test_the_oldest_shape_takes_every_step() -> None:
    assert upcast("door_painted", 1, {"color": "red"}, TABLE) == {"colour": "red"}


def test_a_later_shape_takes_only_the_steps_after_it() -> None:
    assert upcast("door_painted", 2, {"color": None, "colour": "red"}, TABLE) == {"colour": "red"}


def test_the_present_shape_and_other_events_stay_as_they_are() -> None:
    assert upcast("door_painted", 3, {"colour": "red"}, TABLE) == {"colour": "red"}
    assert upcast("door_opened", 1, {"color": "red"}, TABLE) == {"color": "red"}


def test_what_was_read_is_not_changed() -> None:
    read = {"color": "red"}
    upcast("door_painted", 1, read, TABLE)
    assert read == {"color": "red"}


def test_the_steps_lead_from_the_first_version_to_the_present_one() -> None:
    expected = {(name, v) for name in EVENTS for v in range(1, SCHEMA_VERSION[name])}
    assert set(UPCASTERS) == expected
