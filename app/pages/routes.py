"""Puts the pages and the contract on an application. None of them is part of the contract."""

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
from app.pages.page import SAFE
from app.pages.served import Served, answer, served
from app.texts.language import Language

HTML = "text/html"
A_DAY = "public, max-age=86400"
LANGUAGES: dict[str, Language] = {"zh-CN": "zh-CN", "en": "en"}
Chosen = Callable[[str | None], Language]  # of an Accept-Language header


def install_pages(app: FastAPI, *, chosen: Chosen) -> None:
    """`/`, `/guide`, `/docs` with what they load, and `/openapi.json`."""

    async def read_home(request: Request) -> Response:
        language = _language(request, chosen)
        return _shown(request, language, _home(language, str(request.base_url), app.version))

    async def read_guide(request: Request) -> Response:
        language = _language(request, chosen)
        return _shown(request, language, _guide(language))

    async def read_docs(request: Request) -> Response:
        language = _language(request, chosen)
        return _shown(request, language, _docs(language))

    for path, endpoint in (
        ("/", read_home),
        ("/guide", read_guide),
        ("/docs", read_docs),
        ("/docs/assets/{name}", read_asset),
        ("/openapi.json", ContractPage(app).read),
    ):
        app.add_api_route(path, endpoint, methods=["GET"], include_in_schema=False)


def _language(request: Request, chosen: Chosen) -> Language:
    """`?lang=` outweighs what the browser says."""
    return chosen(request.query_params.get("lang") or request.headers.get("accept-language"))


def _shown(request: Request, language: Language, found: Served) -> Response:
    spoken = {"Content-Language": language, "Vary": "Accept-Language"}
    return answer(request, found, SAFE | spoken)


@lru_cache(maxsize=32)  # by who asks under which name
def _home(language: Language, base: str, version: str) -> Served:
    return served(home(language, base=base, version=version).encode(), HTML)


@lru_cache(maxsize=2)
def _guide(language: Language) -> Served:
    return served(guide(language).encode(), HTML)


@lru_cache(maxsize=2)
def _docs(language: Language) -> Served:
    return served(docs(language).encode(), HTML)


async def read_asset(name: str, request: Request) -> Response:
    if name not in ASSETS:
        raise NotFound("not_found")
    return answer(request, asset(name), {}, cache=A_DAY)


class ContractPage:
    """The contract as it is sent, each form made once: under a prefix or none, in one language or
    in both."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._made: dict[tuple[str, Language | None], Served] = {}
        self._making = Lock()

    def read(self, request: Request) -> Response:
        """Not a coroutine: making it takes seconds, which the framework spends in a thread."""
        prefix = request.scope.get("root_path", "").rstrip("/")
        language = LANGUAGES.get(request.query_params.get("lang", ""))
        with self._making:
            if (prefix, language) not in self._made:
                self._made[prefix, language] = self._make(prefix, language)
        return answer(request, self._made[prefix, language], {})

    def _make(self, prefix: str, language: Language | None) -> Served:
        contract: dict[str, Any] = self._app.openapi()
        if language:
            contract = in_language(contract, language)
        if prefix:
            contract = {**contract, "servers": [{"url": prefix}]}
        return served(orjson.dumps(contract), "application/json")
