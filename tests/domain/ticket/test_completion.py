"""CompleteWork, Verify, SignCompletion, Dispute."""

import hashlib
import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.repair.completion import hash_of
from app.events.base import SYSTEM, Actor, Fact
from app.events.ticket import (
    CompletionDisputed,
    CompletionFormIssued,
    CompletionSigned,
    FormLine,
    WorkCompleted,
    WorkVerified,
)
from app.events.workload import LoadReleased
from tests.domain.ticket.world import (
    AT_HOME,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    World,
    check_all,
    complete,
    reach,
)

DONE = c.CompleteWork(photo_ids=("p-before", "p-after"), summary="换了水管")


def ready(status: str = "on_site") -> World:
    world = reach(status)
    check_all(world)
    return world


def test_completed_work_is_frozen_in_a_form() -> None:
    world = ready()
    world.do(c.AddCost(kind="material", description="软管", amount_fen=8650, batch="b7"), LI)
    world.do(c.AddCost(kind="labour", description="人工", amount_fen=5000), LI)
    completed, issued = world.do(DONE, LI)
    assert completed == WorkCompleted(
        engineer="u-li",
        summary="换了水管",
        photos=completed.photos,
        material_fen=8650,
        labour_fen=5000,
        billed_fen=0,
        cycle=1,
    )
    form = issued.form
    assert [photo.id for photo in form.photos] == ["p-before", "p-after"]
    assert (form.number, form.cycle, form.location) == ("R240305-0001", 1, AT_HOME)
    assert (form.engineer_name, form.completed_at) == ("李师傅", world.now)
    assert form.lines == (
        FormLine(kind="material", description="软管", amount_fen=8650, batch="b7"),
        FormLine(kind="labour", description="人工", amount_fen=5000),
    )
    assert world.status() == "completed"
    assert world.load(LI) == ()
    assert world.do(DONE, LI) == []


def test_completed_work_is_nobodys_load() -> None:
    world = ready()
    world.do(DONE, LI)
    loads = [(on.stream.id, on.event) for on in world.beside if "workload" in on.stream.id]
    assert loads == [("workload-u-li", LoadReleased(ticket_id="t1"))]


def test_the_hash_is_that_of_the_forms_canonical_json() -> None:
    world = ready()
    issued = world.do(DONE, LI, nonce="5a17" * 8)[1]
    form = issued.form
    assert issued == CompletionFormIssued(form_hash=hash_of(form), form=form)
    assert world.ticket().completion.form_hash == issued.form_hash  # type: ignore[union-attr]
    photos = [{"id": p.id, "sha256": p.sha256, "stage": p.stage} for p in form.photos]
    by_hand = {
        "number": "R240305-0001",
        "cycle": 1,
        "location": {
            "community": "jinxiu",
            "building": "3",
            "unit": "1201",
            "component": "kitchen.drain",
            "lat_e6": 31_230_000,
            "lon_e6": 121_470_000,
        },
        "engineer": "u-li",
        "engineer_name": "李师傅",
        "summary": "换了水管",
        "photos": photos,
        "lines": [],
        "material_fen": 0,
        "labour_fen": 0,
        "billed_fen": 0,
        "completed_at": "2024-03-05T01:00:00Z",
        "nonce": "5a17" * 8,
    }
    text = json.dumps(by_hand, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert issued.form_hash == hashlib.sha256(text.encode()).hexdigest()


def test_another_form_has_another_hash() -> None:
    form = ready().do(DONE, LI)[1].form
    assert hash_of(form) != hash_of(replace(form, material_fen=1))


@pytest.mark.parametrize("photos", [(), ("p-before",), ("p-on_site", "p-progress")])
def test_a_photo_shows_how_it_looks_now(photos: tuple[str, ...]) -> None:
    command = replace(DONE, photo_ids=photos)
    ready().refuses(command, LI, "after_photo_required", IllegalTransition)


def test_every_required_item_is_checked() -> None:
    world = reach("on_site")
    world.do(c.CheckItem(item="shoe_covers"), LI)
    refused = world.refuses(DONE, LI, "checklist_incomplete", IllegalTransition)
    assert refused.details == {"items": ["rubbish_bags", "satisfaction_form"]}


def test_an_item_that_is_not_required_may_be_left() -> None:
    world = reach("on_site")
    ticket = world.ticket()
    loose = tuple(replace(check, required=False) for check in ticket.checklist)
    world.states["ticket-t1"] = replace(ticket, checklist=loose)
    assert world.do(DONE, LI)


def test_the_summary_says_something() -> None:
    command = replace(DONE, summary=" ")
    assert ready().refuses(command, LI, "blank", Unacceptable).pointer == "/summary"


def test_only_a_chargeable_solution_is_billed() -> None:
    world = ready("in_progress")  # on a solution that the owner agreed to pay
    world.do(c.AddCost(kind="material", description="软管", amount_fen=100), LI)
    world.do(c.AddCost(kind="labour", description="人工", amount_fen=5000), LI)
    assert world.do(DONE, LI)[0].billed_fen == 5100
    assert (world.ticket().billing.status, world.ticket().billing.owed_fen) == ("due", 5100)


def test_disputed_work_may_be_done_again() -> None:
    world = reach("disputed")
    world.wait(hours=1)
    [completed, issued] = world.do(DONE, LI)
    assert (world.status(), issued.form.completed_at) == ("completed", world.now)
    assert completed.cycle == 1
    assert world.load(LI) == ()


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER])
def test_complex_work_is_verified(by: Actor) -> None:
    world = reach("on_site")
    world.do(c.Reclassify(service_class="complex", reason="主管道"), LIN)
    complete(world)
    assert world.do(c.Verify(), by) == [WorkVerified()]
    assert world.do(c.Verify(), by) == []
    assert world.do(c.SignCompletion(), OWNER)


def test_nobody_verifies_the_own_work() -> None:
    world = reach("on_site")
    world.do(c.Reclassify(service_class="complex", reason="主管道"), LIN)
    complete(world)
    executor = Actor(subject=LI.subject, role="supervisor")
    world.refuses(c.Verify(), executor, "verifier_is_executor", NotPermitted)


def test_other_work_needs_no_verification() -> None:
    refused = reach("completed").refuses(
        c.Verify(), SUPERVISOR, "verification_not_needed", IllegalTransition
    )
    assert refused.details == {"service_class": "general"}


@pytest.mark.parametrize("status", ["completed", "verified", "disputed"])
def test_the_owner_signs_the_form(status: str) -> None:
    world = reach(status)
    completion = world.ticket().completion
    assert completion is not None
    assert completion.form_hash is not None
    world.wait(minutes=22)
    assert world.do(c.SignCompletion(form_hash=completion.form_hash), OWNER) == [
        CompletionSigned(form_hash=completion.form_hash)
    ]
    signed = world.ticket().completion
    assert signed is not None
    assert (signed.signed_at, signed.auto) == (world.now, False)
    assert world.do(c.SignCompletion(), OWNER) == []


def test_another_form_than_the_one_issued_is_not_signed() -> None:
    command = c.SignCompletion(form_hash="0" * 64)
    reach("completed").refuses(command, OWNER, "form_changed", IllegalTransition)


def test_after_three_days_silence_is_consent() -> None:
    world = reach("completed")
    completion = world.ticket().completion
    assert completion is not None
    due = completion.completed_at + timedelta(hours=72)
    assert world.wait(hours=71, minutes=59).lapse() == []
    assert world.wait(hours=5).lapse() == [
        Fact(CompletionSigned(form_hash=completion.form_hash or "", auto=True), due, SYSTEM)
    ]
    signed = world.ticket().completion
    assert signed is not None
    assert (signed.signed_at, signed.auto, world.status()) == (due, True, "confirmed")


def test_an_owner_who_disagrees_is_not_silent() -> None:
    world = reach("completed")
    world.refuses(c.Dispute(reason=""), OWNER, "blank", Unacceptable)
    assert world.do(c.Dispute(reason="还在滴水"), OWNER) == [CompletionDisputed(reason="还在滴水")]
    assert world.do(c.Dispute(reason="还在滴水"), OWNER) == []
    assert world.wait(days=10).lapse() == []
    assert world.status() == "disputed"
