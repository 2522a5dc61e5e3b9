"""The exposure stream that a compensation counts on."""

from typing import Never

from app.domain.authority.exposure import Exposure, exposure_stream
from app.domain.compensation.state import Compensation
from app.domain.decider import Given, Stream
from app.domain.ticket.access.naming import counted_household
from app.domain.ticket.decider import TICKET


def exposure_stream_of(c: Compensation, given: Given) -> Stream[Never, Exposure]:
    """The household's; for an anonymous complaint its own (ADR 0032), unless an earlier release
    recorded this compensation on the household's."""
    shared = exposure_stream(c.household_id, c.ticket_id)
    ticket = given.read(TICKET.stream(c.ticket_id))
    if ticket is None or counted_household(ticket) == c.household_id:
        return shared
    if any(one.compensation_id == c.id for one in given.read(shared).entries):
        return shared
    return exposure_stream(None, c.ticket_id)
