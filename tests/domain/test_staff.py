"""Staff records: whole or not at all, by those who may."""

from datetime import date
from typing import Any

import pytest

from app.domain.records.staff import EVERY_SKILL, STAFF, RecordStaff, StaffMember
from app.events.base import SYSTEM, Actor
from app.events.staff import Certification, StaffRecorded
from tests.given_when_then import Given

ADMIN = Actor(subject="u-admin", role="admin")
MANAGER = Actor(subject="u-wang", role="manager")
CSR = Actor(subject="u-chen", role="csr")
OPERATOR = Actor(subject="operator", role="operator")

LI = StaffRecorded(subject="u-li", name="李师傅", roles=("engineer",), skills=("leak",), max_load=5)


def record(**changes: Any) -> RecordStaff:
    said: dict[str, Any] = {
        "subject": "u-li",
        "name": "李师傅",
        "roles": ("engineer",),
        "skills": ("leak",),
        "max_load": 5,
    }
    return RecordStaff(**{**said, **changes})


@pytest.mark.parametrize("by", [ADMIN, MANAGER, SYSTEM, OPERATOR])
def test_a_staff_member_is_recorded(by: Actor) -> None:
    Given(STAFF).when(record(), by=by).then(LI)


@pytest.mark.parametrize("role", ["owner", "csr", "engineer", "auditor", "integration"])
def test_others_may_not_record_staff(role: str) -> None:
    Given(STAFF).when(record(), by=Actor(subject="x", role=role)).then_refused("role_not_permitted")


def test_the_same_record_again_changes_nothing() -> None:
    Given(STAFF, LI).when(record(), by=MANAGER).then_nothing()


def test_a_record_replaces_the_whole() -> None:
    Given(STAFF, LI).when(record(skills=(), max_load=3), by=MANAGER).then(
        StaffRecorded(subject="u-li", name="李师傅", roles=("engineer",), max_load=3)
    )


def test_a_staff_member_who_left_is_recorded_as_inactive() -> None:
    Given(STAFF, LI).when(record(active=False), by=MANAGER).then(
        StaffRecorded(
            subject="u-li",
            name="李师傅",
            roles=("engineer",),
            skills=("leak",),
            max_load=5,
            active=False,
        )
    )


def test_repeated_words_are_said_once_and_blanks_around_them_not_at_all() -> None:
    Given(STAFF, LI).when(
        record(name=" 李师傅 ", roles=("engineer", "engineer"), skills=("leak", " leak")),
        by=MANAGER,
    ).then_nothing()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "blank"),
        ({"name": "李" * 65}, "too_long"),
        ({"phone": ""}, "blank"),
        ({"phone": "1" * 33}, "too_long"),
        ({"subject": ""}, "malformed"),
        ({"subject": "u li"}, "malformed"),
        ({"subject": "u\x00li"}, "malformed"),
        ({"subject": "u" * 129}, "malformed"),
        ({"roles": ("owner",)}, "not_one_of"),
        ({"roles": ("integration",)}, "not_one_of"),
        ({"max_load": -1}, "out_of_range"),
        ({"max_load": 101}, "out_of_range"),
        ({"skills": tuple(f"s{n}" for n in range(51))}, "too_many"),
        ({"skills": ("",)}, "blank"),
        (
            {"certifications": tuple(Certification(code=f"c{n}") for n in range(51))},
            "too_many",
        ),
        ({"certifications": (Certification(code=" "),)}, "blank"),
        (
            {"certifications": (Certification(code="c"), Certification(code="c"))},
            "duplicate_entry",
        ),
        ({"communities": tuple(f"c{n}" for n in range(201))}, "too_many"),
    ],
)
def test_a_value_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(STAFF).when(record(**changes), by=MANAGER).then_refused(code)


@pytest.mark.parametrize(
    "changes",
    [
        {"max_load": 0},
        {"max_load": 100},
        {"name": "李" * 64},
        {"skills": tuple(f"s{n}" for n in range(50))},
    ],
)
def test_the_limit_itself_is_within(changes: dict[str, Any]) -> None:
    said = {"roles": ("engineer",), "skills": ("leak",), "name": "李师傅", "max_load": 5}
    Given(STAFF).when(record(**changes), by=MANAGER).then(
        StaffRecorded(**{"subject": "u-li", **said, **changes})
    )


def test_a_manager_makes_no_administrators() -> None:
    Given(STAFF).when(record(roles=("admin",)), by=MANAGER).then_refused("role_not_permitted")


def test_a_manager_does_not_unmake_administrators() -> None:
    admin = StaffRecorded(subject="u-li", name="李", roles=("admin",), max_load=5)
    Given(STAFF, admin).when(record(), by=MANAGER).then_refused("role_not_permitted")


def test_an_administrator_makes_another() -> None:
    Given(STAFF).when(record(roles=("admin",), skills=()), by=ADMIN).then(
        StaffRecorded(subject="u-li", name="李师傅", roles=("admin",), max_load=5)
    )


def member(**changes: Any) -> StaffMember:
    said: dict[str, Any] = {
        "subject": "u-li",
        "name": "李师傅",
        "phone": None,
        "roles": ("engineer",),
        "skills": (),
        "certifications": (),
        "max_load": 5,
        "communities": (),
        "active": True,
    }
    return StaffMember(**{**said, **changes})


def test_a_star_is_every_skill() -> None:
    assert member(skills=(EVERY_SKILL,)).has_skill("leak")
    assert member(skills=("leak",)).has_skill("leak")
    assert not member(skills=("drain",)).has_skill("leak")


def test_a_certificate_holds_through_its_last_day() -> None:
    holder = member(certifications=(Certification(code="gas", expires_on=date(2024, 3, 5)),))
    assert holder.is_certified("gas", date(2024, 3, 5))
    assert not holder.is_certified("gas", date(2024, 3, 6))
    assert not holder.is_certified("electrician", date(2024, 3, 5))


def test_a_certificate_without_an_end_holds_for_ever() -> None:
    holder = member(certifications=(Certification(code="gas"),))
    assert holder.is_certified("gas", date(2099, 1, 1))
