"""Selects a version of a setting."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from app.domain.errors import NotFound
from app.domain.versions import Version, in_force

V = TypeVar("V", bound=Version)


def version_asked_for(versions: Sequence[V], now: datetime, number: int | None = None) -> V:
    """By its number. Without one the version in force, or the latest where none is in force yet.
    Raises `NotFound`."""
    if number is None:
        return in_force(versions, now) or versions[-1]
    for one in versions:
        if one.version == number:
            return one
    raise NotFound("version_not_found")
