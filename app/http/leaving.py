"""Stops the work of a request when its client leaves, queries in the database included."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive

T = TypeVar("T")
P = ParamSpec("P")
Endpoint = Callable[P, Awaitable[Response]]


def stops_with_client(endpoint: Endpoint[P]) -> Endpoint[P]:
    """For an endpoint that may take long, and that may be asked again however far it got. It has an
    argument `caller`. Watching costs a task, so that short reads go without."""

    @wraps(endpoint)
    async def watched(*args: P.args, **kwargs: P.kwargs) -> Response:
        caller: Any = kwargs["caller"]
        return await while_connected(caller.request, endpoint(*args, **kwargs))

    return watched


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """Raises `ClientDisconnect` when the client has left; then `work` was cancelled and has ended.
    The body must have been read."""
    job = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_until_gone(request.receive))
    try:
        await asyncio.wait((job, gone), return_when=asyncio.FIRST_COMPLETED)
        if job.done():
            return job.result()
        raise ClientDisconnect
    finally:
        await _end(gone)
        await _end(job)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _end(task: "asyncio.Future[Any]") -> None:
    task.cancel()
    await asyncio.wait((task,))
