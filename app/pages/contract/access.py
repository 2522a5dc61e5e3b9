"""Who may give an operation, and from which statuses, in words; read off what its route says."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.roles import ROLE_NAMES, ROLES
from app.domain.ticket.kinds import KINDS
from app.texts.language import Language


def access_text(operation: Mapping[str, Any], language: Language | None) -> str:
    """Empty for an operation that asks for no permission; both languages where none is named."""
    roles = operation.get("x-roles")
    if roles is None:
        return ""
    languages: Sequence[Language] = ("zh-CN", "en") if language is None else (language,)
    return "\n\n".join(_paragraph(operation, roles, each) for each in languages)


def _paragraph(operation: Mapping[str, Any], roles: Sequence[str], language: Language) -> str:
    lines = [_who(roles, operation.get("x-scope"), language)]
    by_kind = operation.get("x-roles-by-kind", {})
    lines += (_who_of(kind, who, language) for kind, who in by_kind.items())
    statuses = operation.get("x-from-statuses", {})
    lines += (_from(kind, names, language) for kind, names in statuses.items())
    return "  \n".join(lines)


def _who(roles: Sequence[str], scope: str | None, language: Language) -> str:
    who = _names(roles, language)
    if language == "zh-CN":
        return f"**谁可以**：{who}；" + (
            f"接口密钥须有 `{scope}`。" if scope else "接口密钥不可用。"
        )
    return f"**Who may**: {who}; " + (f"an API key needs `{scope}`." if scope else "no API key.")


def _who_of(kind: str, roles: Sequence[str], language: Language) -> str:
    who = _names(roles, language)
    if language == "zh-CN":
        return f"**谁可以（{KINDS[kind].title_zh}）**：{who}。"
    return f"**Who may** ({KINDS[kind].title_en.lower()}): {who}."


def _names(roles: Sequence[str], language: Language) -> str:
    everybody = len(roles) == len(ROLES)
    if language == "zh-CN":
        return "所有身份" if everybody else "、".join(ROLE_NAMES[role].zh for role in roles)
    return "every role" if everybody else ", ".join(ROLE_NAMES[role].en for role in roles)


def _from(kind: str, statuses: Sequence[str], language: Language) -> str:
    labels = KINDS[kind].labels
    every = len(statuses) == len(labels)
    if language == "zh-CN":
        names = "任何状态" if every else "、".join(labels[status].zh for status in statuses)
        return f"**可用状态（{KINDS[kind].title_zh}）**：{names}。"
    names = "any status" if every else ", ".join(f"`{status}`" for status in statuses)
    return f"**From** ({KINDS[kind].title_en.lower()}): {names}."
