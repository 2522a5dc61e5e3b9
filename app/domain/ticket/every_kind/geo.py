"""Positions in millionths of a degree, and their distance from the ticket."""

from math import asin, cos, radians, sin, sqrt

from app.domain.checks import within
from app.domain.decider import Given
from app.events.ticket import Geo, Location

EARTH_RADIUS_M = 6_371_000
DEGREE_E6 = 1_000_000


def check_coordinates(lat_e6: int, lon_e6: int, pointer: str) -> Geo:
    within(lat_e6, -90 * DEGREE_E6, 90 * DEGREE_E6, pointer)
    within(lon_e6, -180 * DEGREE_E6, 180 * DEGREE_E6, pointer)
    return Geo(lat_e6=lat_e6, lon_e6=lon_e6)


def reported_position(geo: Geo | None, given: Given) -> Geo | None:
    """The command's own position, else that of its evidence."""
    if geo is not None:
        return check_coordinates(geo.lat_e6, geo.lon_e6, "/geo")
    if given.evidence is None or given.evidence.geo is None:
        return None
    lat, lon = given.evidence.geo
    return check_coordinates(round(lat * DEGREE_E6), round(lon * DEGREE_E6), "/evidence/geo")


def distance_m(location: Location, geo: Geo | None) -> int | None:
    """Whole metres on a sphere (haversine); None if either position is unknown."""
    if geo is None or location.lat_e6 is None or location.lon_e6 is None:
        return None
    lat1, lat2 = radians(location.lat_e6 / DEGREE_E6), radians(geo.lat_e6 / DEGREE_E6)
    north = lat2 - lat1
    east = radians((geo.lon_e6 - location.lon_e6) / DEGREE_E6)
    h = sin(north / 2) ** 2 + cos(lat1) * cos(lat2) * sin(east / 2) ** 2
    return round(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h))))
