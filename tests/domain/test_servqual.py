"""SERVQUAL: 22 pairs, five dimensions, a hundred points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.statistics.servqual import (
    DIMENSIONS,
    EVEN,
    ITEMS,
    Questionnaire,
    dimensions_of,
    gaps_of,
    unweighted_score,
    weighted_gap,
    weighted_score,
)

RATINGS = st.lists(st.integers(1, 7), min_size=ITEMS, max_size=ITEMS)


def questionnaire(*gaps: int, weights: tuple[int, ...] | None = None) -> Questionnaire:
    """Expected 6 of everything; each dimension was found so much better or worse."""
    perceived = [
        6 + gap for gap, count in zip(gaps, DIMENSIONS.values(), strict=True) for _ in range(count)
    ]
    return Questionnaire(expected=[6] * ITEMS, perceived=perceived, weights=weights)


def test_the_items_are_those_of_1988() -> None:
    assert DIMENSIONS == {
        "tangibles": 4,
        "reliability": 5,
        "responsiveness": 4,
        "assurance": 4,
        "empathy": 5,
    }
    assert ITEMS == 22
    assert sum(EVEN) == 100


def test_a_gap_is_perception_less_expectation_by_dimension() -> None:
    assert gaps_of(questionnaire(0, -2, -1, 1, -3)) == [0, -2, -1, 1, -3]


def test_each_item_belongs_to_its_dimension() -> None:
    """Items 1-4, 5-9, 10-13, 14-17 and 18-22, in the order of the questionnaire."""
    firsts = {1: 0, 4: 0, 5: 1, 9: 1, 10: 2, 13: 2, 14: 3, 17: 3, 18: 4, 22: 4}
    for number, dimension in firsts.items():
        perceived = [4] * ITEMS
        perceived[number - 1] = 5
        gaps = gaps_of(Questionnaire(expected=[4] * ITEMS, perceived=perceived))
        assert [n for n, gap in enumerate(gaps) if gap] == [dimension]


def test_what_matters_more_counts_more() -> None:
    """Reliability is worth half of all: (-2·50 - 1·20 + 1·10)/100 = -1.1."""
    answer = questionnaire(0, -2, -1, 1, 0, weights=(10, 50, 20, 10, 10))
    assert weighted_gap(answer) == pytest.approx(-1.1)


def test_without_points_every_dimension_is_worth_the_same() -> None:
    answer = questionnaire(0, -2, -1, 1, -3)
    assert weighted_gap(answer) == pytest.approx(-1.0)
    assert weighted_score([answer]).value == unweighted_score([answer]).value


def test_each_person_is_weighed_by_the_own_points() -> None:
    """Not by the mean of everybody's: who cares for empathy alone is right about empathy."""
    kind = questionnaire(0, 0, 0, 0, -4, weights=(0, 0, 0, 0, 100))
    quick = questionnaire(0, 0, -2, 0, 0, weights=(0, 0, 100, 0, 0))
    assert weighted_score([kind, quick]).value == pytest.approx(-3.0)
    assert unweighted_score([kind, quick]).value == pytest.approx((-0.8 - 0.4) / 2)


def test_dimensions_show_means_and_weights() -> None:
    several = [
        questionnaire(0, -2, 0, 0, 0, weights=(20, 40, 20, 10, 10)),
        questionnaire(0, 0, 0, 0, 0, weights=(20, 20, 20, 20, 20)),
    ]
    reliability = dimensions_of(several)[1]
    assert reliability.dimension == "reliability"
    assert (reliability.expected, reliability.perceived) == (6, 5)
    assert (reliability.gap.value, reliability.weight) == (-1, 30)


@given(expected=RATINGS, perceived=RATINGS)
def test_gaps_lie_within_the_scale_and_turn_round(
    expected: list[int], perceived: list[int]
) -> None:
    one = Questionnaire(expected=expected, perceived=perceived)
    other = Questionnaire(expected=perceived, perceived=expected)
    assert all(-6 <= gap <= 6 for gap in gaps_of(one))
    assert weighted_gap(one) == pytest.approx(-weighted_gap(other))
