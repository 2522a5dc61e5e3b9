"""The read models that there are: a new one is a file beside and a line here."""

from app.projections.engineer_load import ENGINEER_LOAD
from app.projections.household_directory import HOUSEHOLD_DIRECTORY
from app.projections.sla_clocks import SLA_CLOCKS
from app.projections.staff_directory import STAFF_DIRECTORY
from app.projections.ticket_search import TICKET_SEARCH
from app.projections.ticket_text import TICKET_TEXT
from app.subscriptions.builds import Projection

PROJECTIONS: tuple[Projection, ...] = (
    TICKET_SEARCH,
    TICKET_TEXT,
    SLA_CLOCKS,
    ENGINEER_LOAD,
    STAFF_DIRECTORY,
    HOUSEHOLD_DIRECTORY,
)
