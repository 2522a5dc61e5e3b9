"""Events of households: who lives there, how to reach them, when not to disturb them."""

from app.events.base import Value


class Member(Value, frozen=True, kw_only=True):
    subject: str | None = None
    name: str
    phone: str | None = None


class QuietHours(Value, frozen=True, kw_only=True):
    """Local time "HH:MM", end exclusive; 22:00–07:00 runs past midnight."""

    start: str
    end: str


class HouseholdRecorded(Value, frozen=True, kw_only=True):
    """A household's record was entered or replaced as a whole."""

    household_id: str
    members: tuple[Member, ...] = ()
    phone: str | None = None
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()


class PreferenceRecorded(Value, frozen=True, kw_only=True):
    """A household stated its quiet hours and other preferences."""

    household_id: str
    quiet_hours: tuple[QuietHours, ...] = ()
    tags: tuple[str, ...] = ()


class ReferralRecorded(Value, frozen=True, kw_only=True):
    """A household recommended the company to a friend."""

    household_id: str
    referral_id: str
    friend: str | None = None
    note: str | None = None


HouseholdEvent = HouseholdRecorded | PreferenceRecorded | ReferralRecorded
