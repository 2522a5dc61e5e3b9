"""Writes app/domain/calendars/statutory_cn.py from the package `chinesecalendar`, once a year.

`python -m tests.domain.sla.make_statutory`, when the State Council has published the next year
and the package with it. The domain keeps the outcome, not the package.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from chinese_calendar.constants import (  # type: ignore[import-untyped, unused-ignore]
    holidays,
    workdays,
)

from app.domain.calendars import arithmetic as calendars

FIRST_YEAR = 2020
TARGET = Path(calendars.__file__).with_name("statutory_cn.py")

TEMPLATE = '''\
"""Statutory holidays and make-up days of China.

Generated, once a year: `{command}`.
"""

PUBLISHED_YEARS = ({years})

# 放假：每段的第一天与最后一天。
HOLIDAYS = (
{holidays}
)

# 调休上班。
MAKE_UP_DAYS = (
{make_up_days}
)
'''


def statutory_text() -> str:
    closed = sorted(day for day in holidays if day.year >= FIRST_YEAR)
    make_up = sorted(day for day in workdays if day.year >= FIRST_YEAR)
    return TEMPLATE.format(
        command="python -m tests.domain.sla.make_statutory",
        years=", ".join(str(year) for year in published_years(closed)),
        holidays="\n".join(f'    ("{first}", "{last}"),' for first, last in stretches(closed)),
        make_up_days="\n".join(f'    "{day}",' for day in make_up),
    )


def published_years(days: list[date]) -> list[int]:
    """A few days at its very beginning come with the year before: they are no notice yet."""
    return [year for year, count in sorted(Counter(day.year for day in days).items()) if count > 9]


def stretches(days: list[date]) -> Iterator[tuple[date, date]]:
    first = days[0]
    for one, following in pairwise([*days, date.max]):
        if following - one > timedelta(days=1):
            yield first, one
            first = following


if __name__ == "__main__":
    TARGET.write_text(statutory_text(), encoding="utf-8")
