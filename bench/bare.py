"""The least that a FastAPI server can do for a ticket: validate, one INSERT; or one SELECT.

It answers for nothing: no identity, no events, no history, no lost replies, no second tenant.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel
from uuid_utils.compat import uuid7

from app.database_url import driver_url

CONNECTIONS = 32
TABLE = "create table bare_ticket (id uuid primary key, body text not null)"


class Location(BaseModel):
    community: str
    building: str | None = None
    unit: str | None = None
    component: str | None = None


class Reporter(BaseModel):
    name: str | None = None
    phone: str | None = None


class QuietHours(BaseModel):
    start: str
    end: str


class Report(BaseModel):
    kind: Literal["repair", "complaint", "follow_up", "suggestion"] = "repair"
    category: str
    service_class: Literal["emergency", "simple", "general", "complex"] | None = None
    description: str = ""
    channel: str = "app"
    location: Location
    household_id: str | None = None
    reporter: Reporter = Reporter()
    photo_ids: list[str] = []
    quiet_hours: list[QuietHours] | None = None
    occurred_at: datetime | None = None
    note: str | None = None


def bare_app(url: str) -> FastAPI:
    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            driver_url(url), min_size=CONNECTIONS, max_size=CONNECTIONS
        ) as pool:
            app.state.pool = pool
            yield

    app = FastAPI(lifespan=life, docs_url=None, redoc_url=None)

    @app.post("/v1/tickets", status_code=201)
    async def report(body: Report, request: Request) -> Response:
        stored = body.model_dump_json()
        pool: Any = request.app.state.pool
        await pool.execute("insert into bare_ticket (id, body) values ($1, $2)", uuid7(), stored)
        return Response(stored, status_code=201, media_type="application/json")

    @app.get("/v1/tickets/{ticket_id}")
    async def ticket(ticket_id: UUID, request: Request) -> Response:
        pool: Any = request.app.state.pool
        stored = await pool.fetchval("select body from bare_ticket where id = $1", ticket_id)
        return Response(stored, media_type="application/json")

    return app


if __name__ == "__main__":
    uvicorn.run(
        bare_app(sys.argv[1]),
        port=int(sys.argv[2]),
        log_config=None,
        access_log=False,
        server_header=False,
    )
