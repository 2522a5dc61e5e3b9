"""Accept-Language by RFC 9110."""

import pytest

from app.texts.language import preferred_language
from app.texts.text import Text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-TW", "zh-CN"),
        ("de, fr", "zh-CN"),
        ("de, en;q=0.1", "en"),
        ("zh;q=0.5, en;q=0.8", "en"),
        ("en;q=0.8, zh;q=0.8", "en"),
        ("en;q=0, zh;q=0.1", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("*", "zh-CN"),
        ("*;q=0.5, en;q=0.9", "en"),
        ("en;q=banana, zh;q=0.1", "zh-CN"),
        ("en;q=1.5", "zh-CN"),
        ("en; q=0.7", "en"),
        ("english", "zh-CN"),
        ("," * 5000, "zh-CN"),
    ],
)
def test_the_language_of_a_header(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


TEXT = Text(
    "超出权限",
    "上限为 {limit_fen:yuan}，可选 {allowed}。",
    "Over",
    "Up to {limit_fen:yuan}: {allowed}.",
)


def test_details_are_written_for_readers() -> None:
    details = {"limit_fen": 123456, "allowed": ["a", "b"]}
    assert TEXT.detail("zh-CN", details) == "上限为 ¥1,234.56，可选 a、b。"
    assert TEXT.detail("en", details) == "Up to ¥1,234.56: a, b."


def test_a_missing_detail_leaves_the_title() -> None:
    assert TEXT.detail("zh-CN", {"limit_fen": 1}) == "超出权限"
    assert TEXT.detail("en", {"limit_fen": "much", "allowed": []}) == "Over"
