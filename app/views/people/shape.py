"""Shapes of staff, households and categories."""

from datetime import date

from pydantic import Field

from app.views.shape import QuietHours, Shape


class Certification(Shape):
    code: str
    expires_on: date | None


class StaffAnswer(Shape):
    subject: str
    name: str
    phone: str | None
    roles: list[str]
    skills: list[str]
    certifications: list[Certification]
    max_load: int
    communities: list[str]
    active: bool


class StaffPage(Shape):
    items: list[StaffAnswer]
    next_cursor: str | None


class EngineerLoad(Shape):
    subject: str
    name: str
    active: bool
    load: int = Field(description="Of the whole company: it decides who can take a ticket.")
    max_load: int
    tickets: list[str] = Field(
        description="Ids of those tickets that the caller's communities have."
    )
    offered: list[str] = Field(
        description="Ids of such tickets that are offered and not yet answered."
    )


class EngineerPage(Shape):
    items: list[EngineerLoad]
    next_cursor: str | None


class Member(Shape):
    subject: str | None
    name: str
    phone: str | None


class Preferences(Shape):
    quiet_hours: list[QuietHours]
    tags: list[str]


class HouseholdAnswer(Shape):
    id: str
    members: list[Member]
    phone: str | None
    preferences: Preferences
    communities: list[str]


class HouseholdPage(Shape):
    items: list[HouseholdAnswer]
    next_cursor: str | None


class ChecklistItem(Shape):
    item: str
    label: str
    required: bool


class ChecklistAnswer(Shape):
    category: str
    version: int
    items: list[ChecklistItem]


class CategoryAnswer(Shape):
    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: list[str]


class ReferralAnswer(Shape):
    household_id: str
    referrals: int = Field(description="How often the household has recommended the company.")
