"""Hides the household in rendered compensations and ledger entries, where the viewer may not know
who reported the ticket."""

from collections.abc import Sequence
from typing import Any

from app.views.reader import Reader
from app.views.redaction import UNNAMED
from app.views.tickets.visible import hidden_reporters

LIABILITY = "liability:"  # followed by the household
ACCOUNTS = frozenset({"debit", "credit"})


async def redact_households(
    reader: Reader, rows: Sequence[dict[str, Any]], *, by_household: bool = False
) -> list[dict[str, Any]]:
    """`by_household`: the rows were filtered by household. Then hidden rows are dropped instead,
    because a match alone would reveal the household."""
    hidden = await hidden_reporters(reader, [row["ticket_id"] for row in rows])
    if by_household:
        return [row for row in rows if row["ticket_id"] not in hidden]
    return [without_household(row) if row["ticket_id"] in hidden else row for row in rows]


def without_household(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _redacted(name, value) for name, value in row.items()}


def _redacted(name: str, value: Any) -> Any:
    if name == "household_id":
        return None
    if name in ACCOUNTS and value.startswith(LIABILITY):
        return f"{LIABILITY}{UNNAMED}"
    return value
