"""Operation ids of ticket commands: a verb and a noun, where the path has only a verb."""

OPERATION_IDS = {
    "acknowledge": "acknowledge_ticket",
    "reject": "reject_ticket",
    "reclassify": "reclassify_ticket",
    "cancel": "cancel_ticket",
    "open-to-pool": "open_ticket_to_pool",
    "assign": "assign_ticket",
    "claim": "claim_ticket",
    "accept": "accept_ticket",
    "decline": "decline_ticket",
    "transfer": "transfer_ticket",
    "depart": "depart_for_ticket",
    "arrive": "arrive_at_ticket",
    "hold": "hold_ticket",
    "release": "release_ticket",
    "verify": "verify_ticket",
    "dispute": "dispute_ticket",
    "close": "close_ticket",
    "reopen": "reopen_ticket",
    "merge": "merge_ticket",
    "link": "link_ticket",
    "hand-over": "hand_over_ticket",
    "urge": "urge_ticket",
    "comment": "comment_on_ticket",
    "escalate": "escalate_ticket",
    "exclusions": "record_exclusion",
    "attempt": "record_attempt",
    "reschedule": "reschedule_follow_up",
    "investigate": "investigate_complaint",
    "remedy": "remedy_complaint",
    "respond": "respond_to_complaint",
    "satisfy": "mark_complaint_satisfied",
    "withdraw": "withdraw_complaint",
    "support": "support_complaint",
    "mark-unreachable": "mark_follow_up_unreachable",
}


def operation_id(command: str) -> str:
    return OPERATION_IDS.get(command) or command.replace("-", "_")
