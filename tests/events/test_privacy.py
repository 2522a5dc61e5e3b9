"""Every string of every event has a class, and what names or finds a person is never `none`."""

from datetime import datetime
from typing import get_args

import pytest

from app.events.base import Value
from app.events.privacy import CATALOGUE, PrivacyClass, personal_fields, string_fields
from app.events.registry import EVENTS

NAMES_OF_THINGS = {("tenant_opened", "name"), ("api_key_issued", "name")}
CODES = {
    ("ticket_held", "reason"),
    ("sla_clock_paused", "reason"),
    ("sla_clock_cancelled", "reason"),
    ("sla_clock_retargeted", "reason"),
    ("promise_excused", "reason"),
    ("session_ended", "reason"),
}
TELLING_WORDS = {"name", "phone", "address", "building", "unit", "email", "wechat", "openid"}
FREE_TEXT_WORDS = {"text", "note", "description", "summary", "reason", "plan", "log", "reference"}


def _last_word(path: str) -> str:
    return path.replace("[]", "").rsplit(".", 1)[-1].rsplit("_", 1)[-1]


@pytest.mark.parametrize("name", EVENTS)
def test_the_catalogue_names_exactly_the_strings_of_the_event(name: str) -> None:
    assert sorted(CATALOGUE[name]) == sorted(string_fields(EVENTS[name]))


def test_the_catalogue_names_no_other_event() -> None:
    assert set(CATALOGUE) == set(EVENTS)


def test_every_class_is_one_of_the_six() -> None:
    given = {whose for paths in CATALOGUE.values() for whose in paths.values()}
    assert given <= set(get_args(PrivacyClass))


def test_what_names_or_finds_a_person_is_never_in_the_clear() -> None:
    bare = {
        (name, path)
        for name, paths in CATALOGUE.items()
        for path, whose in paths.items()
        if whose == "none" and _last_word(path) in TELLING_WORDS
    }
    assert bare == NAMES_OF_THINGS


def test_free_words_are_never_in_the_clear() -> None:
    bare = {
        (name, path)
        for name, paths in CATALOGUE.items()
        for path, whose in paths.items()
        if whose == "none" and _last_word(path) in FREE_TEXT_WORDS
    }
    assert bare == CODES


def test_personal_fields_leave_out_what_is_nobodys_secret() -> None:
    assert personal_fields("staff_recorded") == {
        "name": "staff_identity",
        "phone": "staff_identity",
    }
    assert personal_fields("attachment_linked") == {}


class Pet(Value, frozen=True, kw_only=True):
    name: str
    nicknames: tuple[str, ...]
    legs: int


class PetsSeen(Value, frozen=True, kw_only=True):
    at: datetime
    by: str | None
    first: Pet
    last: Pet | None
    others: tuple[Pet, ...] | None


def test_strings_are_found_however_deep_and_however_optional() -> None:
    assert string_fields(PetsSeen) == [
        "by",
        "first.name",
        "first.nicknames[]",
        "last.name",
        "last.nicknames[]",
        "others[].name",
        "others[].nicknames[]",
    ]
