"""The stored name of every event: written out by hand, so that renaming a class renames nothing."""

from typing import Any

from app.events.api_key import ApiKeyIssued, ApiKeyRevoked
from app.events.attachment import AttachmentLinked, AttachmentStored
from app.events.calendar import CalendarRecorded
from app.events.category import CategoryRecorded, ChecklistRecorded
from app.events.household import HouseholdRecorded, PreferenceRecorded
from app.events.staff import StaffRecorded
from app.events.tenant import TenantOpened
from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    BillSettled,
    BillWaived,
    ChecklistItemChecked,
    CommentAdded,
    CompletionDisputed,
    CompletionFormIssued,
    CompletionSigned,
    CostLineAdded,
    DelayDeclared,
    DuplicateAbsorbed,
    EngineerArrived,
    EngineerDeparted,
    EscalationRaised,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    HandOverOffered,
    OfferedToPool,
    ProgressUpdated,
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketHeld,
    TicketLinked,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReopened,
    TicketReported,
    TicketResumed,
    TicketUrged,
    WorkCompleted,
    WorkVerified,
)
from app.events.workload import LoadReleased, LoadTaken

EVENTS: dict[str, type[Any]] = {
    "ticket_reported": TicketReported,
    "ticket_acknowledged": TicketAcknowledged,
    "first_responsible_set": FirstResponsibleSet,
    "ticket_rejected": TicketRejected,
    "ticket_reclassified": TicketReclassified,
    "ticket_cancelled": TicketCancelled,
    "offered_to_pool": OfferedToPool,
    "ticket_assigned": TicketAssigned,
    "ticket_claimed": TicketClaimed,
    "assignment_accepted": AssignmentAccepted,
    "assignment_returned": AssignmentReturned,
    "assignment_transferred": AssignmentTransferred,
    "engineer_departed": EngineerDeparted,
    "engineer_arrived": EngineerArrived,
    "access_failed": AccessFailed,
    "solution_proposed": SolutionProposed,
    "solution_consent_given": SolutionConsentGiven,
    "solution_accepted": SolutionAccepted,
    "solution_declined": SolutionDeclined,
    "ticket_held": TicketHeld,
    "ticket_resumed": TicketResumed,
    "delay_declared": DelayDeclared,
    "progress_updated": ProgressUpdated,
    "cost_line_added": CostLineAdded,
    "checklist_item_checked": ChecklistItemChecked,
    "work_completed": WorkCompleted,
    "completion_form_issued": CompletionFormIssued,
    "work_verified": WorkVerified,
    "completion_signed": CompletionSigned,
    "completion_disputed": CompletionDisputed,
    "ticket_closed": TicketClosed,
    "ticket_reopened": TicketReopened,
    "bill_settled": BillSettled,
    "bill_waived": BillWaived,
    "ticket_merged": TicketMerged,
    "duplicate_absorbed": DuplicateAbsorbed,
    "ticket_linked": TicketLinked,
    "hand_over_offered": HandOverOffered,
    "first_responsible_handed_over": FirstResponsibleHandedOver,
    "ticket_urged": TicketUrged,
    "comment_added": CommentAdded,
    "escalation_raised": EscalationRaised,
    "load_taken": LoadTaken,
    "load_released": LoadReleased,
    "staff_recorded": StaffRecorded,
    "household_recorded": HouseholdRecorded,
    "preference_recorded": PreferenceRecorded,
    "category_recorded": CategoryRecorded,
    "checklist_recorded": ChecklistRecorded,
    "calendar_recorded": CalendarRecorded,
    "attachment_stored": AttachmentStored,
    "attachment_linked": AttachmentLinked,
    "tenant_opened": TenantOpened,
    "api_key_issued": ApiKeyIssued,
    "api_key_revoked": ApiKeyRevoked,
}

NAME_OF: dict[type[Any], str] = {event: name for name, event in EVENTS.items()}

LATER_VERSIONS: dict[str, int] = {}
"""Only what `upcasters.py` has a step for; everything else is as it was first stored."""

SCHEMA_VERSION: dict[str, int] = {name: LATER_VERSIONS.get(name, 1) for name in EVENTS}
