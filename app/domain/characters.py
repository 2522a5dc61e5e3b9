"""Which characters a text may have: the one rule, for the edge and for commands.

Refused everywhere: control characters but line breaks and tabs; bidirectional embeddings,
overrides and isolates, which show a text in another order than it has (UAX #9, "Trojan Source");
noncharacters and lone surrogates. A name or label is also one line without invisible characters:
two that look alike have to be alike.
"""

import re

ONE_LINE = 200
"""Texts up to this length are names and labels; longer ones are prose."""

LONGEST_ID = 128

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_UNUSABLE = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff{_NONCHARACTERS}]"
)
_NOT_IN_NAMES = re.compile(
    "[\t\n\r\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028\u2029"
    "\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff]"
)


def is_usable(text: str) -> bool:
    """Linear in the length of `text`."""
    return text.isprintable() or _UNUSABLE.search(text) is None


def is_name(text: str) -> bool:
    """Whether a usable text is one line without invisible characters."""
    return _NOT_IN_NAMES.search(text) is None


def is_id(text: str) -> bool:
    """Whether a text can be an id that clients choose: machines compare it, and it is a part of
    addresses. `/` separates the parts of a path even when it is escaped, and clients resolve dots.
    """
    return (
        0 < len(text) <= LONGEST_ID
        and text.isprintable()
        and " " not in text
        and "/" not in text
        and text not in {".", ".."}
    )


def with_plain_breaks(text: str) -> str:
    """With line feeds as the only line breaks: some clients send carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
