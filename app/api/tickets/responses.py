"""What every command on a ticket may answer."""

from app.http.responses import COMMAND_HEADERS, LOCATION, Responses, answers
from app.views.tickets.shape import TicketAnswer


def ticket_answers(status: int) -> Responses:
    headers = COMMAND_HEADERS | (LOCATION if status == 201 else {})
    return answers({status: TicketAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=headers)
