"""Renders the guide: as a page in one language, and as the introduction of the contract."""

import re
from html import escape

from app.pages.guide_text import SECTIONS, Code, Section
from app.pages.page import Words, page
from app.texts.language import Language

TITLE = Words("溯源 · 入门", "Suyuan · guide")
HEADING = Words("入门", "Guide")
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")

DEFAULT_BASE = "http://127.0.0.1:8000/"  # as `make run` serves

_WORD = re.compile(r"`([^`]+)`")


def guide(language: Language, *, base: str) -> str:
    """`base` is the address of this server, for the commands to copy."""
    sections = "\n".join(_html(section, language, base) for section in SECTIONS)
    return page(
        language,
        here="guide",
        title=TITLE.of(language),
        body=f"<main>\n<h1>{HEADING.of(language)}</h1>\n{sections}\n</main>",
    )


def _html(section: Section, language: Language, base: str) -> str:
    parts = [f'<h2 id="{section.id}">{escape(section.title.of(language))}</h2>']
    for part in section.parts:
        if isinstance(part, Code):
            parts.append(f"<pre><code>{escape(_command(part, base))}</code></pre>")
        else:
            text = _WORD.sub(r"<code>\1</code>", escape(part.of(language), quote=False))
            parts.append(f"<p>{text}</p>")
    return "\n".join(parts)


def introduction(language: Language | None) -> str:
    """In Markdown; without a language, in Chinese and then in English."""
    if language is None:
        return "\n\n---\n\n".join(introduction(each) for each in LANGUAGES)
    return "\n\n".join(_markdown(section, language) for section in SECTIONS)


def _markdown(section: Section, language: Language) -> str:
    parts = [f"### {section.title.of(language)}"]
    for part in section.parts:
        if isinstance(part, Code):
            parts.append(f"```sh\n{_command(part, DEFAULT_BASE)}\n```")
        else:
            parts.append(part.of(language))
    return "\n\n".join(parts)


def _command(code: Code, base: str) -> str:
    return code.text.replace("{base}", base)
