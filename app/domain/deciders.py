"""Every aggregate by the category of its streams: the list that the command handler reads."""

from typing import Any

from app.domain.api_key import API_KEY
from app.domain.attachment import ATTACHMENT
from app.domain.authority import AUTHORITY
from app.domain.budget import BUDGET
from app.domain.calendar import CALENDAR
from app.domain.campaign import CAMPAIGN
from app.domain.category import CATEGORY
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.rule_book import COMPENSATION_RULES
from app.domain.complaint_record import COMPLAINT_RECORD
from app.domain.decider import Decider
from app.domain.experience import EXPERIENCE
from app.domain.exposure import EXPOSURE
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.household import HOUSEHOLD
from app.domain.problem.decider import PROBLEM
from app.domain.promise import PROMISE
from app.domain.sla_policy import SLA_POLICY
from app.domain.staff import STAFF
from app.domain.staff_exposure import STAFF_EXPOSURE
from app.domain.survey.decider import SURVEY
from app.domain.survey_contact import SURVEY_CONTACT
from app.domain.tenant import TENANT
from app.domain.ticket.decider import TICKET
from app.domain.workload import WORKLOAD

DECIDERS: dict[str, Decider[Any, Any]] = {
    decider.category: decider
    for decider in (
        TICKET,
        WORKLOAD,
        COMPLAINT_RECORD,
        PROMISE,
        FOLLOW_UP_SERIES,
        COMPENSATION,
        COMPENSATION_RULES,
        EXPOSURE,
        BUDGET,
        STAFF,
        HOUSEHOLD,
        CATEGORY,
        CALENDAR,
        SLA_POLICY,
        AUTHORITY,
        STAFF_EXPOSURE,
        SURVEY,
        SURVEY_CONTACT,
        CAMPAIGN,
        EXPERIENCE,
        PROBLEM,
        FINGERPRINT,
        ROLLUP,
        ATTACHMENT,
        TENANT,
        API_KEY,
    )
}
