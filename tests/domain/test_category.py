"""Categories: the default pack, and what a tenant makes of it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from app.domain.decider import Given as DecideGiven
from app.domain.decider import NeedsStream
from app.domain.records.category import (
    CATEGORY,
    RecordCategory,
    RecordChecklist,
    category_of,
    default_category,
)
from app.events.base import Actor, Fact
from app.events.category import CategoryRecorded, ChecklistItem, ChecklistRecorded
from tests.given_when_then import Given

MANAGER = Actor(subject="u-wang", role="manager")
ADMIN = Actor(subject="u-admin", role="admin")

COVERS = ChecklistItem(item="shoe_covers", label="鞋套", required=True)
METER = ChecklistItem(item="moisture_meter", label="测湿仪读数", required=False)


def checklist(*items: ChecklistItem) -> RecordChecklist:
    return RecordChecklist(category="leak", items=items)


def described(**changes: Any) -> RecordCategory:
    said: dict[str, Any] = {
        "category": "gas",
        "label": "燃气",
        "service_class": "emergency",
        "skill": "gas",
        "certifications": ("gas_fitter",),
    }
    return RecordCategory(**{**said, **changes})


GAS = CategoryRecorded(
    category="gas",
    label="燃气",
    service_class="emergency",
    skill="gas",
    certifications=("gas_fitter",),
)


@pytest.mark.parametrize(
    ("slug", "label", "service_class"),
    [
        ("leak", "漏水", "general"),
        ("elevator", "电梯", "emergency"),
        ("gas", "燃气", "emergency"),
        ("swimming_pool", "swimming_pool", "general"),
    ],
)
def test_a_category_that_nobody_described_has_the_default(
    slug: str, label: str, service_class: str
) -> None:
    category = default_category(slug)
    assert (category.label, category.service_class, category.skill) == (label, service_class, slug)
    assert category.certifications == ()
    assert [item.item for item in category.checklist] == [
        "shoe_covers",
        "rubbish_bags",
        "satisfaction_form",
    ]
    assert all(item.required for item in category.checklist)
    assert category.checklist_version == 1


def test_the_first_change_of_a_checklist_is_version_two() -> None:
    Given(CATEGORY).when(checklist(COVERS), by=MANAGER).then(
        ChecklistRecorded(category="leak", version=2, items=(COVERS,))
    )


def test_the_next_change_is_the_next_version() -> None:
    present = ChecklistRecorded(category="leak", version=2, items=(COVERS,))
    Given(CATEGORY, present).when(checklist(COVERS, METER), by=ADMIN).then(
        ChecklistRecorded(category="leak", version=3, items=(COVERS, METER))
    )


def test_the_same_checklist_again_changes_nothing() -> None:
    present = ChecklistRecorded(category="leak", version=2, items=(COVERS,))
    Given(CATEGORY, present).when(checklist(COVERS), by=MANAGER).then_nothing()


def test_the_default_checklist_recorded_changes_nothing() -> None:
    items = default_category("leak").checklist
    Given(CATEGORY).when(checklist(*items), by=MANAGER).then_nothing()


def test_a_checklist_may_be_empty() -> None:
    Given(CATEGORY).when(checklist(), by=MANAGER).then(
        ChecklistRecorded(category="leak", version=2, items=())
    )


def test_a_category_is_read_from_its_stream_or_is_the_default() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    leak = replace(default_category("leak"), certifications=("plumber",))
    given = DecideGiven(
        actor=MANAGER,
        now=at,
        occurred_at=at,
        zone=ZoneInfo("Asia/Shanghai"),
        states={"category-leak": leak, "category-gas": None},
    )
    assert category_of(given, "leak") == leak
    assert category_of(given, "gas") == default_category("gas")
    with pytest.raises(NeedsStream):
        category_of(given, "drain")


def test_a_category_is_described() -> None:
    Given(CATEGORY).when(described(), by=MANAGER).then(GAS)


def test_the_same_description_again_changes_nothing() -> None:
    Given(CATEGORY, GAS).when(described(), by=MANAGER).then_nothing()


def test_describing_a_category_keeps_its_checklist() -> None:
    present = ChecklistRecorded(category="gas", version=2, items=(METER,))
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    state = CATEGORY.fold(None, [Fact(present, at, MANAGER), Fact(GAS, at, MANAGER)])
    assert state is not None
    assert (state.checklist, state.checklist_version) == ((METER,), 2)
    assert state.certifications == ("gas_fitter",)


@pytest.mark.parametrize("role", ["owner", "csr", "engineer", "dispatcher", "auditor"])
def test_others_may_not_change_categories(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(CATEGORY).when(described(), by=by).then_refused("role_not_permitted")
    Given(CATEGORY).when(checklist(COVERS), by=by).then_refused("role_not_permitted")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "no good"}, "malformed"),
        ({"label": ""}, "blank"),
        ({"service_class": "urgent"}, "not_one_of"),
        ({"skill": " "}, "blank"),
        ({"certifications": tuple(f"c{n}" for n in range(51))}, "too_many"),
    ],
)
def test_a_description_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(CATEGORY).when(described(**changes), by=MANAGER).then_refused(code)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ((COVERS, COVERS), "duplicate_entry"),
        ((ChecklistItem(item="", label="鞋套", required=True),), "blank"),
        ((ChecklistItem(item="x", label="鞋" * 65, required=True),), "too_long"),
        (
            tuple(ChecklistItem(item=f"i{n}", label="x", required=True) for n in range(51)),
            "too_many",
        ),
    ],
)
def test_a_checklist_out_of_range_is_refused(items: tuple[ChecklistItem, ...], code: str) -> None:
    Given(CATEGORY).when(checklist(*items), by=MANAGER).then_refused(code)
