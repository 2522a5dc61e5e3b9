"""Adds the pages and `/openapi.json` to an application. They are not part of the contract."""

from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.domain.errors import NotFound
from app.pages.assets import ASSETS, asset
from app.pages.contract.published import in_language
from app.pages.docs import docs
from app.pages.guide import guide
from app.pages.home import home
from app.pages.page import SECURITY_HEADERS
from app.pages.served import Served, serve_bytes, static_response
from app.texts.language import Language

HTML = "text/html"
A_DAY = "public, max-age=86400"
LANGUAGES: dict[str, Language] = {"zh-CN": "zh-CN", "en": "en"}
PreferredLanguage = Callable[[str | None], Language]  # of an Accept-Language header


def install_pages(app: FastAPI, *, preferred_language: PreferredLanguage) -> None:
    """`/`, `/guide`, `/docs`, their static files, and `/openapi.json`."""

    async def read_home(request: Request) -> Response:
        language = _language(request, preferred_language)
        return _page_response(
            request, language, _home(language, str(request.base_url), app.version)
        )

    async def read_guide(request: Request) -> Response:
        language = _language(request, preferred_language)
        return _page_response(request, language, _guide(language, str(request.base_url)))

    async def read_docs(request: Request) -> Response:
        language = _language(request, preferred_language)
        return _page_response(request, language, _docs(language))

    for path, endpoint in (
        ("/", read_home),
        ("/guide", read_guide),
        ("/docs", read_docs),
        ("/docs/assets/{name}", read_asset),
        ("/openapi.json", ContractPage(app).read),
    ):
        app.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False)


def _language(request: Request, preferred_language: PreferredLanguage) -> Language:
    """`?lang=` overrides Accept-Language."""
    return preferred_language(
        request.query_params.get("lang") or request.headers.get("accept-language")
    )


def _page_response(request: Request, language: Language, page: Served) -> Response:
    headers = {"Content-Language": language, "Vary": "Accept-Language"}
    return static_response(request, page, SECURITY_HEADERS | headers)


@lru_cache(maxsize=32)  # by language and host name
def _home(language: Language, base: str, version: str) -> Served:
    return serve_bytes(home(language, base=base, version=version).encode(), HTML)


@lru_cache(maxsize=32)  # by language and host name
def _guide(language: Language, base: str) -> Served:
    return serve_bytes(guide(language, base=base).encode(), HTML)


@lru_cache(maxsize=2)
def _docs(language: Language) -> Served:
    return serve_bytes(docs(language).encode(), HTML)


async def read_asset(name: str, request: Request) -> Response:
    if name not in ASSETS:
        raise NotFound("not_found")
    return static_response(request, asset(name), {}, cache=A_DAY)


class ContractPage:
    """Serves the contract, rendered once per path prefix and language."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._rendered: dict[tuple[str, Language | None], Served] = {}
        self._lock = Lock()

    def read(self, request: Request) -> Response:
        """Not a coroutine: rendering takes seconds, so the framework runs it in a thread."""
        prefix = request.scope.get("root_path", "").rstrip("/")
        language = LANGUAGES.get(request.query_params.get("lang", ""))
        with self._lock:
            if (prefix, language) not in self._rendered:
                self._rendered[prefix, language] = self._render(prefix, language)
        return static_response(request, self._rendered[prefix, language], {})

    def _render(self, prefix: str, language: Language | None) -> Served:
        contract: dict[str, Any] = self._app.openapi()
        if language:
            contract = in_language(contract, language)
        if prefix:
            contract = {**contract, "servers": [{"url": prefix}]}
        return serve_bytes(orjson.dumps(contract), "application/json")
