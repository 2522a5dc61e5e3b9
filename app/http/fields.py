"""The types of values that cross the edge. A schema is a `Body` of these and of plain types.

`Body` is strict: "5" is no integer, nor is true, and a field that is not named is refused.
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

from app.http.unicode_text import UnsoundText, canonical_text
from app.texts.values import VALUES

T = TypeVar("T")

EARLIEST_YEAR, LATEST_YEAR = 1970, 2199
LONGEST_DURATION = timedelta(days=3660)
GREATEST_AMOUNT = 10**12  # fen: ten thousand million yuan, and far from 2^53

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


def _wrong(code: str) -> PydanticCustomError:
    return PydanticCustomError(code, VALUES[code].en_detail)


def _sound(value: Any) -> Any:
    """For parameters; a body was put in NFC and freed of NUL while it was read."""
    if not isinstance(value, str):
        return value
    try:
        return canonical_text(value)
    except UnsoundText:
        raise _wrong("invalid_text") from None


def _printable(value: str) -> str:
    if not value.isprintable():
        raise _wrong("malformed")
    return value


@dataclass(frozen=True, slots=True)
class text(GroupedMetadata):  # noqa: N801 - reads as a constraint: Annotated[str, text(500)]
    """Words of a person: blanks around them cut off, nothing but blanks refused."""

    longest: int
    shortest: int = 1

    def __iter__(self) -> Iterator[object]:
        yield from StringConstraints(
            strip_whitespace=True, min_length=self.shortest, max_length=self.longest
        )
        yield BeforeValidator(_sound)


@dataclass(frozen=True, slots=True)
class key(GroupedMetadata):  # noqa: N801 - reads as a constraint: Annotated[str, key(128)]
    """A name that a machine compares: taken as it stands, without blanks, or not at all."""

    longest: int
    pattern: str = r"^\S+$"

    def __iter__(self) -> Iterator[object]:
        yield from StringConstraints(min_length=1, max_length=self.longest, pattern=self.pattern)
        yield BeforeValidator(_sound)
        yield AfterValidator(_printable)


Name = Annotated[str, text(64)]
Text = Annotated[str, text(500)]
LongText = Annotated[str, text(4000)]
Identifier = Annotated[str, key(128)]
Slug = Annotated[str, key(64, r"^[a-z0-9][a-z0-9_.\-]*$")]
Phone = Annotated[str, key(32, r"^\+?[0-9][0-9\-]*$")]

Fen = Annotated[int, Strict(), Field(ge=0, le=GREATEST_AMOUNT)]
Count = Annotated[int, Strict(), Field(ge=0, le=2**31 - 1)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]

Several = Annotated[tuple[T, ...], Strict(strict=False), Field(max_length=100)]
"""A JSON array. Its items are as strict as ever."""


def _written(
    pattern: re.Pattern[str], code: str, read: Callable[[re.Match[str]], T]
) -> BeforeValidator:
    """Only the one way of writing it: pydantic would take numbers and much else besides."""

    def check(value: Any) -> T:
        match = pattern.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise _wrong(code)
        try:
            return read(match)
        except ValueError:
            raise _wrong(code) from None

    return BeforeValidator(check)


def _in_our_time(year: int) -> None:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise ValueError


def _instant(written: re.Match[str]) -> datetime:
    at = datetime.fromisoformat(written[0].upper())
    _in_our_time(at.year)
    at = at.astimezone(UTC)
    _in_our_time(at.year)
    return at


def _date(written: re.Match[str]) -> date:
    day = date.fromisoformat(written[0])
    _in_our_time(day.year)
    return day


def _duration(written: re.Match[str]) -> timedelta:
    days, hours, minutes, seconds = (int(part or 0) for part in written.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > LONGEST_DURATION:
        raise ValueError
    return length


def _instant_or_date(written: re.Match[str]) -> datetime | date:
    return _date(written) if len(written[0]) == len("2024-03-05") else _instant(written)


_INSTANT_OR_DATE = _written(
    re.compile(f"{_DATE.pattern}|{_INSTANT.pattern}"), "not_an_instant", _instant_or_date
)


def _plus_restored(value: Any) -> Any:
    """A plus sign that nobody escaped reaches us as a blank: `…T10:00:00 08:00`."""
    return value.replace(" ", "+", 1) if isinstance(value, str) else value


Instant = Annotated[datetime, _written(_INSTANT, "not_an_instant", _instant)]
QueryInstant = Annotated[Instant, BeforeValidator(_plus_restored)]
Date = Annotated[date, _written(_DATE, "not_a_date", _date)]
InstantOrDate = Annotated[datetime | date, _INSTANT_OR_DATE]
Duration = Annotated[timedelta, _written(_DURATION, "not_a_duration", _duration)]
Id = Annotated[UUID, _written(_UUID, "not_an_id", lambda written: UUID(written[0]))]
