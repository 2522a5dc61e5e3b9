"""Every page that is cited is in the repository, and so is every section of it that is named."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CITING = ("app", "tests", "migrations", "bench", "docs")
NAMED = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
SUFFIXES = {".py", ".md", ".sql", ".toml", ".yaml", ".mako"}

PAGE = re.compile(r"(?<![\w./-])((?:[\w-]+/|\.\./)*[\w-]+\.md)\b")
# `docs/domain.md §4.2–4.5, §1a row 30 and §6`, also where the line breaks, in a comment too.
GAP = r"(?:\s|#)*"
NUMBER = r"[0-9]+[a-z]?(?:\.[0-9]+)?"
CITATION = re.compile(
    rf"(?<![\w./-])(docs/[\w/-]+\.md){GAP}(§{NUMBER}(?:–{NUMBER})?"
    rf"(?:(?: rows? [0-9]+(?:[-–][0-9]+)?)?(?:,| and|;){GAP}§{NUMBER}(?:–{NUMBER})?)*)"
)
LINK = re.compile(r"\]\(([\w./-]+\.md)#([^)]+)\)")
HEADING = re.compile(r"^#{2,4} (.+)$", re.MULTILINE)
NUMBERED = re.compile(rf"({NUMBER})[. ]")


def _files() -> list[Path]:
    found = [path for folder in CITING for path in (ROOT / folder).rglob("*")]
    return [
        *(path for path in sorted(found) if path.suffix in SUFFIXES and path.is_file()),
        *(ROOT / name for name in NAMED),
    ]


@cache
def _headings(page: Path) -> list[str]:
    return HEADING.findall(page.read_text(encoding="utf-8"))


def _sections(page: Path) -> set[str]:
    return {found[1] for each in _headings(page) if (found := NUMBERED.match(each))}


def _anchors(page: Path) -> set[str]:
    """As a renderer of Markdown makes them of headings."""
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in _headings(page)}


def cited_sections(text: str) -> Iterator[tuple[str, str]]:
    """Page and section."""
    for page, sections in CITATION.findall(text):
        for one in re.findall(rf"§({NUMBER})(?:–({NUMBER}))?", sections):
            yield from ((page, number) for number in one if number)


def _texts() -> Iterator[tuple[Path, str, str]]:
    for path in _files():
        yield path, str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


TEXTS = [*_texts()]


def test_every_page_that_is_cited_is_here() -> None:
    """From the root of the repository, or as a link from the page itself."""
    outside = {
        f"{name}: {page}"
        for path, name, text in TEXTS
        if path != Path(__file__)  # its examples are made up
        for page in PAGE.findall(text)
        if not (ROOT / page).is_file() and not (path.suffix == ".md" and _beside(path, page))
    }
    assert outside == set()


def _beside(path: Path, page: str) -> bool:
    return (path.parent / page).is_file()


def test_every_section_that_is_cited_is_there() -> None:
    missing = {
        f"{name}: {page} §{section}"
        for _, name, text in TEXTS
        for page, section in cited_sections(text)
        if (ROOT / page).is_file() and section not in _sections(ROOT / page)
    }
    assert missing == set()


def test_every_link_to_a_heading_finds_it() -> None:
    lost = {
        f"{name}: {page}#{anchor}"
        for path, name, text in TEXTS
        for page, anchor in LINK.findall(text)
        if _beside(path, page) and anchor not in _anchors(path.parent / page)
    }
    assert lost == set()


def test_every_module_that_the_rules_name_is_there() -> None:
    text = (ROOT / "docs/domain.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:app|tests)/[\w/.]+)`", text)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_search_finds_what_it_looks_for() -> None:
    text = "see (docs/domain.md\n    # §4.2–4.5, §1a row 30 and §6); domain.md; docs/nowhere.md §9"
    assert list(cited_sections(text)) == [
        ("docs/domain.md", "4.2"),
        ("docs/domain.md", "4.5"),
        ("docs/domain.md", "1a"),
        ("docs/domain.md", "6"),
        ("docs/nowhere.md", "9"),
    ]
    assert PAGE.findall(text) == ["docs/domain.md", "domain.md", "docs/nowhere.md"]
    assert not PAGE.findall("page.md5, a/b.mdx")
