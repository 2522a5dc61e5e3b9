"""What is left out of compensations and the ledger, and which of them who may list. No server."""

from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.errors import NotFound
from app.projections.compensations import CompensationFilters
from app.projections.ledger_lists import LedgerFilters
from app.viewer import Viewer
from app.views.compensation import ledger, visible
from app.views.compensation.redaction import without_household
from app.views.compensation.render import render_compensation
from tests.compensation.world import Compensated
from tests.domain.ticket.world import HOUSEHOLD, LIN

ZHANG = Viewer(role="owner", subject="o-zhang", household_id=HOUSEHOLD, communities=("jinxiu",))
NO_DOOR = Viewer(role="owner", subject="o-li")
CSR = Viewer(role="csr", subject="u-lin", communities=("jinxiu",))
GUARD = Viewer(role="security", subject="u-bao", communities=("jinxiu",))


def given() -> tuple[Compensated, dict[str, Any]]:
    """A gift beyond the front desk's own authority, as it waits."""
    world = Compensated()
    world.late()
    world.gives(60_000, LIN, good_faith=True)
    world.wait(minutes=25)
    waiting = next(one for one in world.all() if one.benefit == "gift")
    return world, {"c": waiting, "version": 3, "now": world.now}


def test_staff_see_how_long_it_waits_and_what_is_recorded_about_it() -> None:
    _, said = given()
    rendered = render_compensation(CSR, **said)
    assert (rendered["state"], rendered["waiting"]) == ("pending_approval", "PT25M")
    assert rendered["waiting_since"] == said["c"].pending_since
    assert rendered["flags"] == said["c"].flags


def test_owners_do_not_see_what_staff_record_about_each_other() -> None:
    world, _ = given()
    granted = next(one for one in world.all() if one.benefit == "fee_credit")
    granted = replace(granted, flags=("near_limit",), no_fault=True)
    whole = render_compensation(CSR, granted, 2, world.now)
    rendered = render_compensation(ZHANG, granted, 2, world.now)
    internal: dict[str, Any] = {"flags": [], "authority": None, "no_fault": None}
    assert {name: rendered[name] for name in internal} == internal
    assert {**whole, **internal} == rendered
    assert (rendered["waiting_since"], rendered["waiting"]) == (None, None)


def test_a_redacted_row_names_the_household_neither_as_such_nor_in_an_account() -> None:
    entry = {
        "ticket_id": "t1",
        "household_id": HOUSEHOLD,
        "debit": "expense:jinxiu",
        "credit": f"liability:{HOUSEHOLD}",
        "amount_fen": 5_000,
    }
    assert without_household(entry) == {
        "ticket_id": "t1",
        "household_id": None,
        "debit": "expense:jinxiu",
        "credit": "liability:anonymous",
        "amount_fen": 5_000,
    }


def test_owners_list_their_own_household_whatever_they_ask_for() -> None:
    mine = CompensationFilters(household_id=HOUSEHOLD, viewer=ZHANG)
    assert visible.visible_filters(ZHANG, CompensationFilters()) == mine
    assert visible.visible_filters(ZHANG, CompensationFilters(household_id=HOUSEHOLD)) == mine
    assert visible.visible_filters(ZHANG, CompensationFilters(household_id="h-other")) is None
    assert visible.visible_filters(NO_DOOR, CompensationFilters()) is None


def test_staff_list_their_communities_and_some_only_what_they_proposed() -> None:
    asked = CompensationFilters(household_id="h-other")
    assert visible.visible_filters(CSR, asked) == CompensationFilters(
        household_id="h-other", viewer=CSR
    )
    assert visible.visible_filters(GUARD, asked) == CompensationFilters(
        household_id="h-other", viewer=GUARD, proposed_by="u-bao"
    )


def test_owners_read_no_other_households_books() -> None:
    mine = LedgerFilters(household_id=HOUSEHOLD, viewer=ZHANG)
    assert ledger.visible_filters(ZHANG, LedgerFilters()) == mine
    for viewer, asked in ((ZHANG, "h-other"), (NO_DOOR, None), (NO_DOOR, "h-other")):
        with pytest.raises(NotFound):
            ledger.visible_filters(viewer, LedgerFilters(household_id=asked))
    assert ledger.visible_filters(CSR, LedgerFilters()).viewer == CSR
