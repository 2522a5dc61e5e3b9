"""So many at once, then so many a second."""

import pytest

from app.http.rate_limiter import Allowance
from app.http.refusals import TooManyRequests


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def knocks(allowance: Allowance, key: str) -> int:
    """How many are let in before one is not."""
    for n in range(100):
        try:
            allowance.take(key)
        except TooManyRequests:
            return n
    return 100


def test_a_burst_is_let_in_and_then_one_at_a_time() -> None:
    clock = Clock()
    allowance = Allowance(burst=5, seconds_each=2, clock=clock)
    assert knocks(allowance, "a") == 5
    clock.now += 2
    assert knocks(allowance, "a") == 1
    clock.now += 7
    assert knocks(allowance, "a") == 3
    clock.now += 1000
    assert knocks(allowance, "a") == 5


def test_who_is_refused_is_told_how_long_to_wait() -> None:
    allowance = Allowance(burst=1, seconds_each=30, clock=Clock())
    allowance.take("a")
    with pytest.raises(TooManyRequests) as refused:
        allowance.take("a")
    assert refused.value.retry_after == 30


def test_keys_do_not_share() -> None:
    allowance = Allowance(burst=2, seconds_each=60, clock=Clock())
    assert (knocks(allowance, "a"), knocks(allowance, "b")) == (2, 2)


def test_no_more_are_remembered_than_there_is_room_for() -> None:
    allowance = Allowance(burst=1, seconds_each=60, remembered=2, clock=Clock())
    for key in ("a", "b", "c"):
        allowance.take(key)
    assert knocks(allowance, "a") == 1
    assert knocks(allowance, "c") == 0
