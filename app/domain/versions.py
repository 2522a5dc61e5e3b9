"""Versioned settings, each valid from an instant: which one is in force, and whether a new one
differs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar


class Version(Protocol):
    """A frozen dataclass with a version number and the instant it is valid from."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

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


def same_settings(recorded: Version, current: Version | None) -> bool:
    """Whether the two differ only in number and `valid_from`."""
    return current is not None and current == replace(
        recorded, version=current.version, valid_from=current.valid_from
    )
