"""Loads the series of visits that a viewer may see, as of now."""

from collections.abc import Sequence

from app.domain.errors import NotFound
from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.follow_up_series.state import Series
from app.viewer import Viewer
from app.views.reader import Reader


async def load_visible_series(
    reader: Reader, series_ids: Sequence[str]
) -> dict[str, tuple[Series, int]]:
    """By id, each with its version, in the order of `series_ids`."""
    streams = [FOLLOW_UP_SERIES.stream(series_id) for series_id in series_ids]
    snapshot = await reader.read(*streams)
    found: dict[str, tuple[Series, int]] = {}
    for stream in streams:
        series = snapshot.current(stream)
        if series is not None and _may_see(reader.viewer, series):
            found[stream.key] = series, snapshot.version(stream)
    return found


async def load_one_series(reader: Reader, series_id: str) -> tuple[Series, int]:
    """The series and its version. Raises `NotFound`."""
    for series, version in (await load_visible_series(reader, [series_id])).values():
        return series, version
    raise NotFound("series_not_found")


def _may_see(viewer: Viewer, series: Series) -> bool:
    return not viewer.communities or series.location.community in viewer.communities
