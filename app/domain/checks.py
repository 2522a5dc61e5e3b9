"""Checks that all aggregates share: roles, and what a value may be. No rules of one aggregate."""

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

from app.domain.characters import ONE_LINE, is_name, is_usable, with_plain_breaks
from app.domain.decider import Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.roles import MACHINERY, ROLE_NAMES, Permission

T = TypeVar("T", bound=Hashable)


def require(given: Given, permission: Permission) -> None:
    """The product itself and the platform's operator may do what anyone may."""
    if given.actor.role not in MACHINERY and given.actor.role not in permission.who:
        raise role_not_permitted(given.actor.role, permission.who)


def require_machinery(given: Given) -> None:
    if given.actor.role not in MACHINERY:
        raise role_not_permitted(given.actor.role, MACHINERY)


def role_not_permitted(role: str, who: Collection[str]) -> NotPermitted:
    """403, with the roles that may; nobody has a token of the system's own."""
    may = [each for each in ROLE_NAMES if each in who and each != "system"]
    return NotPermitted("role_not_permitted", role=role, roles=may)


def text(value: str, pointer: str, longest: int = 64) -> str:
    """The value stripped of surrounding blanks; refused if blank, too long or with characters that
    a text of this length must not have (app/domain/characters.py)."""
    stripped = with_plain_breaks(value).strip()
    if not stripped:
        raise Unacceptable("blank", pointer=pointer)
    if len(stripped) > longest:
        raise Unacceptable("too_long", pointer=pointer, max=longest)
    if not is_usable(stripped) or (longest <= ONE_LINE and not is_name(stripped)):
        raise Unacceptable("invalid_text", pointer=pointer)
    return stripped


def identifier(value: str, pointer: str, longest: int = 128) -> str:
    """A key becomes part of a stream id, so it is never stripped or altered: only checked."""
    if not value or not value.isprintable() or " " in value or len(value) > longest:
        raise Unacceptable("malformed", pointer=pointer)
    return value


def optional_text(value: str | None, pointer: str, longest: int = 64) -> str | None:
    return None if value is None else text(value, pointer, longest)


def distinct_texts(
    values: Sequence[str], pointer: str, *, most: int, longest: int = 64
) -> tuple[str, ...]:
    """Each checked as `text`; duplicates are dropped."""
    at_most(values, pointer, most)
    return tuple(
        dict.fromkeys(text(value, f"{pointer}/{n}", longest) for n, value in enumerate(values))
    )


def at_most(values: Collection[object], pointer: str, most: int) -> None:
    if len(values) > most:
        raise Unacceptable("too_many", pointer=pointer, max=most)


def one_of(value: str, allowed: Collection[str], pointer: str) -> str:
    if value not in allowed:
        raise Unacceptable("not_one_of", pointer=pointer, allowed=sorted(allowed))
    return value


def within(value: int, low: int, high: int, pointer: str) -> int:
    if not low <= value <= high:
        raise Unacceptable("out_of_range", pointer=pointer, min=low, max=high)
    return value


def distinct(keys: Sequence[T], pointer: str) -> None:
    """Two entries with the same key contradict each other."""
    if len(set(keys)) < len(keys):
        raise Unacceptable("duplicate_entry", pointer=pointer)
