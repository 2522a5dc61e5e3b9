"""What an engineer carries."""

from app.domain.records.workload import WORKLOAD, Workload
from app.events.base import SYSTEM, Fact
from app.events.workload import LoadReleased, LoadTaken
from tests.given_when_then import NOW


def carried(*events: LoadTaken | LoadReleased) -> tuple[str, ...]:
    facts = [Fact(event, NOW, SYSTEM) for event in events]
    return WORKLOAD.fold(WORKLOAD.initial, facts).tickets


def test_nobody_carries_anything_at_first() -> None:
    assert WORKLOAD.initial == Workload(tickets=())
    assert WORKLOAD.stream("u-li").id == "workload-u-li"


def test_what_is_taken_is_carried_until_it_is_released() -> None:
    t1, t2 = LoadTaken(ticket_id="t1"), LoadTaken(ticket_id="t2")
    assert carried(t1, t2) == ("t1", "t2")
    assert carried(t1, t2, LoadReleased(ticket_id="t1")) == ("t2",)


def test_a_ticket_is_carried_once() -> None:
    assert carried(LoadTaken(ticket_id="t1"), LoadTaken(ticket_id="t1")) == ("t1",)


def test_what_is_not_carried_is_released_without_a_word() -> None:
    assert carried(LoadReleased(ticket_id="t1")) == ()


def test_the_others_are_those_beside_one() -> None:
    load = Workload(tickets=("t1", "t2"))
    assert (load.beside("t1"), load.beside("t3")) == (1, 2)
