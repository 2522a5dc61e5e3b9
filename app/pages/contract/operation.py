"""What the contract says about one operation."""

from typing import Any, NamedTuple

from app.texts.language import Language


class Operation(NamedTuple):
    """`example` is a body that is accepted as it stands."""

    zh_summary: str
    en_summary: str
    zh: str = ""
    en: str = ""
    example: Any = None

    def summary(self, language: Language | None) -> str:
        """In both where none is named."""
        if language is None:
            return f"{self.zh_summary} · {self.en_summary}"
        return self.zh_summary if language == "zh-CN" else self.en_summary

    def description(self, language: Language | None) -> str:
        if language is None:
            return f"{self.zh}\n\n{self.en}"
        return self.zh if language == "zh-CN" else self.en
