"""Events of ticket categories: service class, required skill and checklist."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    item: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRecorded:
    """A category's checklist was replaced; tickets keep the version they began with."""

    category: str
    version: int
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRecorded:
    """A category's label, service class, skill and certificates were recorded as a whole."""

    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: tuple[str, ...] = ()


CategoryEvent = ChecklistRecorded | CategoryRecorded
