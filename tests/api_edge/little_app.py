"""An application with one route for each case that the edge handles."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Request, UploadFile
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.http.application import Application
from app.http.contract import problem_responses
from app.http.correlation import current_request_id, identify
from app.http.fields import Body, Date, Fen, Id, Instant, QueryInstant, Several, Slug, Text
from app.http.json_body import JsonRoute
from app.http.paging import DEFAULT_LIMIT, Limit


class Place(Body):
    community: Slug
    unit: Text | None = None


class InDays(Body):
    days: int


class At(Body):
    at: Instant


class Report(Body):
    place: Place
    amount: Fen = 0
    urgent: bool = False
    kind: Literal["repair", "complaint"] = "repair"
    day: Date | None = None
    due: InDays | At | None = None
    photo_ids: Several[Id] = ()
    extra: dict[str, Any] | None = None


class Answer(Body):
    community: str
    request_id: str


def make_app(refusals: dict[str, Exception] | None = None) -> FastAPI:
    app = Application(title="little", version="1")
    app.include_router(_reports(), prefix="/v1")
    app.include_router(_oddities(refusals or {}))
    return app


def _reports() -> APIRouter:
    router = APIRouter(prefix="/reports", route_class=JsonRoute)

    @router.post("/{report_id}", status_code=201, responses=problem_responses(409))
    async def report(report_id: str, body: Report) -> Answer:
        return Answer(community=body.place.community, request_id=current_request_id())

    @router.get("/{report_id}", dependencies=[Depends(HTTPBearer(auto_error=False))])
    async def read(
        request: Request,
        report_id: str,
        limit: Limit = DEFAULT_LIMIT,
        since: QueryInstant | None = None,
        q: Text | None = None,
    ) -> dict[str, Any]:
        identify(request, tenant_id="t-1", subject="s-1")
        return {"limit": limit, "since": since, "q": q}

    @router.put("/{report_id}")
    async def replace(body: Annotated[Report | None, ...] = None) -> dict[str, bool]:
        return {"empty": body is None}

    return router


def _oddities(refusals: dict[str, Exception]) -> APIRouter:
    router = APIRouter(route_class=JsonRoute)

    @router.post("/v1/attachments")
    async def upload(file: UploadFile) -> dict[str, int]:
        return {"bytes": len(await file.read())}

    @router.get("/v1/refused/{name}")
    async def refuse(name: str) -> None:
        raise refusals[name]

    @router.get("/v1/broken")
    async def broken() -> None:
        raise ZeroDivisionError("the secret of Mr Zhang")

    @router.get("/v1/misfit", response_model=Answer)
    async def misfit() -> Any:
        return {"community": "the secret of Mr Zhang"}

    @router.get("/v1/cached")
    async def cached() -> Response:
        return JSONResponse({}, headers={"Cache-Control": "private, max-age=60"})

    @router.get("/v1/stream")
    async def stream() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            yield b"b"

        return StreamingResponse(parts())

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    return router


def report_body(**fields: Any) -> dict[str, Any]:
    return {"place": {"community": "jinxiu", "unit": "1201"}, **fields}
