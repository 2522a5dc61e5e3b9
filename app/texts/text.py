"""The texts of a refusal code in both languages: templates over the refusal's details."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from string import Formatter
from typing import Any, NamedTuple

from app.domain.roles import ROLE_NAMES
from app.domain.ticket.kinds import KINDS, LABELS, Label
from app.texts.language import Language


class Text(NamedTuple):
    """`{name}` stands for a detail; `{name:yuan}` for one in fen, `{name:status}` for a status,
    `{name:kind}` for a kind of tickets, `{name:role}` for a role or several."""

    zh_title: str
    zh_detail: str
    en_title: str
    en_detail: str

    def title(self, language: Language) -> str:
        return self.zh_title if language == "zh-CN" else self.en_title

    def detail(self, language: Language, details: Mapping[str, object]) -> str:
        """The filled template; the title where a detail is missing."""
        template = self.zh_detail if language == "zh-CN" else self.en_detail
        try:
            return _WORDS[language].vformat(template, (), details)
        except (KeyError, ValueError):
            return self.title(language)


class _Words(Formatter):
    """Formats details: lists with commas, fen as yuan, instants in UTC."""

    def __init__(self, language: Language) -> None:
        self._is_chinese = language == "zh-CN"

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """The label of a status depends on the kind of ticket in the details."""
        value = super().get_value(key, args, kwargs)
        kind = KINDS.get(str(kwargs.get("kind")))
        label = kind.labels.get(str(value)) if kind and key == "status" else None
        return value if label is None else self._in_words(label)

    def _name(self, word: str, of: str) -> str:
        """The label of a status, a kind of ticket or a role; other words stay."""
        if of == "status" and word in LABELS:
            return self._in_words(LABELS[word])
        if of == "kind" and word in KINDS:
            return KINDS[word].title_zh if self._is_chinese else KINDS[word].title_en
        if of == "role" and word in ROLE_NAMES:
            return ROLE_NAMES[word].zh if self._is_chinese else ROLE_NAMES[word].en
        return word

    def _in_words(self, label: Label) -> str:
        return label.zh if self._is_chinese else label.en

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "yuan":
            return f"¥{int(value) / 100:,.2f}"
        if format_spec:
            names = [value] if isinstance(value, str) else value
            return self.format_field([self._name(each, format_spec) for each in names], "")
        if isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        if isinstance(value, Sequence | frozenset) and not isinstance(value, str):
            return ("、" if self._is_chinese else ", ").join(str(one) for one in value)
        return str(value)


_WORDS: dict[Language, _Words] = {"zh-CN": _Words("zh-CN"), "en": _Words("en")}
