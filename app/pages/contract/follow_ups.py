"""Series of visits. Single follow-ups are tickets."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "start_series": Operation(
        "建立回访计划",
        "start a series of visits",
        "关怀回访或巡查：对谁或哪里、多久一次、到哪天、由谁。每次在前一天生成一张回访工单。",
        "Care visits or inspections: whom or where, how often, until when, and by whom. Each visit "
        "becomes a follow-up ticket the day before it is due.",
        {
            "household_id": "h-3-1201",
            "location": {"community": "jinxiu", "building": "3", "unit": "1201"},
            "purpose": "care",
            "cadence": "weekly",
            "first_at": "2030-01-07T10:00:00+08:00",
            "until": "2030-03-31",
            "assigned_to": "xiaolin",
            "reason": "独居老人",
        },
    ),
    "get_series_list": Operation(
        "回访计划列表",
        "list series of visits",
        "最新的在前，可按住户、工单、是否进行中筛选。",
        "The newest first, by household, ticket, or whether they go on.",
    ),
    "get_series": Operation(
        "查看回访计划",
        "get a series of visits",
        "计划、已生成的次数与下一次的时间。",
        "The series, how many visits have tickets, and when the next one is.",
    ),
    "skip_visit": Operation(
        "跳过一次回访",
        "skip a visit",
        "某一天的回访不做，须写明理由；已生成工单的，工单一并取消。",
        "Leaves out the visit of one day, for a reason; one that has a ticket is cancelled there.",
        {"date": "2030-01-14", "reason": "业主外出"},
    ),
    "end_series": Operation(
        "结束回访计划",
        "end a series of visits",
        "不再生成新的回访；已生成的工单保留。",
        "No further visits; those that have tickets stay.",
        {"reason": "业主已搬离"},
    ),
}
