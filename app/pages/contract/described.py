"""Replaces descriptions of the code by our texts, for schemas, parameters, headers and statuses."""

from collections.abc import Mapping
from typing import Any

from app.pages.contract.answer_texts import ANSWERS
from app.pages.contract.request_texts import REQUESTS
from app.pages.contract.shared_texts import SHARED
from app.pages.page import Words
from app.texts.language import Language

VALUES = frozenset({"example", "examples", "default", "const", "enum"})  # data, not descriptions


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def _both(words: Words) -> str:
    return f"{words.zh} {words.en}"


TEXTS: Mapping[str, Words] = {
    said: text if isinstance(text, Words) else Words(text, said)
    for said, text in (SHARED | REQUESTS | ANSWERS).items()
}
# Bilingual texts are looked up again, to be reduced to one language.
_KNOWN = {**TEXTS, **{_both(words): words for words in TEXTS.values()}}


def describe(node: Any, language: Language | None) -> None:
    """In both languages if `language` is None. A description without a text stays."""
    match node:
        case dict():
            _describe(node, language)
        case list():
            for each in node:
                describe(each, language)


def _describe(node: dict[str, Any], language: Language | None) -> None:
    words = _KNOWN.get(in_one_line(str(node.get("description", ""))))
    if words is not None:
        node["description"] = words.of(language) if language else _both(words)
    for name, value in node.items():
        if name in ("properties", "schemas"):  # keys are names, maybe "description"
            for each in value.values():
                describe(each, language)
        elif name not in VALUES:
            describe(value, language)
