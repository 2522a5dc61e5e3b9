"""Settings in versions, each valid from an instant: which one is in force, and whether another says
anything new."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar


class Version(Protocol):
    """A frozen dataclass with a number and a beginning."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def version(self) -> int: ...
    @property
    def valid_from(self) -> datetime: ...


V = TypeVar("V", bound=Version)


def in_force(versions: Iterable[V], instant: datetime) -> V | None:
    """Of those valid by then the one valid most lately; of two valid from the same instant the
    later one. None before all of them."""
    return max(
        (one for one in versions if one.valid_from <= instant),
        key=lambda one: (one.valid_from, one.version),
        default=None,
    )


def says_the_same(said: Version, present: Version | None) -> bool:
    """But for its number and its beginning."""
    return present is not None and present == replace(
        said, version=present.version, valid_from=present.valid_from
    )
