"""Skill, certificates and community of an engineer, looked at however a ticket is given."""

from datetime import date
from typing import Any

import pytest

from app.domain.errors import IllegalTransition
from app.domain.records.category import CATEGORY
from app.domain.records.staff import Certification
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
from app.events.category import CategoryRecorded
from tests.domain.ticket.world import DU, LI, WANG, World, reach

TODAY = date(2024, 3, 5)  # in Shanghai
YESTERDAY = date(2024, 3, 4)
# A way to give a ticket: the status it needs, the command, and by whom.
WAYS: dict[str, tuple[str, Any, Actor]] = {
    "assign": ("acknowledged", c.Assign(engineer="u-wang"), DU),
    "claim": ("pooled", c.Claim(), WANG),
    "accept": ("assigned_to_wang", c.Accept(), WANG),
    "transfer": ("accepted", c.Transfer(engineer="u-wang"), LI),
    "accept_transfer": ("transferred", c.Accept(), WANG),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> tuple[World, Any, Actor]:
    status, command, by = WAYS[request.param]
    if status != "assigned_to_wang":
        return reach(status), command, by
    world = reach("acknowledged")
    world.do(c.Assign(engineer="u-wang"), DU)
    return world, command, by


def require(world: World, *certifications: str, skill: str | None = "leak") -> None:
    recorded = CategoryRecorded(
        category="leak",
        label="漏水",
        service_class="general",
        skill=skill,
        certifications=certifications,
    )
    world.record(CATEGORY.stream("leak"), recorded)


Way = tuple[World, Any, Actor]


def test_the_skill_of_the_category_is_needed(way: Way) -> None:
    world, command, by = way
    world.staff(WANG, skills=("drain",))
    refused = world.refuses(command, by, "skill_missing", IllegalTransition)
    assert refused.details == {"skill": "leak"}


@pytest.mark.parametrize("skills", [("drain", "leak"), ("*",)])
def test_a_skill_is_named_or_every_skill(way: Way, skills: tuple[str, ...]) -> None:
    world, command, by = way
    world.staff(WANG, skills=skills)
    assert world.do(command, by)


def test_a_category_may_need_no_skill(way: Way) -> None:
    world, command, by = way
    require(world, skill=None)
    world.staff(WANG, skills=())
    assert world.do(command, by)


def test_a_required_certificate_is_held(way: Way) -> None:
    world, command, by = way
    require(world, "plumber")
    refused = world.refuses(command, by, "certificate_missing", IllegalTransition)
    assert refused.details == {"certification": "plumber"}


@pytest.mark.parametrize("expires_on", [TODAY, None])
def test_a_certificate_holds_through_its_last_day(way: Way, expires_on: date | None) -> None:
    world, command, by = way
    require(world, "plumber")
    world.staff(WANG, Certification(code="plumber", expires_on=expires_on))
    assert world.do(command, by)


@pytest.mark.parametrize("code", ["plumber", "leak"])
def test_an_expired_certificate_is_none(way: Way, code: str) -> None:
    world, command, by = way
    require(world, *(["plumber"] if code == "plumber" else []))
    world.staff(WANG, Certification(code=code, expires_on=YESTERDAY))
    refused = world.refuses(command, by, "certificate_expired", IllegalTransition)
    assert refused.details == {"certification": code}


def test_another_certificate_may_have_expired(way: Way) -> None:
    world, command, by = way
    world.staff(WANG, Certification(code="welder", expires_on=YESTERDAY))
    assert world.do(command, by)


def test_the_day_is_the_local_one() -> None:
    world = reach("pooled")
    world.staff(WANG, Certification(code="leak", expires_on=TODAY))
    world.now = world.now.replace(hour=16, minute=1)
    assert world.now.date() == TODAY  # but the 6th in Shanghai
    world.refuses(c.Claim(), WANG, "certificate_expired")


def test_an_engineer_of_other_communities_is_refused(way: Way) -> None:
    world, command, by = way
    world.staff(WANG, communities=("yuelan",))
    refused = world.refuses(command, by, "engineer_not_in_community", IllegalTransition)
    assert refused.details == {"community": "jinxiu"}


def test_an_engineer_of_this_community_too_is_not(way: Way) -> None:
    world, command, by = way
    world.staff(WANG, communities=("yuelan", "jinxiu"))
    assert world.do(command, by)
