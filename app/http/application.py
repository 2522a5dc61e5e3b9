"""The FastAPI application without routes: the edge, problem+json and the contract."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from app.http.access import with_access
from app.http.contract import install_problem_pages, with_problems
from app.http.middleware import BODY_TIMEOUT, JSON_LIMIT, Edge
from app.http.problem_json import install_problems
from app.http.route_table import RouteTable

Publish = Callable[[dict[str, Any]], dict[str, Any]]


def operation_id(route: APIRoute) -> str:
    """The function's name, a verb and a noun."""
    return route.name


class Application(FastAPI):
    """`publish` completes the contract: texts and examples."""

    def __init__(
        self,
        *,
        body_limit: int = JSON_LIMIT,
        body_timeout: float = BODY_TIMEOUT,
        publish: Publish | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,  # a POST that is redirected is sent twice, or not at all
            generate_unique_id_function=operation_id,
            telemetry={"metrics": False, "logs": False, "operation_spans": False},
            **settings,
        )
        self._body_limit = body_limit
        self._body_timeout = body_timeout
        self._publish = publish
        install_problems(self)
        install_problem_pages(self)
        self.router.middleware_stack = RouteTable(self.router.middleware_stack, self.routes)

    def build_middleware_stack(self) -> ASGIApp:
        """The edge wraps everything, so the response to an unexpected error has its headers."""
        return Edge(
            super().build_middleware_stack(),
            json_limit=self._body_limit,
            body_timeout=self._body_timeout,
        )

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            contract = with_access(with_problems(super().openapi()), self.routes)
            self.openapi_schema = self._publish(contract) if self._publish else contract
        return self.openapi_schema
