"""Every aggregate by the category of its streams: the list that the command handler reads."""

from typing import Any

from app.domain.api_key import API_KEY
from app.domain.attachment import ATTACHMENT
from app.domain.calendar import CALENDAR
from app.domain.category import CATEGORY
from app.domain.decider import Decider
from app.domain.household import HOUSEHOLD
from app.domain.sla_policy import SLA_POLICY
from app.domain.staff import STAFF
from app.domain.tenant import TENANT
from app.domain.ticket.decider import TICKET
from app.domain.workload import WORKLOAD

DECIDERS: dict[str, Decider[Any, Any]] = {
    decider.category: decider
    for decider in (
        TICKET,
        WORKLOAD,
        STAFF,
        HOUSEHOLD,
        CATEGORY,
        CALENDAR,
        SLA_POLICY,
        ATTACHMENT,
        TENANT,
        API_KEY,
    )
}
