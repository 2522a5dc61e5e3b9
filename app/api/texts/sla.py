"""Texts of calendars, policies and clocks."""

from app.api.texts.text import Text

SLA: dict[str, Text] = {
    "calendar_never_open": Text(
        "日历没有工作时间",
        "日历中至少要有一段工作时间，否则时限无法计算。",
        "The calendar is never open",
        "A calendar needs some open time, or nothing ever falls due.",
    ),
    "interval_ends_early": Text(
        "结束早于开始",
        "时段的结束时间须晚于开始时间；跨夜的时段请按两天填写。",
        "The interval ends early",
        "An interval ends after it starts; a night's work is two intervals of two days.",
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
        "A make-up day follows the hours of a weekday that has none.",
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
        "The calendar `always` is what it is; make another one.",
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
        "The search found no end",
        "No due time lies within {days} days: shorten the target or open the calendar longer.",
    ),
}
