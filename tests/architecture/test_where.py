"""`docs/where.md` points at files that exist and at words that they contain."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/where.md"
MOST_FILES = 2
SCATTERED = {"What are the escalation levels, and what raises one?": 5}


class Row(NamedTuple):
    question: str
    files: list[str]
    words: list[str]
    counts: list[str]


def rows_of(page: str) -> list[Row]:
    rows = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) >= 3 and cells[0].endswith("?"):
            question, files, words, *counts = cells
            rows.append(Row(question, coded(files), coded(words), counts))
    return rows


def coded(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def has(text: str, words: str) -> bool:
    """As whole words: `FOO` is not in `FOOD`."""
    ends = r"(?!\w)" if words[-1].isalnum() else ""
    return re.search(rf"(?<!\w){re.escape(words)}{ends}", text) is not None


ROWS = rows_of(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.question)
def test_the_words_stand_in_the_file(row: Row) -> None:
    assert row.files
    assert len(row.words) >= len(row.files), "each file has words to look for"
    files = [*row.files, *[row.files[-1]] * (len(row.words) - len(row.files))]
    for name, words in zip(files, row.words, strict=True):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert has(text, words), f"{name} has no {words!r}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.question)
def test_one_file_or_two_answer(row: Row) -> None:
    assert len(row.files) <= SCATTERED.get(row.question, MOST_FILES)


def test_what_is_counted_is_counted_right() -> None:
    counted = [row for row in ROWS if row.counts]
    assert len(counted) == 9
    assert [len(row.files) for row in counted] == [int(row.counts[1]) for row in counted]


def test_the_page_has_enough_questions_and_none_twice() -> None:
    assert len(ROWS) >= 24
    assert len({row.question for row in ROWS}) == len(ROWS)


def test_a_row_is_read() -> None:
    [row] = rows_of(
        "| Where? | `a.py`<br>`b.py` | `x(`<br>`Y = 2` | 5 | 2 |\n| no | row | here |\n"
    )
    assert row == Row("Where?", ["a.py", "b.py"], ["x(", "Y = 2"], ["5", "2"])


def test_words_are_found_as_a_whole() -> None:
    assert has("x = CAP + 1", "CAP")
    assert has("def cap(a)", "def cap(")
    assert not has("x = CAPS", "CAP")
    assert not has("undef cap(a)", "def cap(")
