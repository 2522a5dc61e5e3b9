"""What people give, by their authority: alone, or with somebody's consent (docs/domain.md §4.4)."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.authority.decider import AUTHORITY_BOOK, RecordAuthority
from app.domain.authority.staff_exposure import STAFF_EXPOSURE
from app.domain.compensation import commands as k
from app.domain.errors import DomainError
from app.domain.records.household import HOUSEHOLD as HOUSEHOLDS
from app.domain.ticket.commands import ticket as c
from app.events.authority import AuthorityRow, Deputy
from app.events.base import Actor
from app.events.compensation import CompensationApprovalEscalated, CompensationExpired
from app.events.household import HouseholdRecorded, Member
from app.events.sla import NotificationQueued
from tests.compensation.world import Compensated
from tests.domain.ticket.clocked import local
from tests.domain.ticket.complaining import complaint
from tests.domain.ticket.world import (
    ADMIN,
    AUDITOR,
    DU,
    FINANCE,
    GUARD,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    WANG,
    reach,
    reported,
)

ZHOU = Actor(subject="u-zhou", role="csr")
CHIEF = Actor(subject="u-chief", role="supervisor")


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    made.at("2024-03-05 09:00:00")
    made.do(reported(), LIN)
    return made


def refused(world: Compensated, code: str, amount_fen: Any, by: Actor = LIN, **said: Any) -> None:
    with pytest.raises(DomainError) as caught:
        world.gives(amount_fen, by, **said)
    assert caught.value.code == code


def test_up_to_the_limit_inclusive_nobody_is_asked(world: Compensated) -> None:
    world.gives(50_000)
    one = world.the()
    assert (one.state, one.decided_by, one.nominal) == ("granted", "u-lin", True)
    assert one.authority is not None
    assert (one.authority.limit_fen, one.authority.exposure_fen) == (50_000, 50_000)


def test_a_fen_more_waits_for_a_supervisor(world: Compensated) -> None:
    world.gives(50_001)
    one = world.the()
    assert (one.state, one.pending_reason) == ("pending_approval", "over_authority")
    assert one.approver_roles == ("supervisor", "manager", "admin")
    assert world.exposure().entries == ()


def test_small_gifts_of_several_people_are_one_large_one(world: Compensated) -> None:
    """Scenario 20: 30000 + 6000, and a further 20000."""
    world.gives(30_000)
    world.gives(6_000, ZHOU)
    world.gives(20_000, ZHOU)
    states = [(one.state, one.authority and one.authority.exposure_fen) for one in world.all()]
    assert states == [("granted", 30_000), ("granted", 36_000), ("pending_approval", 56_000)]


def test_another_ticket_of_the_household_is_no_way_round(world: Compensated) -> None:
    world.do(reported("t2"), LIN)
    world.gives(40_000)
    world.gives(20_000, ticket="t2")
    assert [one.state for one in world.all()] == ["granted", "pending_approval"]
    authority = world.the("c2").authority
    assert authority is not None
    assert authority.exposure_fen == 60_000


def test_after_thirty_days_the_household_counts_anew_but_the_ticket_does_not(
    world: Compensated,
) -> None:
    world.gives(40_000)
    world.at("2024-04-05 09:00:01")
    world.do(reported("t2"), LIN)
    world.gives(40_000, ticket="t2")
    world.gives(20_000, ticket="t1")
    assert [one.state for one in world.all()] == ["granted", "granted", "pending_approval"]


def test_what_a_rule_gave_or_somebody_approved_is_not_below_approval(world: Compensated) -> None:
    world.gives(60_000)
    world.asks(k.ApproveCompensation(), SUPERVISOR)
    world.until("2024-03-05 11:00:01")
    world.gives(50_000)
    assert [one.state for one in world.all()] == ["granted", "granted", "granted"]


def test_what_was_voided_does_not_count(world: Compensated) -> None:
    world.gives(50_000)
    world.asks(k.VoidCompensation(reason="业主不要"), MANAGER)
    world.gives(50_000)
    assert [one.state for one in world.all()] == ["voided", "granted"]


@pytest.mark.parametrize("by", [DU, GUARD, LI])
def test_who_has_no_authority_may_propose(world: Compensated, by: Actor) -> None:
    world.dispatched()
    world.gives(1_000, by)
    assert world.the().state == "pending_approval"


@pytest.mark.parametrize("by", [OWNER, AUDITOR, FINANCE])
def test_others_may_not(world: Compensated, by: Actor) -> None:
    refused(world, "role_not_permitted", 1_000, by, household_id=HOUSEHOLD)


@pytest.mark.parametrize(("amount_fen"), [0, -1, 2**53, 2**63])
def test_an_amount_that_is_none_is_refused(world: Compensated, amount_fen: int) -> None:
    refused(world, "out_of_range", amount_fen)


def test_what_else_does_not_fit_is_refused(world: Compensated) -> None:
    refused(world, "not_one_of", 100, benefit="lottery")
    refused(world, "ticket_not_found", 100, ticket="t-nowhere")
    refused(world, "ticket_not_found", 100, by=WANG)
    world.do(reported("t2", household_id=None), LIN)
    refused(world, "household_required", 100, benefit="fee_credit", ticket="t2")
    world.gives(100, benefit="gift", ticket="t2")
    assert [one.compensation_id for one in world.exposure("t2").entries] == ["c1"]
    world.do(c.MergeInto(into="t1"), LIN, ticket="t2")
    refused(world, "ticket_merged", 100, ticket="t2")


def test_who_lives_there_does_not_give_to_the_own_household(world: Compensated) -> None:
    household = HouseholdRecorded(
        household_id=HOUSEHOLD, members=(Member(subject="u-lin", name="林"),)
    )
    world.record(HOUSEHOLDS.stream(HOUSEHOLD), household)
    world.gives(1_000)
    one = world.the()
    assert (one.state, one.pending_reason, one.flags) == (
        "pending_approval",
        "self_dealing",
        ("own_household",),
    )
    world.gives(60_000, ZHOU)
    lin_above = Actor(subject="u-lin", role="supervisor")
    world.refused("beneficiary_may_not_decide", k.ApproveCompensation(), lin_above, "c2")
    world.refused("role_not_permitted", k.ApproveCompensation(), ZHOU)


def test_nobody_approves_what_they_proposed_nor_a_deputy_of_theirs(world: Compensated) -> None:
    world.gives(60_000)
    lin_above = Actor(subject="u-lin", role="manager")
    world.refused("own_compensation", k.ApproveCompensation(), lin_above)
    world.refused("own_compensation", k.RejectCompensation(reason="不合适"), lin_above)
    deputy = Deputy(
        subject="u-sun",
        delegated_by="u-lin",
        valid_from=world.now,
        valid_until=world.now + timedelta(days=7),
    )
    rows = (AuthorityRow(kind="any_benefit", limit_fen=50_000),)
    world.order(AUTHORITY_BOOK, RecordAuthority(role="csr", rows=rows, deputies=(deputy,)), ADMIN)
    world.refused("own_compensation", k.ApproveCompensation(), SUPERVISOR)
    world.asks(k.ApproveCompensation(), MANAGER)
    assert world.the().state == "granted"


def test_a_deputy_decides_with_the_authority_of_the_absent_one(world: Compensated) -> None:
    world.gives(300_000)
    world.refused("role_not_permitted", k.ApproveCompensation(), CHIEF)
    deputy = Deputy(
        subject="u-chief",
        delegated_by="u-ma",
        valid_from=world.now,
        valid_until=world.now + timedelta(days=7),
    )
    rows = (AuthorityRow(kind="any_benefit", limit_fen=500_000),)
    command = RecordAuthority(role="manager", rows=rows, deputies=(deputy,))
    world.order(AUTHORITY_BOOK, command, ADMIN)
    world.asks(k.ApproveCompensation(), CHIEF)
    authority = world.the().authority
    assert authority is not None
    assert (authority.role, authority.delegated_by) == ("manager", "u-ma")


def test_approving_twice_is_approving_once(world: Compensated) -> None:
    world.gives(60_000)
    assert world.asks(k.ApproveCompensation(), SUPERVISOR)
    assert world.asks(k.ApproveCompensation(), SUPERVISOR) == []
    world.refused("compensation_not_pending", k.ApproveCompensation(), MANAGER)
    world.refused("compensation_not_pending", k.RejectCompensation(reason="x"), SUPERVISOR)


def test_an_approver_has_limits_too_and_they_count_what_was_approved(world: Compensated) -> None:
    world.gives(150_000)
    world.asks(k.ApproveCompensation(), SUPERVISOR)
    world.gives(60_000)
    world.refused("beyond_authority", k.ApproveCompensation(), SUPERVISOR, "c2")
    world.asks(k.ApproveCompensation(), MANAGER, "c2")
    assert world.the("c2").state == "granted"


def test_what_is_rejected_is_not_given(world: Compensated) -> None:
    world.gives(60_000)
    world.refused("blank", k.RejectCompensation(reason=" "), SUPERVISOR)
    world.asks(k.RejectCompensation(reason="过高"), SUPERVISOR)
    assert world.asks(k.RejectCompensation(reason="过高"), SUPERVISOR) == []
    one = world.the()
    assert (one.state, one.outcome_text) == ("rejected", "过高")
    world.refused("compensation_not_granted", k.FulfilCompensation(), FINANCE)
    world.refused("compensation_not_pending", k.ApproveCompensation(), MANAGER)


def test_authority_is_that_of_the_moment_and_is_remembered(world: Compensated) -> None:
    world.gives(40_000)
    rows = (AuthorityRow(kind="any_benefit", limit_fen=10_000),)
    world.order(AUTHORITY_BOOK, RecordAuthority(role="csr", rows=rows), ADMIN)
    world.gives(5_000)
    first, second = world.all()
    assert first.authority is not None
    assert first.authority.matrix_version == 1
    assert (first.state, second.state) == ("granted", "pending_approval")


def test_an_approval_that_waits_goes_up_a_level_every_half_hour(world: Compensated) -> None:
    world.gives(60_000)
    world.until("2024-03-05 09:30:00")
    assert world.the().asked_role == "supervisor"
    world.until("2024-03-05 09:30:01")
    assert world.the().asked_role == "manager"
    world.until("2024-03-05 10:00:00")
    assert world.the().asked_role == "admin"
    world.until("2024-03-05 18:00:00")
    assert world.the().asked_role == "admin"
    raised = world.told(CompensationApprovalEscalated)
    assert [(fact.event.to, fact.occurred_at) for fact in raised] == [
        ("manager", local("09:30:00")),
        ("admin", local("10:00:00")),
    ]
    told = [fact.event.audience for fact in world.told(NotificationQueued)]
    assert [one for one in told if one in {"supervisor", "manager", "admin"}][:3]
    world.asks(k.ApproveCompensation(), SUPERVISOR)
    [approval] = [one for one in world.the().clocks if one.kind == "approval"]
    assert (approval.result, approval.elapsed_us) == ("late", 9 * 3_600 * 1_000_000)


def test_what_nobody_decides_in_thirty_days_expires(world: Compensated) -> None:
    world.gives(60_000)
    world.until("2024-04-04 09:00:00")
    assert world.the().state == "expired"
    assert world.told(CompensationExpired)[0].occurred_at == local("2024-04-04 09:00:00")
    world.refused("compensation_not_pending", k.ApproveCompensation(), MANAGER)


def test_a_small_loss_in_good_faith_is_nobodys_fault(world: Compensated) -> None:
    for n in range(4):
        ticket = f"g{n}"
        world.do(reported(ticket, household_id=f"h-{n}"), LIN)
        world.gives(20_000, ticket=ticket, good_faith=True)
    assert [one.no_fault for one in world.all()] == [True, True, True, False]
    state = world.states[STAFF_EXPOSURE.stream("u-lin").id]
    assert state.good_faith_fen == 60_000


def test_a_large_one_is_looked_at(world: Compensated) -> None:
    world.gives(20_001, good_faith=True)
    assert world.the().no_fault is False
    assert world.the().rationale == "全屋保洁"


def test_a_pair_that_meets_often_is_flagged_and_not_hindered(world: Compensated) -> None:
    for _ in range(4):
        world.gives(1_000)
    assert [one.flags for one in world.all()] == [(), (), (), ("frequent_pair",)]
    assert world.the("c4").state == "granted"


def test_giving_after_the_close_is_flagged() -> None:
    world = Compensated()
    reach("closed", world=world)
    world.gives(1_000)
    assert (world.the().state, world.the().flags) == ("granted", ("after_close",))


def test_the_same_proposal_is_made_once(world: Compensated) -> None:
    world.gives(1_000)
    command = k.ProposeCompensation(
        compensation_id="c1", ticket_id="t1", benefit="gift", amount_fen=9_000, reason="又一次"
    )
    assert world.asks(command, LIN) == []


def test_what_an_anonymous_complaint_brought_counts_apart(world: Compensated) -> None:
    """The figure beside a repair's compensation would tell that this household complained."""
    told = complaint("x1", subject_of_complaint="u-sun", anonymous=True)
    world.do(told, OWNER, ticket="x1")
    world.gives(30_000, ticket="x1")
    world.gives(40_000, ZHOU)
    figures = [one.authority.exposure_fen for one in world.all() if one.authority]
    assert figures == [30_000, 40_000]
    assert [one.ticket_id for one in world.exposure().entries] == ["t1"]
    assert [one.amount_fen for one in world.exposure("x1").entries] == [30_000]
    decided = world.states[STAFF_EXPOSURE.stream("u-lin").id].decisions
    assert [one.household_id for one in decided] == [None]


def test_what_is_taken_back_is_released_where_it_counted(world: Compensated) -> None:
    world.do(complaint("x1", anonymous=True), OWNER, ticket="x1")
    world.gives(30_000, ticket="x1")
    world.asks(k.VoidCompensation(reason="重复"), MANAGER)
    assert world.exposure("x1").entries == ()
    assert world.exposure().entries == ()
