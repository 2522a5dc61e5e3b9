"""The log."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "get_events": Operation(
        "全部事件",
        "list every event",
        "位置连续编号：1、2、3……以 `after` 传回最后的位置，不会遗漏。",
        "Positions are dense: 1, 2, 3 … A reader who gives the last one as `after` misses nothing.",
    ),
}
