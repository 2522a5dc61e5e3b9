"""The layout of every page: head, navigation, language switch and content security policy."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from app.pages.assets import link
from app.texts.language import Language

# Swagger UI sets styles from scripts, which the policy does not count as inline.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
}


class Words(NamedTuple):
    zh: str
    en: str

    def of(self, language: Language) -> str:
        return self.zh if language == "zh-CN" else self.en


OTHER: Mapping[Language, tuple[Language, str]] = {
    "zh-CN": ("en", "English"),
    "en": ("zh-CN", "中文"),
}

# The links in the navigation, relative.
PLACES = (
    (".", Words("首页", "Home")),
    ("guide", Words("入门", "Guide")),
    ("docs", Words("接口文档", "API reference")),
)


def page(
    language: Language,
    *,
    here: str,
    title: str,
    body: str,
    styles: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
) -> str:
    loaded = "".join(
        f'<link rel="stylesheet" href="{link(name)}">\n' for name in ("pages.css", *styles)
    )
    started = "".join(f'<script src="{link(name)}"></script>\n' for name in scripts)
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" type="image/svg+xml" href="{link("icon.svg")}">
{loaded}</head>
<body>
{_top(language, here)}
{body}
{started}</body>
</html>
"""


def _top(language: Language, here: str) -> str:
    query = f"?lang={language}"
    places = "".join(
        f'<a href="{path}{query}"{_current(path, here)}>{escape(words.of(language))}</a>'
        for path, words in PLACES
    )
    other, name = OTHER[language]
    return (
        f'<header class="top"><a class="name" href=".{query}">溯源 <span>Suyuan</span></a>'
        f'<nav>{places}<a class="other" lang="{other}" href="{here}?lang={other}">{name}</a></nav>'
        "</header>"
    )


def _current(path: str, here: str) -> str:
    return ' aria-current="page"' if path == here else ""
