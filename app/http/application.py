"""The web application without its routes: edge, problems and contract. No routes here."""

from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.http.docs import install_docs, with_problems
from app.http.fast_path import FastPath
from app.http.middleware import JSON_LIMIT, Edge
from app.http.problems import install_problems


class Application(FastAPI):
    def __init__(self, *, body_limit: int = JSON_LIMIT, **settings: Any) -> None:
        super().__init__(
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,  # a POST that is redirected is sent twice, or not at all
            telemetry={"metrics": False, "logs": False, "operation_spans": False},
            **settings,
        )
        self._body_limit = body_limit
        install_problems(self)
        install_docs(self)
        self.add_middleware(FastPath, application=self)

    def build_middleware_stack(self) -> ASGIApp:
        """The edge stands around everything, so an answer to an unforeseen error has it all too."""
        return Edge(super().build_middleware_stack(), json_limit=self._body_limit)

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = with_problems(super().openapi())
        return self.openapi_schema
