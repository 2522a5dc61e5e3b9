"""Texts of follow-ups and of series of visits."""

from app.texts.text import Text

FOLLOW_UP: dict[str, Text] = {
    "follow_up_open": Text(
        "满意度回访尚未完成",
        "完工后的满意度回访（{number}）完成或确认联系不上之后，才能关闭工单。",
        "The owner has not been asked yet",
        "Complete the first follow-up ({number}), or mark it unreachable, before closing.",
    ),
    "follow_up_not_attempted": Text(
        "尚未联系业主",
        "请先登记与业主的联系（电话或上门），再填写回访结果。",
        "The owner was not contacted",
        "Record an attempt to reach the owner before the outcome.",
    ),
    "too_few_attempts": Text(
        "联系次数不足",
        "须在至少 {least_days} 天内联系至少 {least_attempts} 次才能登记联系不上；"
        "目前 {days} 天 {attempts} 次。",
        "Too few attempts",
        "It takes {least_attempts} attempts on {least_days} days; there were {attempts} on {days}.",
    ),
    "caller_is_executor": Text(
        "不能回访自己的工作",
        "回访须由施工人员以外的人进行。",
        "Not about your own work",
        "The owner must be called by somebody who did not do the work.",
    ),
    "call_back_by_superior": Text(
        "须由主管回电",
        "业主不满意后的回电须由主管或经理进行。",
        "A superior calls back",
        "A dissatisfied owner is called back by a supervisor or manager.",
    ),
    "due_in_past": Text(
        "时间已过",
        "约定的回访时间须晚于现在。",
        "That time is past",
        "A follow-up must be due in the future.",
    ),
    "parent_required": Text(
        "请说明回访哪张工单",
        "人工建立的回访须说明所回访的工单。",
        "Which ticket is it about?",
        "A follow-up must name the ticket that it asks about.",
    ),
    "parent_is_follow_up": Text(
        "不能回访一次回访",
        "请说明所回访的工单，而不是另一次回访。",
        "That is a follow-up",
        "Name the ticket that is asked about, not a follow-up of it.",
    ),
    "reporter_stays_unnamed": Text(
        "匿名投诉不回访",
        "这是匿名投诉，不向投诉人回访，以免泄露其身份。",
        "Nobody is to be asked",
        "The complaint is anonymous: a follow-up would reveal the reporter.",
    ),
    "nothing_to_ask_about": Text(
        "工单无需回访",
        "工单处于“{status:status}”，无需回访。",
        "No follow-up is needed",
        "The ticket is “{status:status}”: no follow-up is needed.",
    ),
    "nothing_to_reopen": Text(
        "没有可重新打开的工单",
        "这次回访没有关联的工单，请另行报修。",
        "Nothing to reopen",
        "This follow-up belongs to no ticket; report the matter as a new one.",
    ),
    "series_not_found": Text(
        "没有这个回访计划",
        "没有这个回访计划，请核对编号。",
        "No such series",
        "There is no series of visits of this id.",
    ),
    "series_exists": Text(
        "回访计划已存在",
        "这个回访计划已经建立。",
        "The series exists",
        "This series of visits was started already.",
    ),
    "series_ended": Text(
        "回访计划已结束",
        "这个回访计划已经结束。",
        "The series has ended",
        "This series of visits has ended.",
    ),
    "series_ends_wrongly": Text(
        "结束日期不对",
        "回访计划的最后一天须在 {first} 与 {last} 之间。",
        "The last day is wrong",
        "The last day of the series must be between {first} and {last}.",
    ),
    "series_place_required": Text(
        "请说明地点",
        "请说明回访的地点，或先登记住户所在的小区。",
        "The place is missing",
        "Give the location of the visits, or record the community of the household.",
    ),
    "household_of_another_ticket": Text(
        "住户与工单不符",
        "这张工单属于另一个住户。",
        "Another household",
        "The ticket belongs to another household.",
    ),
    "no_visit_on_that_day": Text(
        "当天没有回访",
        "回访计划在这一天没有安排。",
        "No visit on that day",
        "The series has no visit on that day.",
    ),
    "visit_already_scheduled": Text(
        "当天的回访已经派出",
        "这一次回访已经生成工单，请直接取消那张工单。",
        "That visit is scheduled",
        "The visit already has its own ticket: cancel that one.",
    ),
}
