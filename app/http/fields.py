"""The field types of request bodies and parameters.

`Body` is strict: neither "5" nor true is an integer, and unknown fields are refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from annotated_types import GroupedMetadata
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from app.domain.characters import LONGEST_ID, ONE_LINE, is_name
from app.domain.unicode_text import InvalidText, canonical_text
from app.texts.values import VALUES

T = TypeVar("T")

MIN_YEAR, MAX_YEAR = 1970, 2199
MAX_DURATION = timedelta(days=3660)
MAX_AMOUNT_FEN = 10**12  # ten thousand million yuan, far below 2^53

_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
    r"(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?", re.ASCII
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Body(BaseModel):
    """What a caller sends."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


def _error(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, VALUES[code].en_detail)


def _canonical(value: Any) -> Any:
    """For parameters; a body is normalised when it is read."""
    if not isinstance(value, str):
        return value
    try:
        return canonical_text(value)
    except InvalidText:
        raise _error("invalid_text") from None


def _name(value: str) -> str:
    if not is_name(value):
        raise _error("invalid_text")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise _error("malformed")
    return value


def _usable_in_a_path(value: Any) -> Any:
    """`/` separates the parts of a path even when it is escaped, and clients resolve dots."""
    if isinstance(value, str) and ("/" in value or value in {".", ".."}):
        raise _error("unusable_in_a_path")
    return value


@dataclass(frozen=True, slots=True)
class text(GroupedMetadata):  # noqa: N801 - reads as a constraint: Annotated[str, text(500)]
    """Free text: surrounding blanks are stripped, and blank text is refused. Up to `ONE_LINE`
    characters it is a name or label: one line, without invisible characters."""

    max_length: int
    min_length: int = 1

    def __iter__(self) -> Iterator[object]:
        yield from StringConstraints(
            strip_whitespace=True, min_length=self.min_length, max_length=self.max_length
        )
        yield BeforeValidator(_canonical)
        if self.max_length <= ONE_LINE:
            yield AfterValidator(_name)


@dataclass(frozen=True, slots=True)
class key(GroupedMetadata):  # noqa: N801 - reads as a constraint: Annotated[str, key(128)]
    """A key that machines compare: never stripped or changed; refused if it has blanks."""

    max_length: int
    pattern: str = r"^\S+$"
    in_paths: bool = False  # the id of something that has an address

    def __iter__(self) -> Iterator[object]:
        pattern = r"^[^\s/]+$" if self.in_paths else self.pattern
        yield from StringConstraints(min_length=1, max_length=self.max_length, pattern=pattern)
        yield BeforeValidator(_canonical)
        yield AfterValidator(_printable)
        if self.in_paths:
            yield BeforeValidator(_usable_in_a_path)  # for its code, before the pattern's


Name = Annotated[str, text(64)]
Text = Annotated[str, text(500)]
LongText = Annotated[str, text(4000)]
Identifier = Annotated[str, key(LONGEST_ID, in_paths=True)]
CategoryKey = Annotated[str, key(64, in_paths=True)]
Slug = Annotated[str, key(64, r"^[a-z0-9][a-z0-9_.\-]*$")]
Phone = Annotated[str, key(32, r"^\+?[0-9][0-9\-]*$")]

Fen = Annotated[int, Strict(), Field(ge=0, le=MAX_AMOUNT_FEN)]
Count = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]

Several = Annotated[tuple[T, ...], Strict(strict=False), Field(max_length=100)]
"""A JSON array. Its items stay strict."""


def _matching(
    pattern: re.Pattern[str], code: str, read: Callable[[re.Match[str]], T]
) -> BeforeValidator:
    """Accepts this notation alone: pydantic would accept numbers and other notations too."""

    def check(value: Any) -> T:
        match = pattern.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise _error(code)
        try:
            return read(match)
        except ValueError:
            raise _error(code) from None

    return BeforeValidator(check)


def _check_year(year: int) -> None:
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise ValueError


def _instant(written: re.Match[str]) -> datetime:
    at = datetime.fromisoformat(written[0].upper())
    _check_year(at.year)
    at = at.astimezone(UTC)
    _check_year(at.year)
    return at


def _date(written: re.Match[str]) -> date:
    day = date.fromisoformat(written[0])
    _check_year(day.year)
    return day


def _duration(written: re.Match[str]) -> timedelta:
    days, hours, minutes, seconds = (int(part or 0) for part in written.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > MAX_DURATION:
        raise ValueError
    return length


def _instant_or_date(written: re.Match[str]) -> datetime | date:
    return _date(written) if len(written[0]) == len("2024-03-05") else _instant(written)


_INSTANT_OR_DATE = _matching(
    re.compile(f"{_DATE.pattern}|{_INSTANT.pattern}"), "not_an_instant", _instant_or_date
)


def _restore_plus(value: Any) -> Any:
    """An unescaped plus sign in a query arrives as a blank: `…T10:00:00 08:00`."""
    return value.replace(" ", "+", 1) if isinstance(value, str) else value


Instant = Annotated[datetime, _matching(_INSTANT, "not_an_instant", _instant)]
QueryInstant = Annotated[Instant, BeforeValidator(_restore_plus)]
Date = Annotated[date, _matching(_DATE, "not_a_date", _date)]
InstantOrDate = Annotated[datetime | date, _INSTANT_OR_DATE]
Duration = Annotated[timedelta, _matching(_DURATION, "not_a_duration", _duration)]
Id = Annotated[UUID, _matching(_UUID, "not_an_id", lambda written: UUID(written[0]))]
