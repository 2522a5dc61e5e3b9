"""Canonical text: NFC, of usable characters, without long runs of combining marks."""

import re
from unicodedata import combining, is_normalized, normalize

from app.domain.characters import is_usable, with_plain_breaks

MAX_MARKS = 30
"""Combining marks in a row, as in the Stream-Safe Text Format (UAX #15 §13). Normalising sorts them
by insertion, so the time for one long run grows with its square."""

# The excluded ranges (ASCII, Latin, Chinese, kana, Hangul) have no combining marks: ordinary text
# is checked at the speed of the regex.
_NEVER_A_MARK = (
    r"\x00-\u02ff\u2010-\u20cf\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7a3"
    r"\uff01-\uffee"
)
# The first is apart because the regex then looks for it faster.
_CANDIDATES = re.compile(rf"[^{_NEVER_A_MARK}][^{_NEVER_A_MARK}]{{{MAX_MARKS},}}")


class InvalidText(ValueError):
    """It has characters that a text must not have, or too many combining marks in a row."""


def canonical_text(value: str) -> str:
    """In NFC, with line feeds. Raises `InvalidText`. Linear in the length of `value`."""
    value = with_plain_breaks(value)
    if not is_usable(value) or has_long_run_of_marks(value):
        raise InvalidText
    return value if is_normalized("NFC", value) else normalize("NFC", value)


def has_long_run_of_marks(value: str) -> bool:
    if value.isascii():
        return False
    return any(_longest_run(match[0]) > MAX_MARKS for match in _CANDIDATES.finditer(value))


def _longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if combining(character) else 0
        longest = max(longest, run)
    return longest
