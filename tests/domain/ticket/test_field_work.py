"""Depart, Arrive, RecordNoAccess, AddCost, CheckItem."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.decider import Evidence
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.records.household import HOUSEHOLD as HOUSEHOLDS
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.every_kind.quiet_hours import is_quiet
from app.domain.ticket.limits import COST_LINES
from app.events.attachment import AttachmentLinked
from app.events.household import PreferenceRecorded
from app.events.household import QuietHours as PreferredQuiet
from app.events.ticket import (
    AccessFailed,
    ChecklistItemChecked,
    CostLineAdded,
    EngineerArrived,
    EngineerDeparted,
    Geo,
    QuietHours,
)
from tests.domain.ticket.world import (
    AT_HOME,
    DU,
    HOUSEHOLD,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    World,
    complete,
    reach,
    reported,
)
from tests.given_when_then import NOW, SHANGHAI

NOON = NOW.replace(hour=4)  # 12:00 in Shanghai
AT_THE_DOOR = Geo(lat_e6=31_230_100, lon_e6=121_470_000)
DEGREE_M = 6_371_000 * 3.141592653589793 / 180


def accepted(**changes: Any) -> World:
    world = World()
    world.do(reported(**changes), LIN)
    world.do(c.Acknowledge(), LIN)
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    return world


def north(metres: float) -> Geo:
    return replace(AT_THE_DOOR, lat_e6=31_230_000 + round(metres / DEGREE_M * 1_000_000))


def test_the_engineer_sets_out_and_says_when_he_will_be_there() -> None:
    world = reach("accepted")
    eta = world.eta()
    assert world.do(c.Depart(eta=eta), LI) == [EngineerDeparted(engineer="u-li", eta=eta)]
    assert world.ticket().eta == eta
    assert world.do(c.Depart(eta=eta + timedelta(hours=1)), LI) == []


def test_nobody_arrives_before_setting_out() -> None:
    world = reach("accepted")
    early = world.now - timedelta(seconds=1)
    assert world.refuses(c.Depart(eta=early), LI, "eta_in_past", Unacceptable).pointer == "/eta"
    assert world.do(c.Depart(eta=world.now), LI)


@pytest.mark.parametrize(("minute", "quiet"), [(-1, False), (0, True), (119, True), (120, False)])
def test_nobody_is_disturbed_in_the_quiet_hours(minute: int, quiet: bool) -> None:  # noqa: FBT001
    world = accepted(quiet_hours=(QuietHours(start="12:00", end="14:00"),))
    command = c.Depart(eta=NOON + timedelta(minutes=minute))
    if quiet:
        refused = world.refuses(command, LI, "quiet_hours", IllegalTransition)
        assert refused.details == {"eta": command.eta}
    else:
        assert world.do(command, LI)


def test_an_emergency_knows_no_quiet_hours() -> None:
    quiet = (QuietHours(start="00:00", end="23:59"),)
    world = accepted(service_class="emergency", quiet_hours=quiet)
    assert world.do(c.Depart(eta=NOON), LI)


def test_what_the_household_prefers_counts_too() -> None:
    world = accepted()
    nap = PreferredQuiet(start="12:00", end="14:00")
    preferred = PreferenceRecorded(household_id=HOUSEHOLD, quiet_hours=(nap,))
    world.record(HOUSEHOLDS.stream(HOUSEHOLD), preferred)
    world.refuses(c.Depart(eta=NOON), LI, "quiet_hours")
    assert world.do(c.Depart(eta=NOON + timedelta(hours=2)), LI)


def test_a_ticket_of_no_household_has_its_own_quiet_hours() -> None:
    nap = QuietHours(start="12:00", end="14:00")
    world = accepted(household_id=None, quiet_hours=(nap,))
    world.refuses(c.Depart(eta=NOON), LI, "quiet_hours")


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        ("21:59", False),
        ("22:00", True),
        ("23:59", True),
        ("00:00", True),
        ("06:59", True),
        ("07:00", False),
        ("12:00", False),
    ],
)
def test_quiet_hours_may_go_over_midnight(clock: str, quiet: bool) -> None:  # noqa: FBT001
    at = datetime.strptime(f"2024-03-05 {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert is_quiet([QuietHours(start="22:00", end="07:00")], at, SHANGHAI) is quiet


def test_going_back_to_disputed_work_is_load_again() -> None:
    world = reach("disputed")
    assert world.load(LI) == ()
    world.do(c.Depart(eta=world.eta()), LI)
    assert world.load(LI) == ("t1",)


def test_going_back_to_disputed_work_knows_the_cap() -> None:
    world = reach("disputed")
    reach("accepted", world=world, ticket="t2")
    world.staff(LI, max_load=1)
    world.refuses(c.Depart(eta=world.eta()), LI, "load_cap_reached")


def test_a_photo_shows_that_the_engineer_is_there() -> None:
    world = reach("en_route")
    [event] = world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    assert [photo.id for photo in event.photos] == ["p-on_site"]
    assert (event.geo, event.distance_m) == (None, None)
    assert [on.event for on in world.beside] == [AttachmentLinked(ticket_id="t1")]
    assert world.do(c.Arrive(photo_ids=("p-on_site",)), LI) == []


def test_a_photo_that_is_the_tickets_already_is_linked_once() -> None:
    world = reach("en_route")
    world.photo("p1", "on_site", ticket_id="t1")
    world.do(c.Arrive(photo_ids=("p1",)), LI)
    assert world.beside == []


def test_the_position_shows_that_the_engineer_is_there() -> None:
    world = reach("en_route")
    device_time = world.now - timedelta(seconds=30)
    evidence = Evidence(device_time=device_time)
    assert world.do(c.Arrive(geo=AT_THE_DOOR), LI, evidence=evidence) == [
        EngineerArrived(engineer="u-li", geo=AT_THE_DOOR, distance_m=11, device_time=device_time)
    ]


def test_three_hundred_metres_are_near_enough() -> None:
    assert reach("en_route").do(c.Arrive(geo=north(300)), LI)
    refused = reach("en_route").refuses(
        c.Arrive(geo=north(301)), LI, "arrival_evidence_required", IllegalTransition
    )
    assert refused.details == {"distance_m": 301, "limit_m": 300}


def test_east_is_measured_as_well_as_north() -> None:
    east = replace(AT_THE_DOOR, lat_e6=31_230_000, lon_e6=121_470_000 + 3_500)  # ~333 m here
    reach("en_route").refuses(c.Arrive(geo=east), LI, "arrival_evidence_required")


def test_a_position_far_away_does_not_undo_a_photo() -> None:
    [event] = reach("en_route").do(c.Arrive(photo_ids=("p-on_site",), geo=north(5000)), LI)
    assert event.distance_m == 5000


def test_the_evidence_of_a_late_fact_shows_it_too() -> None:
    world = reach("en_route")
    [event] = world.do(c.Arrive(), LI, evidence=Evidence(geo=(31.2301, 121.47)))
    assert (event.geo, event.distance_m) == (AT_THE_DOOR, 11)
    world = reach("en_route")
    [event] = world.do(c.Arrive(), LI, evidence=Evidence(photo_id="p-on_site"))
    assert [photo.id for photo in event.photos] == ["p-on_site"]
    assert len(world.beside) == 1


def test_a_photo_of_the_evidence_is_not_counted_twice() -> None:
    world = reach("en_route")
    evidence = Evidence(photo_id="p-on_site")
    [event] = world.do(c.Arrive(photo_ids=("p-on_site",)), LI, evidence=evidence)
    assert len(event.photos) == len(world.beside) == 1


def test_nobody_is_there_without_showing_it() -> None:
    reach("en_route").refuses(c.Arrive(), LI, "arrival_evidence_required", IllegalTransition)


def test_a_position_shows_nothing_where_the_place_is_unknown() -> None:
    world = accepted(location=replace(AT_HOME, lat_e6=None, lon_e6=None))
    world.do(c.Depart(eta=world.eta()), LI)
    world.refuses(c.Arrive(geo=AT_THE_DOOR), LI, "arrival_evidence_required")


@pytest.mark.parametrize(
    "geo", [Geo(lat_e6=90_000_001, lon_e6=0), Geo(lat_e6=0, lon_e6=181 * 10**6)]
)
def test_a_position_is_on_earth(geo: Geo) -> None:
    refused = reach("en_route").refuses(c.Arrive(geo=geo), LI, "out_of_range", Unacceptable)
    assert refused.pointer == "/geo"


def test_a_call_log_tells_that_nobody_opened() -> None:
    world = reach("on_site")
    assert world.do(c.RecordNoAccess(call_log=" 10:31 无人接听 "), LI) == [
        AccessFailed(call_log="10:31 无人接听")
    ]
    assert world.do(c.Depart(eta=world.eta()), LI)


def test_a_photo_tells_that_nobody_opened() -> None:
    world = reach("on_site")
    [event] = world.do(c.RecordNoAccess(), LI, evidence=Evidence(photo_id="p-progress"))
    assert [photo.id for photo in event.photos] == ["p-progress"]


def test_that_nobody_opened_is_not_just_said() -> None:
    command = c.RecordNoAccess(call_log=" ")
    reach("on_site").refuses(command, LI, "no_access_evidence_required", IllegalTransition)


def cost(amount_fen: int, kind: str = "material", **said: Any) -> c.AddCost:
    return c.AddCost(kind=kind, description="软管", amount_fen=amount_fen, **said)


def test_a_cost_line_keeps_the_batch_of_the_part() -> None:
    world = reach("on_site")
    assert world.do(cost(8650, batch="2024-02"), LI) == [
        CostLineAdded(
            kind="material", description="软管", amount_fen=8650, batch="2024-02", cycle=1
        )
    ]
    assert world.ticket().spent_fen("material") == 8650


def test_two_hundred_yuan_of_material_are_the_engineers_own() -> None:
    world = reach("on_site")
    world.do(cost(15_000), LI)
    refused = world.refuses(cost(5_001), LI, "authority_exceeded", IllegalTransition)
    assert refused.details == {"limit_fen": 20_000}
    assert world.do(cost(5_000), LI)


def test_labour_is_not_material() -> None:
    world = reach("on_site")
    assert world.do(cost(1_000_000, kind="labour"), LI)
    assert world.do(cost(20_000), LI)


def test_an_accepted_solution_allows_what_it_says() -> None:
    world = reach("on_site")
    world.do(c.ProposeSolution(plan="换主管", material_fen=50_000, chargeable=False), LI)
    world.refuses(cost(20_001), LI, "authority_exceeded")
    world.do(c.AcceptSolution(), SUPERVISOR)
    assert world.do(cost(50_000), LI)
    assert world.refuses(cost(1), LI, "authority_exceeded").details == {"limit_fen": 50_000}


def test_a_cheap_solution_takes_nothing_from_the_engineers_own() -> None:
    world = reach("on_site")
    world.do(c.ProposeSolution(plan="换垫片", material_fen=100, chargeable=False), LI)
    assert world.do(cost(20_000), LI)


def test_every_cycle_has_its_own_costs() -> None:
    world = reach("on_site")
    world.do(cost(20_000), LI)
    complete(world)
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    [event] = world.do(cost(20_000), LI)
    assert event.cycle == 2
    assert [line.cycle for line in world.ticket().cost_lines] == [1, 2]


def test_the_lines_of_a_ticket_have_an_end() -> None:
    world = reach("on_site")
    for _ in range(COST_LINES):
        world.do(cost(1), LI)
    assert world.refuses(cost(1), LI, "too_many_cost_lines").details == {"max": COST_LINES}


@pytest.mark.parametrize(
    ("command", "code", "pointer"),
    [
        (cost(0), "out_of_range", "/amount_fen"),
        (cost(-1), "out_of_range", "/amount_fen"),
        (cost(10**12 + 1, kind="labour"), "out_of_range", "/amount_fen"),
        (cost(1, kind="gift"), "not_one_of", "/kind"),
        (cost(1, batch=" "), "blank", "/batch"),
        (c.AddCost(kind="material", description="", amount_fen=1), "blank", "/description"),
    ],
)
def test_a_cost_out_of_range_is_refused(command: c.AddCost, code: str, pointer: str) -> None:
    assert reach("on_site").refuses(command, LI, code, Unacceptable).pointer == pointer


def test_an_item_is_checked_once() -> None:
    world = reach("on_site")
    assert world.do(c.CheckItem(item="shoe_covers"), LI) == [
        ChecklistItemChecked(item="shoe_covers")
    ]
    assert world.do(c.CheckItem(item="shoe_covers"), LI) == []
    checked = {check.item: check.checked_at for check in world.ticket().checklist}
    assert checked == {
        "shoe_covers": world.now,
        "rubbish_bags": None,
        "satisfaction_form": None,
    }


def test_what_is_not_on_the_list_cannot_be_checked() -> None:
    refused = reach("on_site").refuses(
        c.CheckItem(item="umbrella"), LI, "unknown_checklist_item", Unacceptable
    )
    assert refused.pointer == "/item"
