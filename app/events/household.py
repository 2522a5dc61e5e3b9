"""Events of households: who lives there, how to reach them, when not to disturb them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    subject: str | None = None
    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local time "HH:MM", end exclusive; 22:00–07:00 runs past midnight."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRecorded:
    """A household's record was entered or replaced as a whole."""

    household_id: str
    members: tuple[Member, ...] = ()
    phone: str | None = None
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceRecorded:
    """A household stated its quiet hours and other preferences."""

    household_id: str
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRecorded:
    """A household recommended the company to a friend."""

    household_id: str
    referral_id: str
    friend: str | None = None
    note: str | None = None


HouseholdEvent = HouseholdRecorded | PreferenceRecorded | ReferralRecorded
