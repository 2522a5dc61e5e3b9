"""Chooses between our two languages; Chinese by default."""

import re
from functools import lru_cache
from typing import Literal

Language = Literal["zh-CN", "en"]
DEFAULT: Language = "zh-CN"
LONGEST = 512  # characters of the header that are looked at, and kept by the cache

_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def preferred_language(accept_language: str | None) -> Language:
    """The best of an Accept-Language header (RFC 9110 §12.5.4); the first of equals."""
    return _parse(accept_language[:LONGEST]) if accept_language else DEFAULT


@lru_cache(maxsize=256)
def _parse(header: str) -> Language:
    best: tuple[float, Language] = (0.0, DEFAULT)
    for part in header.split(","):
        tag, _, parameters = part.partition(";")
        language = _supported(tag.strip().lower())
        weight = _weight(parameters.strip())
        if language is not None and weight > best[0]:
            best = (weight, language)
    return best[1]


def _supported(tag: str) -> Language | None:
    match tag.partition("-")[0]:
        case "zh" | "*":
            return "zh-CN"
        case "en":
            return "en"
        case _:
            return None


def _weight(parameters: str) -> float:
    if not parameters:
        return 1.0
    found = _WEIGHT.fullmatch(parameters)
    return float(found[1]) if found else 0.0
