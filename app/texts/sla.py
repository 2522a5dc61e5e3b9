"""Texts of calendars, policies and clocks."""

from app.texts.text import Text

SLA: dict[str, Text] = {
    "calendar_never_open": Text(
        "日历没有工作时间",
        "日历中至少要有一段工作时间，否则时限无法计算。",
        "The calendar is never open",
        "A calendar needs some open time, or nothing would ever be due.",
    ),
    "interval_ends_early": Text(
        "结束早于开始",
        "时段的结束时间须晚于开始时间；跨夜的时段请按两天填写。",
        "The interval ends early",
        "An interval must end after it starts; split one over midnight into two days.",
    ),
    "intervals_overlap": Text(
        "时段重叠",
        "同一天的时段不能互相重叠。",
        "Intervals overlap",
        "The intervals of one day must not overlap.",
    ),
    "weekday_closed": Text(
        "所依照的星期不上班",
        "调休上班日所依照的星期本身没有工作时间。",
        "That weekday is closed",
        "The weekday that a make-up day follows has no open hours.",
    ),
    "calendar_unknown": Text(
        "没有这个日历",
        "没有这个日历，请核对编号。",
        "No such calendar",
        "There is no calendar of this id.",
    ),
    "calendar_never_changes": Text(
        "这个日历不能更改",
        "全天候日历（always）是固定的，不能更改。",
        "This calendar never changes",
        "The calendar `always` is fixed; create another one.",
    ),
    "calendar_version_unknown": Text(
        "没有这个日历版本",
        "日历没有第 {version} 版。",
        "No such version of the calendar",
        "The calendar has no version {version}.",
    ),
    "calendar_search_exhausted": Text(
        "时限过长，无法计算",
        "在 {days} 天内算不出到期时间，请缩短时限或增加工作时间。",
        "The target is too long",
        "No due time within {days} days: shorten the target or add open time.",
    ),
    "policy_unknown": Text(
        "没有这个时限政策",
        "没有这个时限政策，请核对编号。",
        "No such policy",
        "There is no policy of this id.",
    ),
    "policy_ambiguous": Text(
        "与其他政策重复",
        "政策 {policy} 已经为完全相同的对象规定了同一个时限。",
        "Another policy has this clock already",
        "The policy {policy} has this clock for the same selector.",
    ),
    "target_is_twofold": Text(
        "时限写了两次",
        "时限只能按时长或按天数规定，不能同时使用。",
        "Two targets",
        "A target is either a duration or a number of days.",
    ),
    "steps_out_of_order": Text(
        "升级步骤顺序不对",
        "升级步骤须按级别和时间递增。",
        "The steps are out of order",
        "Each step must have a higher level than the one before, and come no earlier.",
    ),
    "clock_not_found": Text(
        "没有这个时限",
        "这张工单没有这个时限，或没有这一轮。",
        "No such clock",
        "The ticket has no clock of this kind, or not in that cycle.",
    ),
    "unknown_clock": Text(
        "没有这个时限",
        "这张工单没有这个时限，或没有这一轮。",
        "No such clock",
        "The ticket has no clock of this kind in that cycle.",
    ),
    "clock_not_breached": Text(
        "时限没有超时",
        "这个时限没有超时，无需豁免。",
        "The clock is not breached",
        "There is no breach to waive.",
    ),
    # what the linter finds
    "looser_than_promise": Text(
        "比对外承诺宽松",
        "政策给出的时限比对外公布的承诺更长。",
        "Looser than the published promise",
        "The policy gives more time than what was promised to owners.",
    ),
    "tighter_than_policy": Text(
        "口头承诺比政策严",
        "员工话术中的承诺比政策更严，业主会以此为准。",
        "Tighter than the policy",
        "Staff promise owners less time than the policy gives.",
    ),
    "promise_without_clock": Text(
        "承诺没有对应的时限",
        "对外公布了承诺，但政策没有相应的时限。",
        "A promise without a clock",
        "This was promised to owners, and no clock measures it.",
    ),
    "sources_disagree": Text(
        "承诺来源互相矛盾",
        "对同一对象公布了两个不同的承诺。",
        "The sources disagree",
        "Two different promises were published for the same matters.",
    ),
    "below_the_floor": Text(
        "低于普通标准",
        "专设的时限比普通业主的还要宽松。",
        "Below the floor",
        "A special row gives more time than the one for all owners.",
    ),
    "never_warned": Text(
        "没有预警",
        "这个时限到期前不会预警。",
        "Never warned",
        "Nobody is warned before this clock is due.",
    ),
    "never_escalated": Text(
        "没有升级步骤",
        "这个时限超时后不会升级。",
        "Never escalated",
        "No escalation follows a breach of this clock.",
    ),
    "internal_reason_pauses": Text(
        "内部原因可暂停时限",
        "业主不应为我方的配件、供应商等原因等待。",
        "An internal reason pauses it",
        "Owners do not wait for our parts or vendors.",
    ),
}
