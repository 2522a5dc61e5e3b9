"""Versioned settings, each valid from an instant: which one is in force, and whether a new one
differs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from app.events.base import Value


class Version(Protocol):
    """A value with a version number and the instant it is valid from."""

    @property
    def version(self) -> int: ...
    @property
    def valid_from(self) -> datetime: ...


V = TypeVar("V", bound=Version)


def in_force(versions: Iterable[V], instant: datetime) -> V | None:
    """The version with the latest `valid_from` up to `instant`, the higher number on a tie; None
    before the first."""
    return max(
        (one for one in versions if one.valid_from <= instant),
        key=lambda one: (one.valid_from, one.version),
        default=None,
    )


def same_settings(recorded: Value, current: Value | None) -> bool:
    """Whether the two differ only in number and `valid_from`."""
    return type(current) is type(recorded) and all(
        getattr(current, name) == getattr(recorded, name)
        for name in recorded.__struct_fields__
        if name not in ("version", "valid_from")
    )
