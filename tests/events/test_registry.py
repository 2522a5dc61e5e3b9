"""Every event has one stored name, in snake_case, and a version."""

import importlib
import pkgutil
import re
from types import UnionType
from typing import Any, get_args

import pytest

import app.events
from app.domain.deciders import DECIDERS
from app.events.base import Value
from app.events.registry import EVENTS, NAME_OF, SCHEMA_VERSION


def _snake_case(class_name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def events_of(category: str) -> set[type[Any]]:
    """The union at the end of the category's module: `TicketEvent` of `app.events.ticket`."""
    module = importlib.import_module(f"app.events.{category}")
    union = getattr(module, "".join(word.title() for word in category.split("_")) + "Event")
    return set(get_args(union)) if isinstance(union, UnionType) else {union}


@pytest.mark.parametrize(("name", "event"), EVENTS.items())
def test_the_stored_name_is_the_class_in_snake_case(name: str, event: type[Any]) -> None:
    assert name == _snake_case(event.__name__)


def test_no_two_names_share_a_class() -> None:
    assert {event: name for name, event in EVENTS.items()} == NAME_OF
    assert len(NAME_OF) == len(EVENTS)


def test_every_event_of_every_category_is_registered_and_nothing_else() -> None:
    belonging = {event for category in DECIDERS for event in events_of(category)}
    assert set(EVENTS.values()) == belonging


def test_every_event_has_a_version() -> None:
    assert set(SCHEMA_VERSION) == set(EVENTS)
    assert all(version >= 1 for version in SCHEMA_VERSION.values())


def test_every_module_of_events_belongs_to_a_category() -> None:
    modules = {module.name for module in pkgutil.iter_modules(app.events.__path__)}
    rooms_without_events = {"base", "by_type", "canonical", "privacy", "registry", "upcasters"}
    rooms_without_events |= {"sla"}  # these are events of whatever a clock runs for
    rooms_without_events |= {"complaint", "follow_up"}  # and these of tickets of a kind
    assert modules - rooms_without_events == set(DECIDERS)


def test_the_list_of_deciders_knows_each_by_its_category() -> None:
    assert all(decider.category == category for category, decider in DECIDERS.items())


@pytest.mark.parametrize("event", EVENTS.values())
def test_an_event_is_a_value_written_by_keyword(event: type[Any]) -> None:
    assert issubclass(event, Value)
    assert event.__struct_config__.frozen
    with pytest.raises(TypeError, match="positional"):
        event("one")
