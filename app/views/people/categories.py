"""Categories and their checklists: loaded, and rendered."""

from typing import Any

from app.domain.records.category import CATEGORY, Category, default_category
from app.views.reader import Reader


async def load_category(reader: Reader, slug: str) -> tuple[Category, int]:
    """The default for a category that nobody recorded, at version 0."""
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
