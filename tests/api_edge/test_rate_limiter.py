"""A burst of requests, then a steady rate, for each key."""

import pytest

from app.http.rate_limiter import RateLimiter
from app.http.refusals import TooManyRequests


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def accepted(limiter: RateLimiter, key: str) -> int:
    """How many requests pass before one is refused."""
    for n in range(100):
        try:
            limiter.take(key)
        except TooManyRequests:
            return n
    return 100


def test_a_burst_passes_and_then_a_steady_rate() -> None:
    clock = Clock()
    limiter = RateLimiter(burst=5, seconds_per_request=2, clock=clock)
    assert accepted(limiter, "a") == 5
    clock.now += 2
    assert accepted(limiter, "a") == 1
    clock.now += 7
    assert accepted(limiter, "a") == 3
    clock.now += 1000
    assert accepted(limiter, "a") == 5


def test_a_refusal_names_the_time_to_wait() -> None:
    limiter = RateLimiter(burst=1, seconds_per_request=30, clock=Clock())
    limiter.take("a")
    with pytest.raises(TooManyRequests) as refused:
        limiter.take("a")
    assert refused.value.retry_after == 30


def test_each_key_has_its_own_limit() -> None:
    limiter = RateLimiter(burst=2, seconds_per_request=60, clock=Clock())
    assert (accepted(limiter, "a"), accepted(limiter, "b")) == (2, 2)


def test_the_oldest_key_is_dropped_when_there_are_too_many() -> None:
    limiter = RateLimiter(burst=1, seconds_per_request=60, max_keys=2, clock=Clock())
    for key in ("a", "b", "c"):
        limiter.take(key)
    assert accepted(limiter, "a") == 1
    assert accepted(limiter, "c") == 0
