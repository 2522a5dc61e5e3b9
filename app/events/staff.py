"""Events of staff members. Each record replaces the one before as a whole."""

from datetime import date

from app.events.base import Integer, Value


class Certification(Value, frozen=True, kw_only=True):
    code: str
    expires_on: date | None = None


class StaffRecorded(Value, frozen=True, kw_only=True):
    """A staff member's record was entered or replaced as a whole."""

    subject: str
    name: str
    phone: str | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    certifications: tuple[Certification, ...] = ()
    max_load: Integer
    communities: tuple[str, ...] = ()
    active: bool = True


StaffEvent = StaffRecorded
