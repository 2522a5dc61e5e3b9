"""Loads and renders categories and their checklists."""

from typing import Any

from app.domain.records.category import CATEGORY, Category, default_category
from app.views.reader import Reader


async def load_category(reader: Reader, slug: str) -> tuple[Category, int]:
    """The default, at version 0, for a category without a record."""
    stream = CATEGORY.stream(slug)
    snapshot = await reader.read(stream)
    return snapshot.state(stream) or default_category(slug), snapshot.version(stream)


def render_category(category: Category) -> dict[str, Any]:
    return {
        "category": category.category,
        "label": category.label,
        "service_class": category.service_class,
        "skill": category.skill,
        "certifications": category.certifications,
    }


def render_checklist(category: Category) -> dict[str, Any]:
    return {
        "category": category.category,
        "version": category.checklist_version,
        "items": [
            {"item": each.item, "label": each.label, "required": each.required}
            for each in category.checklist
        ],
    }
