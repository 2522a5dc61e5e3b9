"""ReportTicket: who reports what, where, for whom."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.errors import NotFound, NotPermitted, Unacceptable
from app.domain.records.category import CATEGORY
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.events.attachment import AttachmentLinked
from app.events.base import SYSTEM
from app.events.category import CategoryRecorded
from app.events.ticket import Location, QuietHours, Reporter, TicketReported
from tests.domain.ticket.world import (
    AT_HOME,
    DEVICE,
    HOUSEHOLD,
    ITEMS,
    LI,
    LIN,
    OWNER,
    World,
    reported,
)
from tests.given_when_then import NOW, Given

NOBODY = Reporter()


def test_a_report_begins_a_ticket() -> None:
    Given(TICKET).when(reported(), by=LIN).then_among(
        TicketReported(
            ticket_id="t1",
            number="R240305-0001",
            kind="repair",
            category="leak",
            service_class="general",
            triaged=False,
            description="厨房漏水",
            intake_channel="phone",
            location=AT_HOME,
            household_id=HOUSEHOLD,
            reporter=Reporter(name="张阿姨", phone="13900000001"),
            checklist=World().do(reported(), LIN)[0].checklist,
        )
    )


def test_the_number_is_of_the_local_day() -> None:
    world = World()
    world.now = NOW.replace(hour=16, minute=30)  # 00:30 on the 6th in Shanghai
    assert world.do(reported(), LIN)[0].number == "R240306-0001"
    assert world.do(reported("t2"), LIN)[0].number == "R240306-0002"


def test_a_ticket_keeps_the_checklist_of_its_category() -> None:
    world = World()
    world.do(reported(), LIN)
    assert tuple(check.item for check in world.ticket().checklist) == ITEMS
    assert all(check.required and check.checked_at is None for check in world.ticket().checklist)


def test_a_report_without_a_class_is_triaged_by_its_category() -> None:
    world = World()
    gas = CategoryRecorded(
        category="gas_smell", label="燃气异味", service_class="emergency", skill=None
    )
    world.record(CATEGORY.stream("gas_smell"), gas)
    [event] = world.do(reported(category="gas_smell", service_class=None), LIN)
    assert (event.service_class, event.triaged) == ("emergency", True)


def test_a_category_that_nobody_described_is_general() -> None:
    [event] = World().do(reported(category="roof", service_class=None), LIN)
    assert (event.service_class, event.triaged) == ("general", True)


def test_an_owner_reports_for_the_own_household() -> None:
    by_owner = reported(household_id=None, reporter=NOBODY, channel="app")
    [event] = World().do(by_owner, OWNER)
    assert event.household_id == HOUSEHOLD


@pytest.mark.parametrize(
    ("own", "named"), [(HOUSEHOLD, "h-other"), (None, HOUSEHOLD), (None, None)]
)
def test_an_owner_reports_for_no_other_household(own: str | None, named: str | None) -> None:
    World().refuses(
        reported(household_id=named), OWNER, "household_not_own", NotPermitted, household_id=own
    )


def test_staff_say_on_whose_behalf_they_report() -> None:
    for name in (None, "", " "):
        refused = World().refuses(
            reported(reporter=Reporter(name=name)), LIN, "reporter_name_required", Unacceptable
        )
        assert refused.pointer == "/reporter/name"


def test_a_device_has_no_name() -> None:
    assert World().do(reported(reporter=NOBODY, channel="iot"), DEVICE)
    assert World().do(reported(reporter=NOBODY), SYSTEM)
    assert World().do(reported(reporter=NOBODY, channel="iot"), LI)


def test_staff_of_one_community_report_nothing_elsewhere() -> None:
    World().refuses(
        reported(), LIN, "community_not_permitted", NotPermitted, communities=("yuelan",)
    )
    assert World().do(reported(household_id=None), LIN, communities=("yuelan", "jinxiu"))


def test_staff_of_one_community_report_for_no_household_that_has_no_record() -> None:
    World().refuses(reported(), LIN, "household_unknown", NotFound, communities=("jinxiu",))
    assert World().do(reported(), LIN)


def test_a_photo_says_enough() -> None:
    world = World()
    photo = world.photo("p1", "report", OWNER)
    [event] = world.do(reported(description=" ", photo_ids=(photo,)), OWNER)
    assert event.description == ""
    assert [one.id for one in event.photos] == ["p1"]
    assert [on.event for on in world.beside] == [AttachmentLinked(ticket_id="t1")]
    assert [on.stream.id for on in world.beside] == ["attachment-p1"]


def test_neither_a_photo_nor_a_word_says_nothing() -> None:
    refused = World().refuses(reported(description=" "), LIN, "description_or_photo_required")
    assert refused.pointer == "/description"


def test_a_photo_that_is_named_twice_is_one_photo() -> None:
    world = World()
    [event] = world.do(reported(photo_ids=("p-report", "p-report")), LIN)
    assert len(event.photos) == len(world.beside) == 1


def test_a_photo_must_exist() -> None:
    command = reported(photo_ids=("p-report", "p-none"))
    refused = World().refuses(command, LIN, "unknown_photo", Unacceptable)
    assert refused.pointer == "/photo_ids/1"


def test_a_photo_belongs_to_one_ticket() -> None:
    world = World()
    world.photo("p1", "report", ticket_id="t-other")
    command = reported(photo_ids=("p1",))
    assert (
        world.refuses(command, LIN, "photo_of_another_ticket", Unacceptable).pointer
        == "/photo_ids/0"
    )


def test_an_owner_shows_no_strangers_photos() -> None:
    World().refuses(reported(photo_ids=("p-report",)), OWNER, "unknown_photo", Unacceptable)


def test_a_report_is_made_once() -> None:
    world = World()
    world.do(reported(), LIN)
    world.refuses(reported(), LIN, "already_reported")


def test_an_old_report_needs_evidence() -> None:
    late = NOW - timedelta(minutes=16)
    World().refuses(reported(), LIN, "occurred_at_needs_evidence", occurred_at=late)


def _at(**changes: Any) -> c.ReportTicket:
    return reported(location=replace(AT_HOME, **changes))


@pytest.mark.parametrize(
    ("command", "code", "pointer"),
    [
        (reported(kind="party"), "unknown_kind", "/kind"),
        (reported(category=""), "malformed", "/category"),
        (reported(category="no such"), "malformed", "/category"),
        (reported(service_class="urgent"), "not_one_of", "/service_class"),
        (reported(channel="fax"), "not_one_of", "/channel"),
        (reported(description="漏" * 4001), "too_long", "/description"),
        (reported(household_id=""), "malformed", "/household_id"),
        (reported(reporter=Reporter(name="张" * 65)), "too_long", "/reporter/name"),
        (reported(reporter=Reporter(name="张", phone="1" * 33)), "too_long", "/reporter/phone"),
        (reported(photo_ids=("p-report",) * 51), "too_many", "/photo_ids"),
        (reported(note="n" * 4001), "too_long", "/note"),
        (_at(community=""), "blank", "/location/community"),
        (_at(unit="1" * 65), "too_long", "/location/unit"),
        (_at(lat_e6=None), "malformed", "/location"),
        (_at(lat_e6=90_000_001), "out_of_range", "/location"),
        (_at(lon_e6=-180_000_001), "out_of_range", "/location"),
        (reported(quiet_hours=(QuietHours(start="24:00", end="07:00"),)), "malformed", None),
        (reported(quiet_hours=(QuietHours(start="12:00", end="12:00"),)), "malformed", None),
        (reported(quiet_hours=(QuietHours(start="12:00", end="13:00"),) * 11), "too_many", None),
    ],
)
def test_a_value_out_of_range_is_refused(
    command: c.ReportTicket, code: str, pointer: str | None
) -> None:
    refused = World().refuses(command, LIN, code, Unacceptable)
    assert pointer is None or refused.pointer == pointer


def test_where_it_is_may_be_said_roughly() -> None:
    [event] = World().do(reported(location=Location(community=" jinxiu ")), LIN)
    assert event.location == Location(community="jinxiu")
