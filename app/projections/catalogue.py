"""The read models that there are: a new one is a file beside and a line here."""

from app.projections.ticket_search import TICKET_SEARCH
from app.projections.ticket_text import TICKET_TEXT
from app.subscriptions.builds import Projection

PROJECTIONS: tuple[Projection, ...] = (TICKET_SEARCH, TICKET_TEXT)
