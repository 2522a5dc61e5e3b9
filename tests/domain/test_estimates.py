"""Estimates by the published formulas, by hand, and by drawing again and again from the sample."""

import random
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.statistics.estimates import (
    Estimate,
    mean_of,
    mean_of_counts,
    net_share,
    share,
    stratified,
    two_sided_p,
    z_between,
)
from app.domain.statistics.intervals import wilson

SCORES = st.lists(st.integers(1, 7), min_size=2, max_size=200)
DRAWS = 4000


def test_the_net_share_by_hand() -> None:
    """50 promoters and 20 detractors of 100: Var = (0.5 + 0.2 - 0.3²)/100 = 0.0061."""
    found = net_share(50, 20, 100)
    assert found.value == pytest.approx(0.30)
    assert found.variance == pytest.approx(0.0061)
    assert found.interval == pytest.approx((0.30 - 1.96 * sqrt(0.0061), 0.30 + 1.96 * sqrt(0.0061)))
    assert found.scaled(100).interval == pytest.approx((14.692, 45.308), abs=1e-3)


def test_the_net_share_is_the_mean_of_plus_one_nought_and_minus_one() -> None:
    """The same score, had as a mean: its variance is that of the answers (with n, not n - 1)."""
    answers = [1] * 50 + [0] * 30 + [-1] * 20
    found = net_share(50, 20, 100)
    assert found.value == pytest.approx(statistics.fmean(answers))
    assert found.variance == pytest.approx(statistics.pvariance(answers) / 100)


@given(promoters=st.integers(0, 50), detractors=st.integers(0, 50), passives=st.integers(0, 50))
def test_a_net_share_lies_between_all_and_none(
    promoters: int, detractors: int, passives: int
) -> None:
    n = promoters + detractors + passives
    if n:
        found = net_share(promoters, detractors, n)
        assert -1 <= found.value <= 1
        assert 0 <= found.variance <= 1 / n


def test_everybody_alike_leaves_nothing_to_doubt() -> None:
    assert net_share(40, 0, 40) == Estimate(1.0, 0.0, 40)


@given(scores=SCORES)
def test_a_mean_has_the_variance_of_the_sample(scores: list[int]) -> None:
    found = mean_of(scores)
    assert found.value == pytest.approx(statistics.fmean(scores))
    assert found.variance == pytest.approx(statistics.variance(scores) / len(scores), abs=1e-12)
    counted = mean_of_counts(Counter(scores))
    assert counted.value == pytest.approx(found.value)
    assert counted.n == found.n
    assert counted.variance == pytest.approx(found.variance, abs=1e-12)


def test_one_answer_has_no_variance() -> None:
    assert mean_of([4]) == mean_of_counts({4: 1}) == Estimate(4.0, 0.0, 1)


def test_strata_count_by_their_base_and_not_by_who_answered() -> None:
    """Three quarters live online, where few like us; most of the answers came on paper."""
    online, offline = net_share(10, 10, 40), net_share(60, 0, 60)
    found = stratified([(online, 900), (offline, 300)])
    assert found.value == pytest.approx(0.75 * 0.0 + 0.25 * 1.0)
    assert found.variance == pytest.approx(0.75**2 * (0.5 / 40) + 0.25**2 * 0.0)
    assert found.n == 100


@given(online=st.integers(1, 30), offline=st.integers(1, 30))
def test_strata_in_proportion_are_the_plain_mean(online: int, offline: int) -> None:
    strata = [(share(online // 2, online), online), (share(offline // 3, offline), offline)]
    plain = share(online // 2 + offline // 3, online + offline)
    assert stratified(strata).value == pytest.approx(plain.value)


def test_two_waves_by_hand() -> None:
    """10 → 35: z = 0.25/√(0.0069 + 0.006275) = 2.178."""
    earlier, later = net_share(40, 30, 100), net_share(55, 20, 100)
    z = z_between(earlier, later)
    assert z == pytest.approx(0.25 / sqrt(0.0069 + 0.006275))
    assert z == pytest.approx(2.178, abs=1e-3)
    assert two_sided_p(z or 0) == pytest.approx(0.0294, abs=1e-4)
    assert z_between(later, earlier) == pytest.approx(-(z or 0))


def test_two_waves_without_any_doubt_have_no_z() -> None:
    assert z_between(net_share(10, 0, 10), net_share(0, 10, 10)) is None


@pytest.mark.parametrize(("z", "p"), [(0.0, 1.0), (1.96, 0.05), (2.5758, 0.01), (-1.6449, 0.1)])
def test_p_is_that_of_the_tables(z: float, p: float) -> None:
    assert two_sided_p(z) == pytest.approx(p, abs=1e-4)


def drawn_again(
    answers: Sequence[int], figure: Callable[[Sequence[int]], float]
) -> tuple[float, float]:
    """The percentile bootstrap (Efron 1979): the figure of many samples drawn from the sample."""
    draw = random.Random(20240305)
    found = sorted(figure(draw.choices(answers, k=len(answers))) for _ in range(DRAWS))
    return found[round(0.025 * DRAWS)], found[round(0.975 * DRAWS) - 1]


def net(answers: Sequence[int]) -> float:
    return sum((score >= 9) - (score <= 6) for score in answers) / len(answers)


def test_the_interval_of_nps_is_what_drawing_again_finds() -> None:
    answers = [10] * 60 + [9] * 50 + [8] * 40 + [7] * 20 + [6] * 15 + [3] * 15
    found = net_share(110, 30, 200).interval
    assert found == pytest.approx(drawn_again(answers, net), abs=0.012)


def test_the_interval_of_a_mean_is_what_drawing_again_finds() -> None:
    answers = [1] * 40 + [2] * 70 + [3] * 50 + [4] * 25 + [5] * 15
    found = mean_of(answers).interval
    assert found == pytest.approx(drawn_again(answers, statistics.fmean), abs=0.02)


def test_the_interval_of_a_share_is_what_drawing_again_finds() -> None:
    answers = [1] * 150 + [0] * 50
    assert wilson(150, 200) == pytest.approx(drawn_again(answers, statistics.fmean), abs=0.012)
