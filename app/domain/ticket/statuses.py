"""The statuses of a ticket and what they are called. A held ticket keeps its status."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str


LABELS: dict[str, Label] = {
    "reported": Label("待受理", "Reported"),
    "acknowledged": Label("已受理", "Acknowledged"),
    "rejected": Label("不予受理", "Rejected"),
    "pooled": Label("待抢单", "In the pool"),
    "assigned": Label("已派单", "Assigned"),
    "returned": Label("退单", "Returned"),
    "accepted": Label("已接单", "Accepted"),
    "transferred": Label("转单", "Being transferred"),
    "en_route": Label("已出发", "On the way"),
    "on_site": Label("已到场", "On site"),
    "no_access": Label("未能入户", "No access"),
    "proposed": Label("方案待确认", "Solution proposed"),
    "in_progress": Label("维修中", "In progress"),
    "completed": Label("已完工", "Completed"),
    "verified": Label("已验收", "Verified"),
    "confirmed": Label("业主已确认", "Confirmed by the owner"),
    "disputed": Label("有异议", "Disputed"),
    "closed": Label("已关闭", "Closed"),
    "reopened": Label("重新打开", "Reopened"),
    "merged": Label("已并单", "Merged"),
    "cancelled": Label("已撤销", "Cancelled"),
}

ALL = frozenset(LABELS)
TERMINAL = frozenset({"rejected", "closed", "merged", "cancelled"})
OPEN = ALL - TERMINAL

# The work is done, or is said to be.
DONE = frozenset({"completed", "verified", "confirmed", "disputed"})
UNFINISHED = OPEN - DONE

# An engineer has taken the ticket on and has not finished: it counts against the load cap.
CARRIED = frozenset(
    {"accepted", "transferred", "en_route", "on_site", "no_access", "proposed", "in_progress"}
)
