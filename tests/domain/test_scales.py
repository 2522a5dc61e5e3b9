"""Scales, whom one calls back, and the line from 1 to 10."""

import pytest

from app.domain.statistics.scales import DEFAULT_SCALE, MODES, SCALES


@pytest.mark.parametrize(
    ("scale_id", "unhappy", "good"),
    [
        ("nps_0_10", range(7), range(9, 11)),
        ("csat_1_5", range(1, 3), range(4, 6)),
        ("ces_1_5_low_good", range(4, 6), range(1, 3)),
        ("ces2_1_7", range(1, 4), range(5, 8)),
    ],
)
def test_who_is_unhappy_and_who_is_content(scale_id: str, unhappy: range, good: range) -> None:
    scale = SCALES[scale_id]
    assert (scale.unhappy, scale.good) == (unhappy, good)
    assert not set(unhappy) & set(good)


@pytest.mark.parametrize(
    ("scale_id", "line"),
    [
        ("csat_1_5", [1, 3, 6, 8, 10]),
        ("ces_1_5_low_good", [10, 8, 6, 3, 1]),
        ("nps_0_10", [1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10]),
        ("ces2_1_7", [1, 3, 4, 6, 7, 9, 10]),
    ],
)
def test_every_scale_lies_on_the_line_from_1_to_10(scale_id: str, line: list[int]) -> None:
    scale = SCALES[scale_id]
    assert [scale.emotion(score) for score in range(scale.low, scale.high + 1)] == line


def test_every_kind_has_a_scale_of_its_own() -> None:
    assert {SCALES[scale_id].kind: scale_id for scale_id in DEFAULT_SCALE.values()} == DEFAULT_SCALE


def test_every_channel_is_online_or_offline() -> None:
    assert set(MODES.values()) == {"online", "offline"}
