"""Clocks, policies and calendars."""

from app.pages.contract.operation import Operation

OFFICE_DAY = [{"start": "08:30", "end": "12:00"}, {"start": "13:30", "end": "17:30"}]
OFFICE_WEEK = [OFFICE_DAY] * 5 + [[], []]
ROWS = [
    {
        "selector": {"kind": "repair", "service_class": "general"},
        "clocks": [
            {"clock": "acknowledge", "target": "PT15M"},
            {
                "clock": "arrive",
                "target": "PT2H",
                "pausable_reasons": ["owner_unavailable"],
                "escalations": [{"level": 1, "audience": "supervisor", "after": "PT0S"}],
            },
        ],
    }
]

CLOCKS = {
    "explain_clock": Operation(
        "时限说明",
        "explain a clock",
        "逐段说明计时：计入、非服务时间、暂停及原因。",
        "Every stretch of its run: counted, outside hours, or paused and why.",
    ),
    "get_breaches": Operation(
        "超时记录",
        "list breaches",
        "按发生顺序。已豁免的也在其中并注明。",
        "In the order in which they happened. Waived ones are among them and say so.",
    ),
    "get_clocks": Operation(
        "在途时限",
        "list running clocks",
        "尚未结束的时限，最先到期的在前。",
        "Those that are not over, the next due first.",
    ),
    "get_on_time_rate": Operation(
        "及时率",
        "get the on-time rate",
        "按起算时间统计：按时 ÷（按时 + 超时）。已过期即为超时；取消与豁免的分列，"
        "`raw_value` 把豁免的计为超时。",
        "By when clocks started: on time ÷ (on time + late). One that is overdue is late at once; "
        "cancelled and waived ones stand apart, `raw_value` counts the waived as late.",
    ),
}

POLICIES = {
    "get_policies": Operation(
        "时限政策列表",
        "list policies",
        "各政策当前生效的版本，以及整体检查发现的问题。",
        "Each as it is in force now, with the linter's findings over all of them.",
    ),
    "get_policy": Operation(
        "查看时限政策",
        "get a policy",
        "当前生效的版本，或指定的版本。",
        "As it is in force now, or the version asked for.",
    ),
    "put_policy": Operation(
        "设定时限政策",
        "set a policy",
        "新版本，自 `valid_from` 起生效。已在计时的保持原版本，直至迁移。应答含检查结果。",
        "A new version, in force from `valid_from` on. Running clocks keep their version until "
        "they are migrated. The answer has the linter's findings.",
        {"rows": ROWS, "source": "服务承诺 2030 版"},
    ),
    "migrate_clocks": Operation(
        "迁移时限",
        "migrate running clocks",
        "把在途时限改为现行政策与日历；已超时的不改写。可重复执行。每次最多 200 张工单，"
        "以 `next_cursor` 继续。",
        "Moves running clocks to the policy and calendar in force; breached ones are not "
        "rewritten. Safe to repeat. Up to 200 tickets at a time; `next_cursor` goes on.",
        {"policy_id": "default", "dry_run": True, "mode": "retro_with_floor"},
    ),
    "simulate_policy": Operation(
        "模拟政策",
        "simulate a policy or calendar",
        "不写入任何内容。按草案从头重走历史，比较超时。每次最多 200 张工单，合计为本页。",
        "Writes nothing. Goes through each ticket's history as if the draft had been in force from "
        "the beginning. Up to 200 tickets at a time; the sums are of the page.",
        {
            "draft_policy": {"policy_id": "default", "rows": ROWS},
            "filter": {"kind": "repair"},
            "window": {},
        },
    ),
}

CALENDARS = {
    "get_calendar": Operation(
        "查看日历",
        "get a calendar",
        "最新版本或指定版本。`always` 与 `office` 自带。",
        "The newest version or the one asked for. `always` and `office` are there from the start.",
    ),
    "put_calendar": Operation(
        "设定日历",
        "set a calendar",
        "新版本。在途时限保持原版本。`week` 为七天，周一在前。",
        "A new version. Running clocks keep theirs. `week` has seven days, Monday first.",
        {
            "zone": "Asia/Shanghai",
            "week": OFFICE_WEEK,
            "exceptions": {"closed": ["2030-01-01"], "hours": [], "make_up": []},
        },
    ),
    "compute_time": Operation(
        "试算时限",
        "compute due or elapsed time",
        "`start` 与 `duration` 求到期时间；`from` 与 `to` 求经过时间。不写入任何内容，"
        "用日历的最新版本。",
        "`start` and `duration` give the due time; `from` and `to` the elapsed time. Writes "
        "nothing; the newest version of the calendar is used.",
        {
            "calendar_id": "office",
            "start": "2030-01-02T16:30:00+08:00",
            "duration": "PT2H",
        },
    ),
}

OPERATIONS = CLOCKS | POLICIES | CALENDARS
