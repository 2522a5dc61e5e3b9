"""What complaints are about, in the words of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.projections.lexicon import keywords_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("厨房漏水，师傅态度差，响应很慢", {"漏水", "态度差", "响应慢", "师傅"}),
        ("态度太差了！响应非常慢", {"态度差", "响应慢"}),
        ("维修不彻底，第二天又漏水", {"维修不彻底", "漏水"}),
        ("保安态度不好，噪音大", {"态度不好", "噪音大", "保安"}),
        ("物业费贵，停车难", {"物业费贵", "停车难", "物业费"}),
        ("公共卫生很差", {"公共卫生差", "公共卫生"}),
    ],
)
def test_a_complaint_is_cut_into_what_it_is_about(text: str, said: set[str]) -> None:
    assert said <= set(keywords_of(text))


def test_names_of_people_and_places_are_nobodys_keywords() -> None:
    found = keywords_of("住在上海的王建国说，我家漏水")
    assert found == ["漏水"]


def test_what_says_nothing_is_left_out() -> None:
    assert keywords_of("我们小区的物业，已经没有可以说的问题") == []
    assert keywords_of("Water leak, 3 times! 😡") == []


@given(text=st.text(max_size=200))
def test_any_text_has_its_words_once_and_in_order(text: str) -> None:
    found = keywords_of(text)
    assert found == sorted(set(found))
    assert all(len(word) > 1 for word in found)
