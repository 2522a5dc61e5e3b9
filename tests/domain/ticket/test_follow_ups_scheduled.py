"""Follow-ups begin with the completion of the work, or by hand, and end with their parent."""

from typing import Any

import pytest

from app.domain.decider import On
from app.domain.errors import IllegalTransition
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.commands.follow_up import Attempt, MarkUnreachable
from app.domain.ticket.kinds.follow_up import DUE_AFTER
from app.domain.ticket.state.follow_up import ScheduledFollowUp
from app.events.base import SYSTEM, Actor
from app.events.follow_up import FollowUpScheduled
from app.events.sla import NotificationQueued, SlaClockCancelled, SlaClockStarted
from app.events.sla_policy import PolicyClock
from app.events.ticket import TicketCancelled, WorkCompleted
from tests.domain.ticket.asking import (
    DONE_AT,
    FIRST,
    SECOND,
    answer,
    ask,
    at,
    complete,
    completed,
    confirmed,
    on,
    schedule,
)
from tests.domain.ticket.clocked import Clocked, local, row
from tests.domain.ticket.world import (
    DU,
    LI,
    LIN,
    OWNER,
    SUPERVISOR,
    reach,
    reported,
)

NEXT_DAY, THIRD_DAY = at("2024-03-06 11:40"), at("2024-03-08 11:40")


def test_completed_work_is_asked_about_after_one_day_and_after_three() -> None:
    world = Clocked()
    reach("on_site", world=world)
    told = complete(world.at(DONE_AT))
    [satisfaction, outcome] = [each for each in told if isinstance(each, FollowUpScheduled)]
    assert satisfaction == FollowUpScheduled(
        follow_up_id=FIRST,
        number="F240305-0001",
        parent_id="t1",
        parent_number="R240305-0001",
        cycle=1,
        purpose="satisfaction",
        due_at=NEXT_DAY,
        is_fixed=False,
        executor="u-li",
    )
    assert (outcome.number, outcome.purpose, outcome.due_at) == (
        "F240305-0002",
        "outcome",
        THIRD_DAY,
    )
    assert on(world, FIRST)[1] == satisfaction
    assert isinstance(told[0], WorkCompleted)


def test_each_is_a_ticket_of_its_own_that_knows_its_parent() -> None:
    world = completed()
    repair, first = world.ticket(), world.ticket(FIRST)
    assert (first.kind, first.status, first.number) == ("follow_up", "scheduled", "F240305-0001")
    assert first.linked("parent") == ("t1",)
    assert repair.linked("follow_up") == (FIRST, SECOND)
    for same in ("household_id", "location", "reporter", "service_class"):
        assert getattr(first, same) == getattr(repair, same)
    assert first.checklist == ()
    assert first.reported_by == "system", "who did the work does not see how it was found"
    assert repair.follow_ups[0] == ScheduledFollowUp(
        ticket_id=FIRST,
        number="F240305-0001",
        purpose="satisfaction",
        due_at=NEXT_DAY,
        cycle=1,
    )


@pytest.mark.parametrize(("ticket", "due_at"), [(FIRST, NEXT_DAY), (SECOND, THIRD_DAY)])
def test_each_has_one_clock_that_is_due_with_it(ticket: str, due_at: object) -> None:
    world = completed()
    assert world.kinds(ticket) == ["follow_up"]
    clock = world.clock("follow_up", ticket=ticket)
    assert (clock.started_at, clock.due_at) == (local(DONE_AT), due_at)
    due = world.ticket(ticket).follow_up
    assert due is not None
    assert due.due_at == due_at


def test_the_dues_of_a_work_of_days() -> None:
    """Scenario 20, variant A."""
    world = Clocked()
    reach("on_site", world=world)
    complete(world.at("2024-03-12 16:30"))
    assert [each.due_at for each in world.ticket().follow_ups] == [
        at("2024-03-13 16:30"),
        at("2024-03-15 16:30"),
    ]


def test_nobody_is_told_of_a_follow_up_as_of_a_report() -> None:
    world = Clocked()
    reach("on_site", world=world)
    complete(world)
    told = [each for each in world.clockwork if isinstance(each, NotificationQueued)]
    assert [each.template for each in told] == ["work_completed"]
    beside = [getattr(each, "event", each) for each in world.clockwork]
    assert [type(each) for each in beside].count(SlaClockStarted) == 2


def test_a_completion_that_names_none_leads_to_none() -> None:
    world = reach("completed")
    assert world.ticket().follow_ups == ()


def done_once_more(world: Clocked) -> None:
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    worked(world)


def worked(world: Clocked) -> None:
    world.do(c.Assign(engineer="u-li"), DU)
    world.do(c.Accept(), LI)
    world.do(c.Depart(eta=world.eta()), LI)
    world.do(c.Arrive(photo_ids=("p-on_site",)), LI)
    complete(world, ids=("f-3", "f-4"))


def test_a_second_cycle_is_asked_about_anew_and_the_first_no_more() -> None:
    world = completed()
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    for each in (FIRST, SECOND):
        assert on(world, each) == [TicketCancelled(reason="parent_reopened")]
        assert world.status(each) == "cancelled"
    beside = [each.event for each in world.clockwork if isinstance(each, On)]
    cancelled = [each for each in beside if isinstance(each, SlaClockCancelled)]
    assert [each.reason for each in cancelled] == ["cancelled", "cancelled"]
    worked(world)
    assert [each.cycle for each in world.ticket().follow_ups] == [1, 1, 2, 2]
    follow_up = world.ticket("f-3").follow_up
    assert follow_up is not None
    assert follow_up.cycle == 2


def test_what_the_policy_counts_goes_before_the_default() -> None:
    world = Clocked()
    follow_up = PolicyClock(clock="follow_up", seconds=7200)
    world.add_rows(row(follow_up, kind="follow_up", category="satisfaction", community="jinxiu"))
    reach("on_site", world=world)
    complete(world.at(DONE_AT))
    assert world.ticket().follow_ups[0].due_at == at("2024-03-05 13:40")
    assert world.clock("follow_up", ticket=FIRST).due_at == at("2024-03-05 13:40")


def test_a_company_that_promises_nothing_still_asks() -> None:
    world = Clocked()
    world.without_clocks()
    reach("on_site", world=world)
    complete(world.at(DONE_AT))
    assert [each.due_at for each in world.ticket().follow_ups] == [NEXT_DAY, THIRD_DAY]
    assert world.kinds(FIRST) == []
    assert set(DUE_AFTER) == {"satisfaction", "outcome", "callback", "care", "inspection"}
    assert POLICY_BOOK.id in world.states


@pytest.mark.parametrize(
    ("command", "by", "reason"),
    [
        (c.MergeInto(into="t2"), LIN, "parent_merged"),
        (c.Cancel(reason="不修了"), SUPERVISOR, "parent_cancelled"),
    ],
)
def test_the_follow_ups_of_a_parent_that_is_gone_are_cancelled(
    command: object, by: object, reason: str
) -> None:
    world = Clocked()
    reach("reported", world=world, ticket="t2")
    reach("accepted", world=world)
    schedule(world)
    world.do(command, by)  # type: ignore[arg-type]
    assert on(world, "f-9") == [TicketCancelled(reason=reason)]
    assert world.clock("follow_up", ticket="f-9").is_cancelled


def test_one_that_is_over_stays_as_it_ended() -> None:
    world = completed()
    ask(world, "satisfied", score=5)
    world.do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    assert (world.status(FIRST), world.status(SECOND)) == ("completed", "cancelled")


def test_a_ticket_is_not_closed_before_its_owner_was_asked() -> None:
    world = confirmed()
    refused = world.refuses(c.Close(), LIN, "follow_up_open", IllegalTransition)
    assert refused.details == {"number": "F240305-0001"}
    world.do(Attempt(), LIN, ticket=FIRST)
    world.refuses(c.Close(), LIN, "follow_up_open")
    world.do(answer("satisfied"), LIN, ticket=FIRST)
    assert world.do(c.Close(), LIN)
    assert world.status(SECOND) == "scheduled", "whether it holds is asked later"


def test_or_before_everything_was_tried_to_ask() -> None:
    world = confirmed()
    for day in ("2024-03-05 14:00", "2024-03-05 18:00", "2024-03-06 10:00"):
        world.at(day).do(Attempt(), LIN, ticket=FIRST)
    world.do(MarkUnreachable(), LIN, ticket=FIRST)
    assert world.do(c.Close(), LIN)


def test_every_cycle_is_asked_about_before_it_is_closed() -> None:
    world = completed()
    ask(world, "neutral")
    done_once_more(world)
    world.do(c.SignCompletion(), OWNER)
    world.refuses(c.Close(), LIN, "follow_up_open")
    ask(world, "satisfied", ticket="f-3")
    assert world.do(c.Close(), LIN)


def test_an_owner_who_wants_no_call_is_not_waited_for() -> None:
    world = confirmed()
    world.do(c.Cancel(reason="不用回访"), OWNER, ticket=FIRST)
    assert world.do(c.Close(), LIN)


def test_a_ticket_of_before_there_were_follow_ups_is_closed_as_ever() -> None:
    assert reach("confirmed").do(c.Close(), LIN)


@pytest.mark.parametrize(
    "command",
    [
        c.Assign(engineer="u-wang"),
        c.OpenToPool(),
        c.Claim(),
        c.Acknowledge(),
        c.Hold(reason="parts"),
        c.CompleteWork(photo_ids=(), summary="好了"),
        c.MergeInto(into="t1"),
        c.Reclassify(service_class="simple", reason="改"),
        c.Close(),
        c.SignCompletion(),
    ],
)
def test_what_makes_no_sense_of_a_follow_up_is_refused(command: object) -> None:
    world = completed()
    givers: dict[type[Any], Actor] = {c.Claim: LI, c.CompleteWork: LI, c.SignCompletion: OWNER}
    by = givers.get(type(command), SUPERVISOR)
    code = "ticket_not_found" if by is LI else "not_of_this_kind"
    world.refuses(command, by, code, ticket=FIRST)


def test_nothing_is_merged_into_a_follow_up() -> None:
    world = completed()
    reach("reported", world=world, ticket="t2")
    world.refuses(c.MergeInto(into=FIRST), LIN, "merge_across_kinds", ticket="t2")


def test_a_follow_up_keeps_its_time_whatever_policies_come() -> None:
    world = completed()
    due_at = world.clock("follow_up", ticket=FIRST).due_at
    world.policy(row(PolicyClock(clock="follow_up", seconds=60), kind="follow_up"))
    assert world.do(c.MigratePolicy(mode="retro"), SYSTEM, ticket=FIRST) == []
    assert world.clock("follow_up", ticket=FIRST).due_at == due_at


def test_the_household_sees_what_it_will_be_asked() -> None:
    world = completed()
    assert world.do(c.Comment(text="请下午打"), OWNER, ticket=FIRST)
    world.refuses(
        c.Comment(text="?"), OWNER, "ticket_not_found", ticket=FIRST, household_id="h-other"
    )
    assert reported().household_id == world.ticket(FIRST).household_id
