"""The pages of `docs/` that are written from the code.

`python -m tests.architecture.generated_pages` writes them.

A block of docs/domain.md stands between `<!-- generated: name -->` and `<!-- end: name -->`; the
other pages are generated as a whole.
"""

import re
from pathlib import Path

from tests.architecture import page_of_events, page_of_kinds, page_of_refusals, page_of_roles

ROOT = Path(__file__).parents[2]
DOMAIN = ROOT / "docs/domain.md"


def pages() -> dict[Path, str]:
    """As they have to be."""
    return {
        DOMAIN: with_blocks(DOMAIN.read_text(encoding="utf-8"), page_of_kinds.blocks()),
        ROOT / "docs/events.md": page_of_events.page(),
        ROOT / "docs/refusals.md": page_of_refusals.page(),
        ROOT / "docs/roles.md": page_of_roles.page(),
    }


def with_blocks(page: str, blocks: dict[str, str]) -> str:
    """Raises `ValueError` for a block that has no place in the page, or two."""
    for name, block in blocks.items():
        begin, end = f"<!-- generated: {name} -->\n", f"<!-- end: {name} -->"
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        places = between.findall(page)
        if len(places) != 1:
            raise ValueError(f"no single place for {name}")
        page = page.replace(places[0], f"{begin}{block}\n{end}")
    return page


def main() -> None:
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
