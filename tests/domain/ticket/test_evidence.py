"""A fact told late: what speaks for it, and that what spoke for it is kept."""

from datetime import timedelta

from app.domain.decider import Evidence
from app.domain.errors import Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.ticket import EvidenceGiven, Geo
from tests.domain.ticket.world import LI, World, reach

LATE = timedelta(minutes=40)


def on_the_way() -> World:
    world = reach("en_route")
    world.now += LATE
    return world


def test_the_photo_of_an_arrival_speaks_for_its_time() -> None:
    world = on_the_way()
    at = world.now - timedelta(minutes=20)
    assert world.do(c.Arrive(photo_ids=("p-on_site",)), LI, occurred_at=at)


def test_the_position_of_an_arrival_speaks_for_its_time() -> None:
    world = on_the_way()
    location = world.ticket().location
    geo = Geo(lat_e6=location.lat_e6 or 0, lon_e6=location.lon_e6 or 0)
    at = world.now - timedelta(minutes=20)
    assert world.do(c.Arrive(geo=geo), LI, occurred_at=at)


def test_a_late_fact_without_anything_is_refused() -> None:
    world = reach("on_site")
    world.now += LATE
    said = {"occurred_at": world.now - timedelta(minutes=20)}
    world.refuses(
        c.ProposeSolution(plan="换管", material_fen=0, chargeable=False),
        LI,
        "occurred_at_needs_evidence",
        Unacceptable,
        **said,
    )


def test_what_was_shown_is_recorded_beside_the_fact() -> None:
    world = on_the_way()
    at = world.now - timedelta(minutes=20)
    shown = Evidence(
        geo=(31.2304, 121.4737), photo_id="p-on_site", device_time=at, measured_skew_ms=-120
    )
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI, occurred_at=at, evidence=shown)
    [kept] = [event for event in world.clockwork if isinstance(event, EvidenceGiven)]
    assert kept == EvidenceGiven(
        lat_e6=31_230_400,
        lon_e6=121_473_700,
        photo_id="p-on_site",
        device_time=at,
        measured_skew_ms=-120,
    )


def test_a_repeat_records_no_evidence_either() -> None:
    world = on_the_way()
    shown = Evidence(photo_id="p-on_site")
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI, evidence=shown)
    assert world.do(c.Arrive(photo_ids=("p-on_site",)), LI, evidence=shown) == []
    assert world.clockwork == []
