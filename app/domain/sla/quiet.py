"""Quiet hours of notices to staff."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.events.sla import QuietWindow


def deliver_after(quiet: QuietWindow | None, at: datetime) -> datetime | None:
    """The end of the quiet window that contains the instant; None outside of it."""
    if quiet is None:
        return None
    local = at.astimezone(ZoneInfo(quiet.zone))
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    now = local.time()
    if not (start <= now < end if start < end else now >= start or now < end):
        return None
    day = local.date() + timedelta(days=1 if now >= end else 0)
    return datetime.combine(day, end, local.tzinfo).astimezone(at.tzinfo)
