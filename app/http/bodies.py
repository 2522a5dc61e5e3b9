"""Parts of request bodies that several areas share."""

from typing import Annotated

from pydantic import Field

from app.domain.decider import Evidence
from app.events.ticket import Geo, Location, QuietHours
from app.http.fields import (
    Body,
    Identifier,
    Instant,
    Latitude,
    Longitude,
    LongText,
    Name,
    key,
    text,
)

TimeOfDay = Annotated[str, key(5, r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["12:00"])]


def _e6(degrees: float) -> int:
    return round(degrees * 1_000_000)


class GeoBody(Body):
    """A place by the device, WGS 84, in degrees."""

    lat: Latitude
    lon: Longitude

    def geo(self) -> Geo:
        return Geo(lat_e6=_e6(self.lat), lon_e6=_e6(self.lon))


class EvidenceBody(Body):
    """What speaks for a time that lies back."""

    geo: GeoBody | None = None
    photo_id: Identifier | None = None
    device_time: Instant | None = None
    measured_skew_ms: Annotated[int, Field(ge=-(10**12), le=10**12)] | None = None

    def evidence(self) -> Evidence:
        return Evidence(
            geo=(self.geo.lat, self.geo.lon) if self.geo else None,
            photo_id=self.photo_id,
            device_time=self.device_time,
            measured_skew_ms=self.measured_skew_ms,
        )


class CommandBody(Body):
    """What every command may say: when it was so, what speaks for that, and a word beside it."""

    occurred_at: Instant | None = Field(
        default=None, description="When it was so, if that was not now (late facts)."
    )
    evidence: EvidenceBody | None = None
    note: LongText | None = None


class QuietHoursBody(Body):
    """Local times in which nobody should come. Over midnight where `start` is after `end`."""

    start: TimeOfDay
    end: TimeOfDay

    def quiet_hours(self) -> QuietHours:
        return QuietHours(start=self.start, end=self.end)


class LocationBody(Body):
    community: Annotated[str, text(128)]
    building: Name | None = None
    unit: Name | None = None
    component: Annotated[str, text(128)] | None = None
    geo: GeoBody | None = None

    def location(self) -> Location:
        geo = self.geo.geo() if self.geo else None
        return Location(
            community=self.community,
            building=self.building,
            unit=self.unit,
            component=self.component,
            lat_e6=geo.lat_e6 if geo else None,
            lon_e6=geo.lon_e6 if geo else None,
        )
