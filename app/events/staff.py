"""Events of staff members. Each record replaces the one before as a whole."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Certification:
    code: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecorded:
    """A staff member's record was entered or replaced as a whole."""

    subject: str
    name: str
    phone: str | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    certifications: tuple[Certification, ...] = ()
    max_load: int
    communities: tuple[str, ...] = ()
    active: bool = True


StaffEvent = StaffRecorded
