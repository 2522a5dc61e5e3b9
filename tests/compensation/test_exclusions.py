"""What was not ours to prevent is not made good, and that is said (docs/domain.md §4.3)."""

import pytest

from app.domain.ticket.commands import ticket as c
from app.events.compensation_rules import RuleTrigger
from tests.compensation.world import Compensated
from tests.domain.ticket.world import LI, LIN, MANAGER, SUPERVISOR, reported

LATER = "2024-03-05 11:30:00"


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    made.at("2024-03-05 09:00:00")
    return made


@pytest.mark.parametrize("reason", ["municipal_outage", "third_party_warranty"])
def test_what_was_not_ours_to_prevent_is_not_made_good(world: Compensated, reason: str) -> None:
    world.do(reported(), LIN)
    world.do(c.RecordExclusion(reason=reason), SUPERVISOR)
    world.until(LATER)
    assert (world.only.state, world.only.outcome) == ("rejected", reason)


def test_an_exclusion_recorded_later_voids_what_was_granted(world: Compensated) -> None:
    world.late()
    world.do(c.RecordExclusion(reason="force_majeure_red_alert"), MANAGER)
    assert (world.only.state, world.only.outcome) == ("voided", "force_majeure_red_alert")
    assert not world.only.again


def test_an_exclusion_of_one_cycle_is_none_of_the_next(world: Compensated) -> None:
    world.do(reported(), LIN)
    world.do(c.RecordExclusion(reason="municipal_outage"), SUPERVISOR)
    assert world.do(c.RecordExclusion(reason="municipal_outage"), SUPERVISOR) == []
    world.refuses(c.RecordExclusion(reason="weather"), SUPERVISOR, "not_one_of")
    world.refuses(c.RecordExclusion(reason="municipal_outage"), LIN, "role_not_permitted")


@pytest.mark.parametrize("release", ["09:11:00", "09:40:00"])
def test_a_hold_takes_no_compensation_away(world: Compensated, release: str) -> None:
    """The due time moved by the pause already."""
    world.do(reported(), LIN)
    world.at("09:10:00").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    world.at(release).do(c.Release(), SUPERVISOR)
    world.until("2024-03-05 13:00:00")
    assert (world.only.state, world.only.amount_fen) == ("granted", 5_000)


@pytest.fixture
def late_repair(world: Compensated) -> Compensated:
    """A repair with a rule on `resolve` alone, whose clock runs on while nobody opens."""
    rule = {"trigger": RuleTrigger(event="SlaBreached", clock="resolve")}
    world.rule("R-ARRIVE-LATE", enabled=False)
    world.rule("R-RESOLVE-LATE", exclusions=("owner_no_access",), **rule)
    world.wait(seconds=1)
    world.do(reported(service_class="simple"), LIN)
    world.dispatched().depart()
    world.arrive()
    return world


NO_ACCESS = c.RecordNoAccess(call_log="三次无人接听")


def test_an_owner_who_does_not_open_until_the_due_time_is_not_compensated(
    late_repair: Compensated,
) -> None:
    """The pause ends at its cap of seven days; the owner still has not opened."""
    late_repair.do(NO_ACCESS, LI)
    late_repair.until("2024-03-25 13:00:00")
    assert (late_repair.only.state, late_repair.only.outcome) == ("rejected", "owner_no_access")


def test_a_visit_in_vain_excuses_no_lateness_after_the_next_departure(
    late_repair: Compensated,
) -> None:
    late_repair.do(NO_ACCESS, LI)
    late_repair.until("2024-03-05 15:00:00")
    late_repair.depart()
    late_repair.arrive()
    late_repair.until("2024-03-25 13:00:00")
    assert late_repair.only.state == "granted"


def test_a_duplicate_that_was_merged_is_made_good_where_it_went(world: Compensated) -> None:
    world.do(reported(), LIN)
    world.deaf = True
    world.late("t2")
    world.do(c.MergeInto(into="t1"), LIN, ticket="t2")
    world.deaf = False
    world.react()
    merged = [one for one in world.all() if one.ticket_id == "t2"]
    assert [(one.state, one.outcome) for one in merged] == [("rejected", "duplicate_merged")]
