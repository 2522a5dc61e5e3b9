"""Loads the series of visits that a viewer may see, as of now."""

from collections.abc import Sequence

from app.domain.errors import NotFound
from app.domain.follow_up_series.access import may_see
from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.follow_up_series.state import Series
from app.domain.ticket.decider import TICKET
from app.views.reader import Reader


async def load_visible_series(
    reader: Reader, series_ids: Sequence[str]
) -> dict[str, tuple[Series, int]]:
    """By id, each with its version, in the order of `series_ids`."""
    streams = [FOLLOW_UP_SERIES.stream(series_id) for series_id in series_ids]
    snapshot = await reader.read(*streams)
    series = {stream: snapshot.current(stream) for stream in streams}
    about = [TICKET.stream(each.ticket_id) for each in series.values() if each and each.ticket_id]
    tickets = (await reader.read(*about)).states if about else {}
    found: dict[str, tuple[Series, int]] = {}
    for stream, one in series.items():
        if one is None:
            continue
        ticket = tickets.get(TICKET.stream(one.ticket_id).id) if one.ticket_id else None
        if may_see(reader.viewer, one, ticket):
            found[stream.key] = one, snapshot.version(stream)
    return found


async def load_one_series(reader: Reader, series_id: str) -> tuple[Series, int]:
    """The series and its version. Raises `NotFound`."""
    for series, version in (await load_visible_series(reader, [series_id])).values():
        return series, version
    raise NotFound("series_not_found")
