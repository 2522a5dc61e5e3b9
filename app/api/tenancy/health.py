"""Liveness, readiness and metrics of the process."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.bootstrap import Services, may_read_metrics
from app.http.callers import services_of
from app.http.contract import problem_responses
from app.http.json_response import json_response
from app.http.refusals import Unauthenticated
from app.http.responses import responses
from app.telemetry import METRICS_CONTENT_TYPE, render_metrics
from app.use_cases.readiness import is_ready, readiness
from app.views.tenancy.health_shape import Health, Readiness

router = APIRouter()

ServicesOf = Annotated[Services, Depends(services_of)]


@router.get("/healthz", responses=responses({200: Health}))
async def check_health() -> Response:
    return json_response({"status": "ok"})


@router.get(
    "/readyz",
    responses=responses({200: Readiness, 503: Readiness}),
)
async def check_readiness(services: ServicesOf) -> Response:
    checks = await readiness(services.engine, services.clock)
    ready = is_ready(checks)
    answer = {"status": "ready" if ready else "not_ready", "checks": checks}
    return json_response(answer, 200 if ready else 503)


@router.get(
    "/metrics",
    response_class=Response,
    responses=problem_responses(401)
    | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def get_metrics(request: Request, services: ServicesOf) -> Response:
    if not may_read_metrics(services.settings, request.headers.get("authorization")):
        raise Unauthenticated
    figures = await services.installation.figures()
    return Response(render_metrics(figures), media_type=METRICS_CONTENT_TYPE)
