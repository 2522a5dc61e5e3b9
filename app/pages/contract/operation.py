"""What the contract says about one operation."""

from typing import Any, NamedTuple


class Operation(NamedTuple):
    """`example` is a body that is accepted as it stands."""

    zh_summary: str
    en_summary: str
    zh: str = ""
    en: str = ""
    example: Any = None

    @property
    def summary(self) -> str:
        return f"{self.zh_summary} · {self.en_summary}"

    @property
    def description(self) -> str:
        return f"{self.zh}\n\n{self.en}"
