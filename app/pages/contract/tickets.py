"""Tickets: reporting and reading them."""

from app.pages.contract.operation import Operation

REPORT = {
    "kind": "repair",
    "category": "leak",
    "description": "厨房水槽下漏水",
    "channel": "app",
    "location": {
        "community": "jinxiu",
        "building": "3",
        "unit": "1201",
        "component": "kitchen.drain",
    },
    "household_id": "h-3-1201",
    "reporter": {"name": "张阿姨", "phone": "13800000000"},
}

OPERATIONS = {
    "report_ticket": Operation(
        "报修",
        "report a ticket",
        "新建工单：报修、投诉、建议或回访。业主为自家报；员工代报时写明住户与报事人。"
        "描述与照片至少有一项。回访须写 `parent_id`，其余随原工单。",
        "Opens a ticket: a repair, a complaint, a suggestion or a follow-up. Owners report for "
        "their own household; staff name household and reporter. A description or a photo is "
        "needed. A follow-up names `parent_id` and takes the rest from that ticket.",
        REPORT,
    ),
    "get_tickets": Operation(
        "工单列表",
        "list tickets",
        "调用者可见的工单，可按类型、状态、等级、负责人、住户、小区、挂起、超时、时间与关键词筛选。"
        "每张工单按当前状态显示。",
        "The tickets that the caller may see, filtered by kind, status, class, assignee, "
        "household, community, hold, breach, time and words. Each is shown as it is now.",
    ),
    "get_ticket": Operation(
        "查看工单",
        "get a ticket",
        "当前状态；`version` 为当时的版本；`as_of` 为截至该时刻已记录的内容。两者不可同用。",
        "As it is now; with `version`, as it was at that version; with `as_of`, as it had been "
        "recorded by then. Not both.",
    ),
    "get_ticket_events": Operation(
        "工单历史",
        "list the events of a ticket",
        "按顺序列出全部事件。业主看不到员工之间的内部留言。",
        "Every event in order. Owners do not see what staff say among themselves.",
    ),
    "get_ticket_diff": Operation(
        "版本差异",
        "compare a ticket at two moments",
        "`from` 与 `to` 可为版本号或时刻（按记录时间）。每处变更注明事件、操作人，"
        "以及从发生到记录的延迟。",
        "`from` and `to` are versions or instants (as recorded by then). Each change names its "
        "event, its actor, and the delay from when it happened to when it was recorded.",
    ),
    "get_ticket_timeline": Operation(
        "工单时间线",
        "list a ticket's timeline",
        "该工单、关联工单、回访，以及由此产生的补偿、问卷与问题的全部事件。",
        "Every event of the ticket, of linked tickets and follow-ups, and of the compensation, "
        "surveys and problems that came of them.",
    ),
}
