"""Authority: limits that include their figure, versions, deputies, and who is asked beyond them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain import decider as domain
from app.domain.authority.decider import (
    AUTHORITY,
    AUTHORITY_BOOK,
    Authority,
    RecordAuthority,
    approver_roles,
    authority_for,
    counts_as,
)
from app.domain.authority.matrix import DEFAULT_MATRIX, with_default_caps
from app.events.authority import AuthorityRecorded, AuthorityRow, Deputy
from app.events.base import Actor, Fact
from tests.given_when_then import NOW, SHANGHAI, Given

ADMIN = Actor(subject="u-admin", role="admin")
WANG = Actor(subject="u-wang", role="manager")
LIN = Actor(subject="u-lin", role="csr")
ZHAO = Actor(subject="u-zhao", role="supervisor")
DAY = timedelta(days=1)

GIFTS = AuthorityRow(
    kind="gift", limit_fen=30_000, per_ticket_fen=30_000, per_household_30d_fen=40_000
)
FOR_ZHAO = Deputy(subject="u-lin", delegated_by="u-zhao", valid_from=NOW, valid_until=NOW + DAY)


def csr(*rows: AuthorityRow, version: int = 2, **more: Any) -> AuthorityRecorded:
    said: dict[str, Any] = {"role": "csr", "version": version, "valid_from": NOW, "rows": rows}
    return AuthorityRecorded(**(said | more))


def given(by: Actor, *events: Any, at: datetime = NOW, occurred_at: datetime = NOW) -> domain.Given:
    matrix = AUTHORITY.fold(None, [Fact(event, NOW, ADMIN) for event in events])
    states = {AUTHORITY_BOOK.id: matrix}
    return domain.Given(actor=by, now=at, occurred_at=occurred_at, zone=SHANGHAI, states=states)


@pytest.mark.parametrize(
    ("role", "kind", "limit_fen"),
    [
        ("csr", "fee_credit", 50_000),
        ("csr", "gift", 50_000),
        ("csr", "cash", 50_000),
        ("csr", "material", 0),
        ("engineer", "material", 20_000),
        ("engineer", "gift", 0),
        ("supervisor", "housekeeping", 200_000),
        ("manager", "fee_credit", 500_000),
        ("admin", "fee_credit", 5_000_000),
        ("security", "fee_credit", 0),
        ("finance", "fee_credit", 0),
        ("owner", "fee_credit", 0),
        ("auditor", "fee_credit", 0),
    ],
)
def test_the_default_pack(role: str, kind: str, limit_fen: int) -> None:
    held = authority_for(given(Actor(subject="x", role=role)), kind)
    assert (held.role, held.limit_fen, held.matrix_version) == (role, limit_fen, 1)
    assert held.per_staff_day_fen is None


def test_what_is_given_in_parts_counts_together() -> None:
    held = authority_for(given(LIN), "gift")
    assert (held.per_ticket_fen, held.per_household_30d_fen) == (50_000, 50_000)


@pytest.mark.parametrize(
    ("amount_fen", "roles"),
    [
        (1, ("supervisor", "manager", "admin")),
        (200_000, ("supervisor", "manager", "admin")),
        (200_001, ("manager", "admin")),
        (500_000, ("manager", "admin")),
        (500_001, ("admin",)),
        (5_000_000, ("admin",)),
        (5_000_001, ("admin",)),
    ],
)
def test_the_lowest_level_that_suffices_is_asked_and_those_above(
    amount_fen: int, roles: tuple[str, ...]
) -> None:
    assert approver_roles(given(LIN), "fee_credit", amount_fen) == roles


def test_what_is_said_of_a_kind_outweighs_what_is_said_of_any() -> None:
    any_benefit = AuthorityRow(kind="any_benefit", limit_fen=50_000)
    look = given(LIN, csr(any_benefit, GIFTS))
    assert authority_for(look, "gift").limit_fen == 30_000
    assert authority_for(look, "cash").limit_fen == 50_000
    assert authority_for(look, "material").limit_fen == 0, "materials are no benefit"


def test_a_version_holds_from_its_time_on_and_is_told_apart() -> None:
    later = csr(GIFTS, valid_from=NOW + DAY)
    before, after = given(LIN, later), given(LIN, later, at=NOW + DAY)
    assert (
        authority_for(before, "gift").limit_fen,
        authority_for(before, "gift").matrix_version,
    ) == (
        50_000,
        1,
    )
    assert (
        authority_for(after, "gift").limit_fen,
        authority_for(after, "gift").matrix_version,
    ) == (
        30_000,
        2,
    )


def test_authority_is_judged_as_of_now_and_not_of_when_it_occurred() -> None:
    late = given(LIN, csr(GIFTS), at=NOW, occurred_at=NOW - DAY)
    assert authority_for(late, "gift").limit_fen == 30_000


def test_a_row_ends_at_its_last_instant() -> None:
    passing = AuthorityRow(kind="gift", limit_fen=90_000, valid_until=NOW + DAY)
    any_benefit = AuthorityRow(kind="any_benefit", limit_fen=50_000)
    recorded = csr(passing, any_benefit)
    last = given(LIN, recorded, at=NOW + DAY - timedelta(microseconds=1))
    assert authority_for(last, "gift").limit_fen == 90_000
    assert authority_for(given(LIN, recorded, at=NOW + DAY), "gift").limit_fen == 50_000


def test_a_deputy_has_the_authority_of_the_role_while_it_lasts() -> None:
    recorded = AuthorityRecorded(
        role="supervisor",
        version=2,
        valid_from=NOW,
        rows=(AuthorityRow(kind="any_benefit", limit_fen=200_000),),
        deputies=(FOR_ZHAO,),
    )
    held = authority_for(given(LIN, recorded), "gift")
    assert (held.role, held.limit_fen, held.delegated_by) == ("supervisor", 200_000, "u-zhao")
    over = authority_for(given(LIN, recorded, at=NOW + DAY), "gift")
    assert (over.role, over.limit_fen, over.delegated_by) == ("csr", 50_000, None)
    early = authority_for(given(LIN, recorded, at=NOW - timedelta(seconds=1)), "gift")
    assert early.limit_fen == 50_000
    assert authority_for(given(ZHAO, recorded), "gift").delegated_by is None


def test_a_deputy_counts_as_the_absent_one() -> None:
    recorded = csr(GIFTS, deputies=(FOR_ZHAO,))
    assert counts_as(given(LIN, recorded)) == {"u-lin", "u-zhao"}
    assert counts_as(given(LIN, recorded, at=NOW + DAY)) == {"u-lin"}


def test_a_deputy_keeps_the_own_authority_where_that_is_more() -> None:
    recorded = csr(GIFTS, deputies=(Deputy(**{**_fields(FOR_ZHAO), "subject": "u-wang"}),))
    assert authority_for(given(WANG, recorded), "gift") == Authority(
        role="manager",
        limit_fen=500_000,
        per_ticket_fen=500_000,
        per_household_30d_fen=500_000,
        per_staff_day_fen=None,
        matrix_version=1,
        is_held=True,
    )


def _fields(deputy: Deputy) -> dict[str, Any]:
    return {name: getattr(deputy, name) for name in Deputy.__struct_fields__}


def record(*rows: AuthorityRow, **more: Any) -> RecordAuthority:
    return RecordAuthority(**({"role": "csr", "rows": rows} | more))


def test_a_version_is_recorded_and_counted_over_the_whole_matrix() -> None:
    Given(AUTHORITY).when(record(GIFTS), by=ADMIN).then(csr(GIFTS))
    said = record(AuthorityRow(kind="material", limit_fen=30_000), role="engineer")
    rows = (
        AuthorityRow(
            kind="material", limit_fen=30_000, per_ticket_fen=30_000, per_household_30d_fen=30_000
        ),
    )
    Given(AUTHORITY, csr(GIFTS)).when(said, by=ADMIN).then(
        AuthorityRecorded(role="engineer", version=3, valid_from=NOW, rows=rows)
    )


def test_the_same_again_changes_nothing() -> None:
    Given(AUTHORITY, csr(GIFTS)).when(record(GIFTS), by=ADMIN).then_nothing()
    first = DEFAULT_MATRIX.role("security")
    assert first is not None
    again = record(*first.latest.rows, role="security", source=first.latest.source)
    Given(AUTHORITY).when(again, by=ADMIN).then_nothing()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (AuthorityRow(kind="gift"), "required"),
        (AuthorityRow(kind="activity_days"), "required"),
        (AuthorityRow(kind="activity_days", limit_days=3, limit_fen=1), "limit_of_other_measure"),
        (AuthorityRow(kind="mediation", limit_days=1), "limit_of_other_measure"),
        (AuthorityRow(kind="gift", limit_fen=1, limit_days=1), "limit_of_other_measure"),
        (AuthorityRow(kind="activity_days", limit_days=366), "out_of_range"),
        (AuthorityRow(kind="gift", limit_fen=-1), "out_of_range"),
        (AuthorityRow(kind="gift", limit_fen=2**53), "out_of_range"),
        (AuthorityRow(kind="gift", limit_fen=1, per_staff_day_fen=-1), "out_of_range"),
        (AuthorityRow(kind="holidays", limit_fen=1), "not_one_of"),
    ],
)
def test_a_row_that_says_nothing_sound_is_refused(row: AuthorityRow, code: str) -> None:
    Given(AUTHORITY).when(record(row), by=ADMIN).then_refused(code)


def test_one_kind_has_one_row() -> None:
    Given(AUTHORITY).when(record(GIFTS, GIFTS), by=ADMIN).then_refused("duplicate_entry")


def test_nobody_is_the_own_deputy_and_a_deputy_is_one_for_a_time() -> None:
    oneself = Deputy(**{**_fields(FOR_ZHAO), "delegated_by": "u-lin"})
    command = record(GIFTS, deputies=(oneself,))
    Given(AUTHORITY).when(command, by=ADMIN).then_refused("deputy_of_oneself")
    never = Deputy(**{**_fields(FOR_ZHAO), "valid_until": NOW})
    command = record(GIFTS, deputies=(never,))
    Given(AUTHORITY).when(command, by=ADMIN).then_refused("empty_interval")


def test_only_who_stands_above_lays_down_authority() -> None:
    Given(AUTHORITY).when(record(GIFTS), by=LIN).then_refused("role_not_permitted")
    Given(AUTHORITY).when(record(GIFTS), by=WANG).then(csr(GIFTS))
    for role in ("manager", "admin"):
        Given(AUTHORITY).when(record(GIFTS, role=role), by=WANG).then_refused(
            "authority_of_superiors"
        )
    much = with_default_caps(AuthorityRow(kind="gift", limit_fen=500_001))
    Given(AUTHORITY).when(record(much), by=WANG).then_refused("beyond_authority", limit_fen=500_000)
    Given(AUTHORITY).when(record(much), by=ADMIN).then(csr(much))


def test_versions_of_long_ago_are_forgotten_by_the_fold_alone() -> None:
    Given(AUTHORITY).when(
        record(GIFTS, valid_from=datetime(1800, 1, 1, tzinfo=UTC)), by=ADMIN
    ).then_refused("out_of_range")
    matrix = None
    for n in range(60):
        row = AuthorityRow(kind="gift", limit_fen=n)
        matrix = AUTHORITY.evolve(matrix, Fact(csr(row, version=n + 2), NOW, ADMIN))
    kept = matrix.role("csr") if matrix else None
    assert kept is not None
    assert (len(kept.versions), kept.latest.rows[0].limit_fen) == (50, 59)
