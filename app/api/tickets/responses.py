"""The documented responses of every command on a ticket."""

from app.http.responses import COMMAND_HEADERS, LOCATION, Responses, responses
from app.views.tickets.shape import TicketAnswer


def ticket_responses(status: int) -> Responses:
    headers = COMMAND_HEADERS | (LOCATION if status == 201 else {})
    return responses({status: TicketAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=headers)
