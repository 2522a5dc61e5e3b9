"""All read models."""

from app.projections.api_keys import API_KEYS
from app.projections.approvals import APPROVALS
from app.projections.campaigns import CAMPAIGNS
from app.projections.compensation_flags import COMPENSATION_FLAGS
from app.projections.compensations import COMPENSATIONS
from app.projections.complaint_words import COMPLAINT_WORDS
from app.projections.engineer_load import ENGINEER_LOAD
from app.projections.fee_credits import FEE_CREDITS
from app.projections.first_time_fixes import FIRST_TIME_FIXES
from app.projections.follow_up_series_list import FOLLOW_UP_SERIES_LIST
from app.projections.household_directory import HOUSEHOLD_DIRECTORY
from app.projections.ledger import LEDGER
from app.projections.problems import PROBLEMS
from app.projections.promises import PROMISES
from app.projections.root_causes import ROOT_CAUSES
from app.projections.sla_clocks import SLA_CLOCKS
from app.projections.staff_directory import STAFF_DIRECTORY
from app.projections.surveys import SURVEYS
from app.projections.ticket_search import TICKET_SEARCH
from app.projections.ticket_text import TICKET_TEXT
from app.projections.touchpoints import TOUCHPOINTS
from app.subscriptions.builds import Projection

PROJECTIONS: tuple[Projection, ...] = (
    TICKET_SEARCH,
    TICKET_TEXT,
    SLA_CLOCKS,
    PROMISES,
    FIRST_TIME_FIXES,
    PROBLEMS,
    ROOT_CAUSES,
    ENGINEER_LOAD,
    STAFF_DIRECTORY,
    HOUSEHOLD_DIRECTORY,
    FOLLOW_UP_SERIES_LIST,
    COMPENSATIONS,
    APPROVALS,
    LEDGER,
    FEE_CREDITS,
    COMPENSATION_FLAGS,
    SURVEYS,
    CAMPAIGNS,
    TOUCHPOINTS,
    COMPLAINT_WORDS,
    API_KEYS,
)
