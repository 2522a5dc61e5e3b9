"""What answers come to, and what the figures rest on (docs/domain.md §5.4)."""

from typing import Any

import pytest

from app.domain.statistics.scales import SCALES
from app.domain.statistics.servqual import ITEMS, Questionnaire
from app.views.surveys.figures import (
    AnswerSet,
    ResponseCounts,
    render_comparison,
    render_figures,
)
from app.views.surveys.measures import measure_of

NPS, CSAT = measure_of(SCALES["nps_0_10"]), measure_of(SCALES["csat_1_5"])
CES, CES2 = measure_of(SCALES["ces_1_5_low_good"]), measure_of(SCALES["ces2_1_7"])
SERVQUAL = measure_of(SCALES["servqual_1_7"])
NOTHING_SENT = ResponseCounts(by_channel={})


def nps(promoters: int, passives: int, detractors: int) -> AnswerSet[Any]:
    return AnswerSet(NPS, {"app": {9: promoters, 7: passives, 3: detractors}})


def shown(answered: AnswerSet[Any], **more: Any) -> dict[str, Any]:
    response = more.pop("response", NOTHING_SENT)
    return render_figures(answered, response, more.pop("base", None), **more)


def test_percentages_are_numbers_and_not_fractions() -> None:
    found = shown(nps(60, 25, 15))
    assert (found["n"], found["value"]) == (100, 45.0)
    assert found["ci95"] == [30.5, 59.5]
    assert (found["promoters"], found["passives"], found["detractors"]) == (60, 25, 15)
    percents = [found[f"{name}_percent"] for name in ("promoters", "passives", "detractors")]
    assert percents == [60.0, 25.0, 15.0]
    assert found["raw"] == {"value": 45.0, "ci95": [30.5, 59.5]}


def test_bands_are_9_to_10_and_0_to_6() -> None:
    counts = dict.fromkeys(range(11), 1)
    found = shown(AnswerSet(NPS, {"app": counts}))
    assert (found["promoters"], found["passives"], found["detractors"]) == (2, 2, 7)
    assert found["distribution"] == {str(score): 1 for score in range(11)}


@pytest.mark.parametrize(
    ("answers", "label", "confirmed"),
    [
        ((29, 0, 0), None, False),  # too few for a word
        ((30, 0, 0), "卓越", True),
        ((60, 30, 10), "优秀", False),  # 50.0, but perhaps 37
        ((600, 300, 100), "优秀", False),  # 50.0 ± 4
        ((700, 250, 50), "优秀", True),  # 65.0 ± 3.6
        ((800, 150, 50), "卓越", True),  # 75.0 ± 3.3
        ((750, 200, 50), "卓越", False),  # 70.0 ± 3.5
        ((499, 401, 100), None, False),  # 39.9
    ],
)
def test_a_word_needs_30_answers_and_is_sure_where_the_interval_bears_it_out(
    answers: tuple[int, int, int],
    label: str | None,
    confirmed: bool,  # noqa: FBT001
) -> None:
    found = shown(nps(*answers))
    assert (found["label"], found["label_confirmed"]) == (label, confirmed)
    assert found["sufficient"] is (sum(answers) >= 30)


def test_nobody_answered() -> None:
    for measure in (NPS, CSAT, CES, SERVQUAL):
        found = shown(AnswerSet(measure, {}))
        assert (found["n"], found["value"], found["ci95"]) == (0, None, None)
        assert found["sufficient"] is False


def test_an_interval_does_not_leave_the_scale() -> None:
    assert shown(nps(3, 0, 1))["ci95"][1] == 100.0
    assert shown(AnswerSet(CES, {"app": {1: 9, 5: 1}}))["ci95"][0] >= 1.0


def test_the_response_rate_is_of_what_was_delivered() -> None:
    response = ResponseCounts(
        issued=100, bounced=20, completed=24, by_channel={"app": (60, 20), "phone": (40, 0)}
    )
    answered = AnswerSet(NPS, {"app": {9: 20}, "phone": {9: 4}})
    found = shown(answered, response=response)
    assert (found["delivered"], found["response_rate"], found["representative"]) == (80, 30.0, True)
    rates = {each["channel"]: each["response_rate"] for each in found["by_channel"]}
    assert rates == {"app": 50.0, "phone": 10.0}
    low = shown(
        answered, response=ResponseCounts(issued=101, bounced=20, completed=24, by_channel={})
    )
    assert (low["response_rate"], low["representative"]) == (29.63, False)


def test_where_nothing_is_known_of_what_was_sent_there_is_no_rate() -> None:
    found = shown(nps(60, 25, 15))
    assert (found["response_rate"], found["representative"]) == (None, None)
    nowhere = ResponseCounts(issued=5, bounced=5, completed=0, by_channel={})
    assert shown(nps(0, 0, 0), response=nowhere)["response_rate"] is None


def test_answers_are_weighed_by_the_households_that_they_stand_for() -> None:
    """Most answered on paper and were content; most households are online and are not."""
    answered = AnswerSet(NPS, {"app": {9: 10, 7: 20, 3: 10}, "paper": {10: 60}})
    found = shown(answered, base={"online": 900, "offline": 300})
    assert found["value"] == 60.0
    assert found["weighted"]["value"] == 25.0
    low, high = found["weighted"]["ci95"]
    assert (low + high) / 2 == pytest.approx(25.0)
    assert shown(answered)["weighted"] is None


def test_nobody_speaks_for_households_that_said_nothing() -> None:
    answered = AnswerSet(NPS, {"app": {9: 40}})
    assert shown(answered, base={"online": 900, "offline": 300})["weighted"] is None
    assert shown(answered, base={"online": 900, "offline": 0})["weighted"]["value"] == 100.0


def test_satisfaction_is_the_share_of_the_two_best() -> None:
    """190 of 200 by Wilson: [91.0, 97.3] (docs/domain.md §5.1)."""
    found = shown(AnswerSet(CSAT, {"app": {5: 150, 4: 40, 3: 4, 2: 3, 1: 3}}))
    assert (found["value"], found["rule"], found["satisfied"]) == (95.0, "top_2_box", 190)
    assert found["ci95"] == [pytest.approx(91.0, abs=0.05), pytest.approx(97.3, abs=0.05)]
    assert (found["dissatisfied"], found["mean"]) == (6, 4.66)


def test_effort_is_a_mean_on_its_own_scale() -> None:
    found = shown(AnswerSet(CES, {"phone": {1: 10, 2: 20, 3: 5, 4: 3, 5: 2}}))
    assert (found["value"], found["direction"]) == (2.17, "lower_is_better")
    assert (found["low_effort"], found["low_effort_percent"]) == (30, 75.0)
    other = shown(AnswerSet(CES2, {"phone": {7: 3, 5: 1, 2: 1}}))
    assert (other["value"], other["direction"]) == (5.6, "higher_is_better")
    assert other["low_effort"] == 4


def test_servqual_shows_its_gaps() -> None:
    answer = Questionnaire(
        expected=[6] * ITEMS, perceived=[4] * ITEMS, weights=[10, 50, 20, 10, 10]
    )
    found = shown(AnswerSet(SERVQUAL, {"paper": [answer] * 30}))
    assert (found["n"], found["value"], found["ci95"]) == (30, -2.0, [-2.0, -2.0])
    assert [each["items"] for each in found["dimensions"]] == [4, 5, 4, 4, 5]
    assert found["dimensions"][1]["weight"] == 50.0
    assert found["unweighted"] == -2.0


def test_two_waves_are_held_against_each_other() -> None:
    found = render_comparison("w1", nps(40, 30, 30), nps(55, 25, 20))
    assert (found["campaign_id"], found["value"], found["difference"]) == ("w1", 10.0, 25.0)
    assert (found["z"], found["p_value"]) == (2.178, pytest.approx(0.0294, abs=1e-4))
    assert found["significant"] is True
    assert render_comparison("w1", nps(40, 30, 30), nps(41, 30, 29))["significant"] is False
    assert render_comparison("w1", nps(0, 0, 0), nps(55, 25, 20))["z"] is None


def test_with_few_answers_who_was_rated_sees_none() -> None:
    answered = AnswerSet(CSAT, {"app": {5: 3, 1: 1}})
    found = shown(answered, withheld=True, base={"online": 1, "offline": 0})
    assert (found["n"], found["withheld"], found["value"]) == (4, True, None)
    assert (found["satisfied"], found["dissatisfied"], found["mean"]) == (0, 0, None)
    assert (found["by_channel"], found["weighted"]) == ([], None)
    assert set(found["distribution"].values()) == {0}
