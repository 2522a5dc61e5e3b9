"""The pages that are written from the code say what the code says."""

from pathlib import Path

import pytest

from tests.architecture.generated_pages import pages, with_blocks

COMMAND = "python -m tests.architecture.generated_pages"
PAGES = pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_not_stale(path: Path) -> None:
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    assert written == PAGES[path], f"{path.name} is stale: {COMMAND}"


def test_a_block_goes_where_its_markers_are() -> None:
    page = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n"
    written = with_blocks(page, {"x": "new"})
    assert written == "a\n<!-- generated: x -->\nnew\n<!-- end: x -->\nb\n"
    assert with_blocks(written, {"x": "new"}) == written


def test_a_block_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no single place for y"):
        with_blocks("<!-- generated: x -->\n<!-- end: x -->\n", {"y": "new"})
