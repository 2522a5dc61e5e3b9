"""The field types accept exactly one notation of a value."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from app.http import fields

TAKEN: list[tuple[Any, Any, Any]] = [
    (fields.Instant, "2024-03-05T10:00:00+08:00", datetime(2024, 3, 5, 2, tzinfo=UTC)),
    (fields.Instant, "2024-03-05t10:00:00z", datetime(2024, 3, 5, 10, tzinfo=UTC)),
    (fields.Instant, "2024-03-05T10:00:00.5Z", datetime(2024, 3, 5, 10, 0, 0, 500000, tzinfo=UTC)),
    (fields.Instant, "1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    (fields.QueryInstant, "2024-03-05T10:00:00 08:00", datetime(2024, 3, 5, 2, tzinfo=UTC)),
    (fields.Date, "2024-02-29", date(2024, 2, 29)),
    (fields.Duration, "PT15M", timedelta(minutes=15)),
    (fields.Duration, "P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    (
        fields.Id,
        "0190B5C0-0000-7000-8000-000000000000",
        UUID("0190b5c0-0000-7000-8000-000000000000"),
    ),
    (fields.Text, " 漏水 ", "漏水"),
    (fields.Text, "e\u0301", "\u00e9"),
    (fields.Slug, "kitchen.drain-2_b", "kitchen.drain-2_b"),
    (fields.Identifier, "h-3-1201", "h-3-1201"),
    (fields.Phone, "+86-13800000000", "+86-13800000000"),
    (fields.Fen, 0, 0),
    (fields.Latitude, 31.2, 31.2),
]

REFUSED: list[tuple[Any, Any]] = [
    (fields.Instant, 1700000000),
    (fields.Instant, "1700000000"),
    (fields.Instant, "2024-03-05T10:00:00"),
    (fields.Instant, "2024-03-05 10:00:00Z"),
    (fields.Instant, "2024-03-05T10:00:00 08:00"),
    (fields.Instant, "2024-03-05"),
    (fields.Instant, "2024-02-30T10:00:00Z"),
    (fields.Instant, "2024-03-05T24:00:00Z"),
    (fields.Instant, "2024-03-05T10:00:00+24:00"),
    (fields.Instant, "1969-12-31T23:59:59Z"),
    (fields.Instant, "1970-01-01T00:00:00+08:00"),
    (fields.Instant, "0001-01-01T00:00:00+23:59"),
    (fields.Instant, "2200-01-01T00:00:00Z"),
    (fields.Instant, "9999-12-31T23:59:59-23:59"),
    (fields.Instant, "２０２４-03-05T10:00:00Z"),
    (fields.Instant, None),
    (fields.Date, "2023-02-29"),
    (fields.Date, "20240305"),
    (fields.Date, 19787),
    (fields.Duration, "P"),
    (fields.Duration, "PT"),
    (fields.Duration, "-PT1S"),
    (fields.Duration, "P1Y"),
    (fields.Duration, "P99999D"),
    (fields.Duration, 60),
    (fields.Id, "0190b5c0000070008000000000000000"),
    (fields.Id, "{0190b5c0-0000-7000-8000-000000000000}"),
    (fields.Id, 5),
    (fields.Text, "   "),
    (fields.Text, "a\0b"),
    (fields.Text, "x" * 501),
    (fields.Slug, "A"),
    (fields.Slug, "-a"),
    (fields.Slug, "a\n"),
    (fields.Identifier, "a b"),
    (fields.Identifier, "a\u200b"),
    (fields.Fen, True),
    (fields.Fen, "5"),
    (fields.Fen, 5.0),
    (fields.Fen, -1),
    (fields.Latitude, 90.1),
    (fields.Latitude, float("nan")),
]


@pytest.mark.parametrize(("kind", "written", "value"), TAKEN)
def test_a_value_that_is_taken(kind: Any, written: Any, value: Any) -> None:
    assert TypeAdapter(kind).validate_python(written) == value


@pytest.mark.parametrize(("kind", "written"), REFUSED)
def test_a_value_that_is_refused(kind: Any, written: Any) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(written)


class Plain(fields.Body):
    number: int = 0
    word: str = ""
    truth: bool = False
    many: fields.Several[int] = ()


@pytest.mark.parametrize(
    "sent",
    [
        {"number": "5"},
        {"number": True},
        {"number": 5.0},
        {"word": 5},
        {"truth": "true"},
        {"truth": 1},
        {"many": ["5"]},
        {"many": {"a": 1}},
        {"unknown": None},
    ],
)
def test_a_body_is_strict_with_plain_types_too(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Plain.model_validate(sent)
    assert refused.value.error_count() == 1


def test_a_body_takes_an_array() -> None:
    assert Plain.model_validate({"many": [1, 2]}).many == (1, 2)
