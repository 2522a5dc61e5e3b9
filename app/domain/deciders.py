"""Every decider by the category of its streams: the registry that the command handler reads."""

from typing import Any

from app.domain.authority.budget import BUDGET
from app.domain.authority.decider import AUTHORITY
from app.domain.authority.exposure import EXPOSURE
from app.domain.authority.staff_exposure import STAFF_EXPOSURE
from app.domain.calendars.decider import CALENDAR
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.rule_book import COMPENSATION_RULES
from app.domain.decider import Decider
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.follow_up_series.decider import FOLLOW_UP_SERIES
from app.domain.problem.decider import PROBLEM
from app.domain.records.access import ACCESS
from app.domain.records.api_key import API_KEY
from app.domain.records.attachment import ATTACHMENT
from app.domain.records.category import CATEGORY
from app.domain.records.complaint_record import COMPLAINT_RECORD
from app.domain.records.household import HOUSEHOLD
from app.domain.records.promise_record import PROMISE
from app.domain.records.session import SESSION
from app.domain.records.staff import STAFF
from app.domain.records.tenant import TENANT
from app.domain.records.workload import WORKLOAD
from app.domain.sla.policy_book import SLA_POLICY
from app.domain.survey.campaign import CAMPAIGN
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.decider import SURVEY
from app.domain.survey.experience import EXPERIENCE
from app.domain.ticket.decider import TICKET

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
        SESSION,
        ACCESS,
    )
}
