"""ISO 8601 durations, in hours at most: a day is not always 24 hours."""

from datetime import timedelta

MICROSECOND = timedelta(microseconds=1)


def iso_duration(length: timedelta) -> str:
    """`PT15M`, `PT1H25M`, `PT0S`, `PT1.5S`; a negative one as `-PT15M`."""
    sign = "-" if length < timedelta() else ""
    seconds, micros = divmod(abs(length) // MICROSECOND, 1_000_000)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{micros:06}".rstrip("0") if micros else ""
    parts = (
        f"{hours}H" if hours else "",
        f"{minutes}M" if minutes else "",
        f"{seconds}{fraction}S" if seconds or fraction else "",
    )
    return f"{sign}PT{''.join(parts) or '0S'}"


def iso_of_us(microseconds: int) -> str:
    return iso_duration(microseconds * MICROSECOND)
