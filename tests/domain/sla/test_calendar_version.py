"""Which version of a calendar is meant, and what of it may yet change."""

from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.calendars.arithmetic import CalendarVersion, CalendarVersions
from app.domain.calendars.pack import OFFICE
from app.domain.errors import Unacceptable
from tests.domain.sla.calendar_samples import shanghai


def version(number: int, valid_from: str, **changes: Any) -> CalendarVersion:
    return replace(OFFICE, version=number, valid_from=shanghai(valid_from), **changes)


SPRING, NEXT_YEAR, CORRECTION = (
    version(1, "2024-03-01"),
    version(2, "2025-01-01"),
    version(3, "2024-06-01"),
)
VERSIONS = CalendarVersions(calendar_id="office", versions=(SPRING, NEXT_YEAR, CORRECTION))


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("2024-02-01", 1),  # before all of them: the first
        ("2024-03-01", 1),
        ("2024-05-31", 1),
        ("2024-06-01", 3),
        ("2024-12-31", 3),
        ("2025-01-01", 2),  # planned before the correction, and not undone by it
        ("2030-01-01", 2),
    ],
)
def test_the_version_in_force_is_the_one_valid_most_lately(at: str, number: int) -> None:
    assert VERSIONS.at(shanghai(at)).version == number


def test_of_two_valid_from_one_instant_the_later_counts() -> None:
    again = CalendarVersions(calendar_id="office", versions=(SPRING, version(2, "2024-03-01")))
    assert again.at(shanghai("2024-03-01")).version == 2
    assert again.at(shanghai("2024-02-01")).version == 2


def test_a_pinned_version_is_found_by_its_number() -> None:
    assert VERSIONS.version(2) == NEXT_YEAR
    assert VERSIONS.latest == CORRECTION
    with pytest.raises(Unacceptable) as refused:
        VERSIONS.version(4)
    assert refused.value.code == "calendar_version_unknown"


@pytest.mark.parametrize(
    ("since", "until", "provisional"),
    [
        ("2024-06-01 00:00", "2025-01-01 00:00", False),
        ("2024-06-01 00:00", "2025-01-01 00:01", True),
        ("2025-12-31 23:59", "2026-06-01 00:00", True),
        ("2026-01-01 00:00", "2026-06-01 00:00", False),
        ("2024-06-01 00:00", "2026-06-01 00:00", True),
        ("2027-01-01 00:00", "2027-01-01 00:00", True),
        ("2029-01-01 00:00", "2029-06-01 00:00", True),
    ],
)
def test_years_count_by_the_wall_of_the_zone(since: str, until: str, *, provisional: bool) -> None:
    one = replace(OFFICE, provisional_years=(2025, 2027))
    assert one.is_provisional(shanghai(since), shanghai(until)) is provisional
