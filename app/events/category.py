"""Events of ticket categories: service class, required skill and checklist."""

from app.events.base import Integer, Value


class ChecklistItem(Value, frozen=True, kw_only=True):
    item: str
    label: str
    required: bool


class ChecklistRecorded(Value, frozen=True, kw_only=True):
    """A category's checklist was replaced; tickets keep the version they began with."""

    category: str
    version: Integer
    items: tuple[ChecklistItem, ...]


class CategoryRecorded(Value, frozen=True, kw_only=True):
    """A category's label, service class, skill and certificates were recorded as a whole."""

    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: tuple[str, ...] = ()


CategoryEvent = ChecklistRecorded | CategoryRecorded
