"""Facts about categories of tickets: class, required skill and checklist of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    item: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRecorded:
    """A category's checklist was replaced; tickets keep the version that they began with."""

    category: str
    version: int
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRecorded:
    """What a category is called, how it is classed and whom it needs was replaced."""

    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: tuple[str, ...] = ()


CategoryEvent = ChecklistRecorded | CategoryRecorded
