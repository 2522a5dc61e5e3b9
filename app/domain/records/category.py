"""Categories of tickets: the defaults of a new ticket, and its checklist."""

from collections.abc import Sequence
from typing import assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import (
    at_most,
    distinct,
    distinct_texts,
    identifier,
    one_of,
    optional_text,
    require,
    text,
)
from app.domain.decider import Decider, Given
from app.domain.service_classes import SERVICE_CLASSES
from app.events.base import Fact, Value
from app.events.category import CategoryEvent, CategoryRecorded, ChecklistItem, ChecklistRecorded

__all__ = [
    "CATEGORY",
    "Category",
    "CategoryCommand",
    "ChecklistItem",
    "RecordCategory",
    "RecordChecklist",
    "category_of",
    "default_category",
]

# The default pack (docs/domain.md §7): slug -> (label, service class).
DEFAULT_PACK = {
    "leak": ("漏水", "general"),
    "electrical": ("电气", "general"),
    "drain": ("下水堵塞", "general"),
    "door_lock": ("门锁", "general"),
    "lighting": ("照明", "general"),
    "air_conditioning": ("空调", "general"),
    "elevator": ("电梯", "emergency"),
    "gas": ("燃气", "emergency"),
    "public_area": ("公共区域", "general"),
    "cleaning": ("保洁", "general"),
    "other": ("其他", "general"),
}

DEFAULT_CHECKLIST = (
    ChecklistItem(item="shoe_covers", label="鞋套", required=True),
    ChecklistItem(item="rubbish_bags", label="自带垃圾袋", required=True),
    ChecklistItem(item="satisfaction_form", label="服务满意度表", required=True),
)


class Category(Value, frozen=True, kw_only=True):
    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: tuple[str, ...]
    checklist: tuple[ChecklistItem, ...]
    checklist_version: int


class RecordChecklist(Value, frozen=True, kw_only=True):
    category: str
    items: tuple[ChecklistItem, ...]


class RecordCategory(Value, frozen=True, kw_only=True):
    category: str
    label: str
    service_class: str
    skill: str | None
    certifications: tuple[str, ...] = ()


CategoryCommand = RecordChecklist | RecordCategory


def default_category(slug: str) -> Category:
    """Any slug is a category; an unknown one has its slug as label."""
    label, service_class = DEFAULT_PACK.get(slug, (slug, "general"))
    return Category(
        category=slug,
        label=label,
        service_class=service_class,
        skill=slug,
        certifications=(),
        checklist=DEFAULT_CHECKLIST,
        checklist_version=1,
    )


def category_of(given: Given, slug: str) -> Category:
    return given.read(CATEGORY.stream(slug)) or default_category(slug)


def decide(
    command: CategoryCommand, state: Category | None, given: Given
) -> Sequence[CategoryEvent]:
    require(given, roles.EDIT_CATEGORIES)
    slug = identifier(command.category, "/category", 64)
    present = state or default_category(slug)
    match command:
        case RecordChecklist():
            return _record_checklist(command, present)
        case RecordCategory():
            return _record_category(command, present)
        case _:
            assert_never(command)


def _record_checklist(command: RecordChecklist, present: Category) -> Sequence[CategoryEvent]:
    at_most(command.items, "/items", 50)
    items = tuple(
        ChecklistItem(
            item=text(one.item, f"/items/{n}/item"),
            label=text(one.label, f"/items/{n}/label"),
            required=one.required,
        )
        for n, one in enumerate(command.items)
    )
    distinct([one.item for one in items], "/items")
    if items == present.checklist:
        return []
    version = present.checklist_version + 1
    return [ChecklistRecorded(category=present.category, version=version, items=items)]


def _record_category(command: RecordCategory, present: Category) -> Sequence[CategoryEvent]:
    recorded = CategoryRecorded(
        category=present.category,
        label=text(command.label, "/label"),
        service_class=one_of(command.service_class, SERVICE_CLASSES, "/service_class"),
        skill=optional_text(command.skill, "/skill"),
        certifications=distinct_texts(command.certifications, "/certifications", most=50),
    )
    return [] if _described(present, recorded) == present else [recorded]


def evolve(state: Category | None, fact: Fact[CategoryEvent]) -> Category | None:
    present = state or default_category(fact.event.category)
    match fact.event:
        case ChecklistRecorded(version=version, items=items):
            return replace(present, checklist=items, checklist_version=version)
        case CategoryRecorded() as recorded:
            return _described(present, recorded)


def _described(present: Category, recorded: CategoryRecorded) -> Category:
    return replace(
        present,
        label=recorded.label,
        service_class=recorded.service_class,
        skill=recorded.skill,
        certifications=recorded.certifications,
    )


CATEGORY: Decider[CategoryCommand, Category | None] = Decider(
    category="category",
    recalled=True,
    initial=None,
    state_type=Category | None,
    decide=decide,
    evolve=evolve,
)
