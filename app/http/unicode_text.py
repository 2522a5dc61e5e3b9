"""Text from outside, made canonical: NFC, no NUL, no long run of combining marks."""

import re
from unicodedata import combining, is_normalized, normalize

MOST_MARKS = 30
"""Combining marks in a row, as in the Stream-Safe Text Format (UAX #15 §13). Normalising sorts them
by insertion, so the time for one long run grows with its square."""

# No mark of a combining class is among the characters left out here: ASCII, Latin, Chinese, kana,
# Hangul. Ordinary text is passed at the speed of the regex.
_CANDIDATES = re.compile(
    r"[^\x00-\u02ff\u2010-\u20cf\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7a3"
    rf"\uff01-\uffee]{{{MOST_MARKS + 1},}}"
)


class UnsoundText(ValueError):
    """It has a NUL, or too many combining marks in a row."""


def canonical_text(value: str) -> str:
    """In NFC. Raises `UnsoundText`. Linear in the length of `value`."""
    if "\0" in value or has_long_run_of_marks(value):
        raise UnsoundText
    return value if is_normalized("NFC", value) else normalize("NFC", value)


def has_long_run_of_marks(value: str) -> bool:
    if value.isascii():
        return False
    return any(_longest_run(found[0]) > MOST_MARKS for found in _CANDIDATES.finditer(value))


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if combining(character) else 0
        longest = max(longest, run)
    return longest
