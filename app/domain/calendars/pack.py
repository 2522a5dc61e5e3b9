"""The default calendars of every tenant (docs/domain.md §7), each as version 1."""

from datetime import UTC, date, datetime

from app.domain.calendars.statutory_cn import HOLIDAYS, MAKE_UP_DAYS, PUBLISHED_YEARS
from app.domain.calendars.version import CalendarVersion
from app.events.calendar import CalendarExceptions, Interval, MakeUpDay

MONDAY = 0
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OFFICE_HOURS = (Interval(start="08:30", end="12:00"), Interval(start="13:30", end="18:00"))
AROUND_THE_CLOCK = (Interval(start="00:00", end="24:00"),)


def statutory_exceptions() -> CalendarExceptions:
    """Holidays are closed; make-up days are open as on a Monday."""
    stretches = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in HOLIDAYS]
    return CalendarExceptions(
        closed=tuple(
            date.fromordinal(day)
            for first, last in stretches
            for day in range(first.toordinal(), last.toordinal() + 1)
        ),
        make_up=tuple(
            MakeUpDay(on=date.fromisoformat(day), weekday=MONDAY) for day in MAKE_UP_DAYS
        ),
    )


ALWAYS = CalendarVersion(
    version=1,
    zone="Asia/Shanghai",
    week=(AROUND_THE_CLOCK,) * 7,
    exceptions=CalendarExceptions(),
    valid_from=BEGINNING,
)

OFFICE = CalendarVersion(
    version=1,
    zone="Asia/Shanghai",
    week=(OFFICE_HOURS,) * 5 + ((), ()),
    exceptions=statutory_exceptions(),
    valid_from=BEGINNING,
    provisional_years=(PUBLISHED_YEARS[-1] + 1,),
)

DEFAULT_PACK = {"always": ALWAYS, "office": OFFICE}
