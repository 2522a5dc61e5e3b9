"""What the fields of answers say of themselves, by what the code says.

A text alone is the Chinese of what the code says; `Words` put that differently, too.
"""

from app.pages.page import Words

TICKETS: dict[str, str | Words] = {
    "工单. The reporter of an anonymous complaint is left out for those who may not know.": Words(
        "工单。匿名投诉的投诉人对不应知情者不显示。",
        "A ticket. Whose an anonymous complaint is, is left out for those who must not know.",
    ),
    "Whether the first visit mended it for good; null until that is known.": Words(
        "是否一次修复；未定为 null。",
        "Whether the first visit fixed it for good; null until known.",
    ),
    "Absent where anything of the event is masked for the reader.": (
        "事件的任何内容对读者隐去时，此项不出现。"
    ),
    "What this ticket asks, if it is one.": Words(
        "若为回访：所问的内容。", "What this ticket asks, if it is a follow-up."
    ),
    "《维修完成确认单》. `hash` is what the owner signs.": Words(
        "《维修完成确认单》。业主签的是 `hash`。",
        "The completion form. `hash` is what the owner signs.",
    ),
    "投诉. `repeat`: its ordinal among the household's of its kind, or how many it quotes.": Words(
        "投诉。`repeat`：该住户同类投诉的第几次，或所引用的数量；不得知道投诉人时为 null。",
        "A complaint. `repeat`: its ordinal among the household's of this sort, "
        "or how many it quotes; null where you may not know who complained.",
    ),
    "What the owner was answered.": Words("对业主的答复。", "The answer to the owner."),
    "回访. `attempts` are those since it was last agreed when.": Words(
        "回访。`attempts` 为最近一次约定以来的联系次数。",
        "A follow-up. `attempts` counts those since the time was last agreed.",
    ),
    "One that asks about this ticket, as it was scheduled; how it goes is shown on its own.": Words(
        "针对此工单安排的回访；进展见回访工单。",
        "A follow-up on this ticket, as scheduled; its course is on its own ticket.",
    ),
    "回访计划. `visits` have tickets of their own by now.": Words(
        "回访计划。`visits` 为已生成工单的次数。",
        "A series of visits. `visits` is how many have tickets by now.",
    ),
    "ticket, compensation, survey, problem, household …": "工单、补偿、问卷、问题、住户等。",
    "Of a ticket.": Words("工单的单号。", "The number of a ticket."),
    "时间线. Every event with who, and both times, in the order "
    "in which they were recorded.": Words(
        "时间线。每个事件的操作人与两个时间，按记录顺序。",
        "A timeline: every event with its actor and both times, in the order of recording.",
    ),
    "Give it as `after`; null at the end of the log.": "作为 `after` 传回；到末尾为 null。",
    "The position of the tenant's newest event.": "租户最新事件的位置。",
    "How many events were recorded on the way.": "途中记录的事件数。",
    "Whether the clock is where it was moved to: if not, repeat.": (
        "时钟是否已到达所要求的时间；若否，请重复请求。"
    ),
    "Only if it was asked for.": "仅在要求时给出。",
    "Seconds.": "秒。",
    "Every token of the subject issued until then is refused; null if only the session was "
    "ended.": "该人员在此时刻及之前取得的令牌一律被拒；仅结束会话时为空。",
    "How often the household has recommended the company.": "该住户推荐的次数。",
    "Of the whole company: it decides who can take a ticket.": (
        "全公司的工单数：能否再接单以此为准。"
    ),
    "Ids of those tickets that the caller's communities have.": "其中属于调用者所辖小区的工单。",
    "Ids of such tickets that are offered and not yet answered.": (
        "已派出尚未答复、属于调用者所辖小区的工单。"
    ),
    "不可查看的事件. Only that there is one: positions stay dense.": Words(
        "不可查看的事件。仅示其存在，以使位置连续。",
        "An event that you may not see. Only that there is one: positions stay dense.",
    ),
    "The key itself, shown this once; null when the answer is a repeat.": (
        "密钥本身，仅显示这一次；重发的应答为 null。"
    ),
}

CLOCKS: dict[str, str | Words] = {
    "时限. What has `elapsed` counts open time without the pauses, as of now.": Words(
        "时限。`elapsed` 为截至现在的服务时间，不含暂停。",
        "A clock. `elapsed` is open time without pauses, as of now.",
    ),
    "A running clock, and whose it is.": Words(
        "在途时限及其所属工单。", "A running clock and its ticket."
    ),
    "ISO 8601: `PT2H` of open time, or `P5D` by the calendar.": (
        "ISO 8601：`PT2H` 为服务时间，`P5D` 为日历日。"
    ),
    "Open time beyond the target; frozen at the stop.": "超出目标的服务时间；停止后不变。",
    "Open time beyond the due time; frozen at the end.": "超出到期的服务时间；结束后不变。",
    "超时. It happened at the due time, whenever it was detected.": Words(
        "超时。发生于到期时刻，与何时发现无关。",
        "A breach. It happened at the due time, whenever it was detected.",
    ),
    "When it was recorded; null for the moment until it is.": Words(
        "记录时间；尚未记录为 null。", "When it was recorded; null until then."
    ),
    "The clock, and every stretch of its run without a gap.": "时限及其全部连续的分段。",
    "时限政策": Words("时限政策。", "A policy."),
    "What is strange. `given` is what the policy gives, `said` what somebody "
    "said beside it.": Words(
        "检查发现。`given` 为政策所给，`said` 为别处所称。",
        "A finding. `given` is what the policy gives, `said` what is said elsewhere.",
    ),
    "`due_at` and `provisional`, or `elapsed`, as it was asked.": Words(
        "按所问给出 `due_at` 与 `provisional`，或 `elapsed`。",
        "`due_at` and `provisional`, or `elapsed`, by what was asked.",
    ),
    "A holiday notice still to come may move it.": Words(
        "节假日安排公布后可能变动。", "It may move when the holidays are announced."
    ),
    "In force now; null where it is not yet.": "现行版本；尚未生效为 null。",
    "Clocks of older versions whose terms stay: the same, or breached already.": (
        "旧版本中不变的时限：条款相同或已超时。"
    ),
    "On time and late together.": "按时与超时合计。",
    "As if nothing had been waived.": Words("不计豁免。", "As if nothing were waived."),
    "Still within their time: counted nowhere so far.": Words(
        "尚未到期，暂不计入。", "Still within their time; not counted yet."
    ),
}

PROMISES: dict[str, str | Words] = {
    "承诺. `accrued_fen` is what its lateness has come to by now, "
    "and never more than the cap.": Words(
        "承诺。`accrued_fen` 为逾期至今的金额，不超过上限。",
        "A promise. `accrued_fen` is what its lateness comes to by now, up to the cap.",
    ),
    "`made` and `excused` are still to be kept; the latter was moved by whole days.": Words(
        "`made` 与 `excused` 尚待兑现；后者已顺延整日。",
        "`made` and `excused` are still to be kept; `excused` was moved by whole days.",
    ),
    "When it was due before its last revision.": "最近一次改期前的到期时间。",
    "The clock that leaves more time.": Words(
        "比承诺更宽的时限。", "The clock that allows more time."
    ),
    "It was promised all the same.": Words("提示，承诺已生效。", "Hints; the promise stands."),
    "What was said: one of the three.": Words(
        "约定的期限，三者之一。", "The terms: one of the three."
    ),
    "The clock of the same meaning leaves more time than was promised.": Words(
        "同义的时限比承诺更宽。", "The corresponding clock allows more time than was promised."
    ),
    "Kept and broken together.": "兑现与违约合计。",
    "Per cent kept.": "兑现的百分比。",
    "Still to be kept: counted nowhere so far.": Words(
        "尚待兑现，暂不计入。", "Still to be kept; not counted yet."
    ),
    "What was owed for those that are settled.": "已结清者的应付金额。",
}

MONEY: dict[str, str | Words] = {
    "补偿": Words("补偿。", "A compensation."),
    "A thing, valued at what it costs.": "实物，按成本计价。",
    "Words of a person, or the code of what a rule makes good.": Words(
        "人写的理由，或规则所补偿事由的代码。",
        "The reason as written, or the code of what a rule compensates.",
    ),
    "Whose turn it is to decide.": "待谁决定。",
    "For approval, ISO 8601.": Words("等待审批的时长，ISO 8601。", "Wait for approval, ISO 8601."),
    "What it would be without the caps.": "不计上限时的金额。",
    "Of a penalty by the day: started days so far.": "按日赔付：至今开始的天数。",
    "Why it was rejected, voided, reversed, or is kept.": ("驳回、作废、冲销或保留的原因。"),
    "A fee credit that the fee system has been told of.": Words(
        "收费系统已取走的减免。", "A fee credit that the fee system has taken."
    ),
    "`exposure_fen` is what was given on the ticket and to the household, this included.": Words(
        "`exposure_fen` 为该工单与住户所获合计，含本笔。",
        "`exposure_fen` is what was granted on the ticket and to the household, this included.",
    ),
    "试算. Nothing was written.": Words("试算，未写入。", "A trial; nothing was written."),
    "What the caps kept back.": Words("因上限未补偿的金额。", "What the caps withheld."),
    "The first hundred.": "前一百条。",
    "补偿规则": Words("补偿规则。", "A compensation rule."),
    "授权. Limits include their figure; null is no limit of that sort.": Words(
        "授权。限额含本数；null 为无此限额。",
        "Authority. A limit includes its figure; null is no such limit.",
    ),
    "Of the matrix; decisions store it.": Words(
        "矩阵的版本，随决定保存。", "Version of the matrix; decisions store it."
    ),
    "How often the matrix was changed, from 1.": Words(
        "矩阵的版本号，从 1 起。", "Version of the matrix, from 1."
    ),
    "疑点. It hinders nobody; `detail` is a figure or an id.": Words(
        "疑点。不阻止任何操作；`detail` 为数值或编号。",
        "A flag. It blocks nothing; `detail` is a figure or an id.",
    ),
    "Who decided it, or proposed it.": "决定人或提出人。",
    "Households that people gave more often to in 90 days than to 99 of 100 others; with the "
    "first page.": Words(
        "90 天内由人补偿次数高于 99% 住户的住户；仅首页给出。",
        "Households that people compensated more often in 90 days than 99 of 100 others; on the "
        "first page only.",
    ),
    "`balance_fen` is debit less credit for `expense:` accounts, credit less debit for others.": (
        "`balance_fen`：`expense:` 科目为借减贷，其余为贷减借。"
    ),
    "granted - voided - reversed = liability + settled, always.": (
        "恒有：补偿 − 作废 − 冲销 = 负债 + 已兑现。"
    ),
    "What is owed and not fulfilled yet: the liability.": "应付未兑现：负债。",
    "What was fulfilled, less what was reversed.": "已兑现减去冲销。",
    "分录. What is debited is credited. It stays as it is: a later entry goes against it.": Words(
        "分录。有借必有贷。不更改，以后续分录冲销。",
        "A journal entry; debits equal credits. It never changes: a later entry counters it.",
    ),
    "Of the event that was entered.": Words("所入账事件的位置。", "Position of the event entered."),
    "The local month that the grant counts in: `2024-03`.": "补偿所属的当地月份，如 `2024-03`。",
    "物业费减免. `compensation_id` is the reference: it is credited once, and once more only after "
    "a withdrawal.": Words(
        "物业费减免。以 `compensation_id` 为凭：只减一次，撤销后才可再减。",
        "A fee credit. `compensation_id` is the reference: credited once, and again only after a "
        "withdrawal.",
    ),
    "`after` of the next pull, also where nothing came.": Words(
        "下次的 `after`，无新内容时也有。",
        "`after` of the next request, also where nothing is new.",
    ),
    "项目月度预算.": Words("项目月度预算。", "A project's monthly budget."),
    "Approved beyond a budget.": "超预算批准的。",
    "住户已获补偿. What caps and authority are judged by.": Words(
        "住户已获补偿，上限与授权据此判断。",
        "What a household was granted; caps and authority are judged by it.",
    ),
    "What people gave without asking anybody.": Words(
        "无需审批、由人给予的。", "What people granted without approval."
    ),
    "How much the caller may still give this household alone.": Words(
        "调用者尚可独自给予该住户的额度。",
        "How much the caller may still grant this household alone.",
    ),
    "Tickets reported in the period.": "期间内的工单数。",
    "Yuan per 100 tickets, net of voids and reversals.": "每百张工单的元数，扣除作废与冲销。",
    "Of the value, as the cost varies by ticket.": Words(
        "`value` 的区间，按工单间的差异。",
        "Interval of the value, by how costs vary between tickets.",
    ),
    "Of what was granted, what was given in good faith: by `decided_by`, it is not held against "
    "anybody.": Words(
        "其中善意决定的部分：按 `decided_by` 分列时不计责。",
        "The part granted in good faith: by `decided_by`, it is not held against anybody.",
    ),
    "审批等待. By when it was asked for; what waits is of now, whenever it was asked for.": Words(
        "审批等待，按申请时间；等待中的为当前全部。",
        "Approval waits, by time of request; what still waits is as of now, whenever requested.",
    ),
    "Decided: approved, rejected or expired.": "已决定：批准、驳回或过期。",
    "Median wait, minutes.": "等待的中位数，分钟。",
    "Of the median, by order statistics, minutes.": Words(
        "中位数的区间（次序统计），分钟。", "Interval of the median by order statistics, minutes."
    ),
    "Minutes.": "分钟。",
    "Went one level up at least.": "至少上升一级。",
    "ISO 8601": "ISO 8601 时长。",
    "ISO 8601: how long the first of them waits.": "ISO 8601：最早一笔等待的时长。",
}

SURVEYS: dict[str, str | Words] = {
    "一轮调查": Words("一轮调查。", "A campaign."),
    "问卷": Words("问卷。", "A survey."),
    "What who has the link may know of it: the question, and what was answered through it.": Words(
        "持链接者可见：问题，以及由此提交的答复。",
        "What the holder of the link sees: the question, and what was answered through it.",
    ),
    "Of the link, while it can be answered; for the household and customer service.": Words(
        "链接标识，尚可作答时给出；限住户与客服。",
        "Token of the link while it can be answered; for the household and customer service.",
    ),
    "False for the households of our own staff.": "员工自家的住户为 false。",
    "净推荐值，−100 到 100": Words("净推荐值，−100 到 100。", "Net promoter score, -100 to 100."),
    "满意度：4–5 星所占的百分比": Words(
        "满意度：4–5 星所占的百分比。", "Satisfaction: the per cent of 4 and 5 stars."
    ),
    "费力度：平均分": Words("费力度：平均分。", "Effort: the mean."),
    "服务质量差距：感知 − 期望，按百分配比加权": Words(
        "服务质量差距：感知 − 期望，按百分配比加权。",
        "SERVQUAL: perception less expectation, weighted by points.",
    ),
    "Too few answers for who was rated to be shown any.": Words(
        "答复太少，被评价者不可见。", "Withheld: too few answers to show to who was rated."
    ),
    "Whether the response rate passes the gate.": Words(
        "答复率是否达标。", "Whether the response rate is high enough."
    ),
    "Answers that were not counted in.": Words(
        "未计入的其他量表答复。", "Answers on other scales, not counted."
    ),
    "Of two waves: this one less the one it is held against.": Words(
        "两轮之差：本轮减比较轮。", "Two campaigns: this one less the other."
    ),
    "体验曲线：峰值、终值与曲线": Words(
        "体验曲线：峰值、终值与曲线。", "The experience curve: peak, end and course."
    ),
    "Farthest from the middle: what is remembered.": "离中点最远：最被记住的。",
    "The mean of the peak and the end.": "峰值与终值的平均。",
    "Of 3 and less.": Words("3 分及以下。", "3 and less."),
    "Of 8 and more.": Words("8 分及以上。", "8 and more."),
    "情绪曲线": Words("情绪曲线。", "The journey of owners."),
    "How many complaints say it.": "出现于多少条投诉。",
    "How many complaints there are.": "投诉总数。",
}

IMPROVEMENT: dict[str, str | Words] = {
    "问题. `rca` is the version that is worked on, or else the one in force.": Words(
        "问题。`rca` 为进行中的版本，否则为现行版本。",
        "A problem. `rca` is the version in progress, or else the one in force.",
    ),
    "By the latest check with enough to say.": Words(
        "按最近一次有结论的检查。", "By the latest conclusive check."
    ),
    "Done by its date, and the figure where it was to be.": Words(
        "按期完成且指标达标。", "Done by its date, with the figure at its target."
    ),
    "From the phenomenon to one root, by the longest way that was found to hold.": Words(
        "从现象到根因的最长有效推理链。",
        "From the phenomenon to one root, by the longest chain that holds.",
    ),
    "Of the check that was just recorded.": Words(
        "刚登记的检查的结论。", "Verdict of the check just recorded."
    ),
    "Null while it is worked on.": "进行中为 null。",
    "Those for its roots.": Words("针对其根因的措施。", "The actions for its roots."),
    "Completed repairs whose thirty days have passed.": "完工满三十天的维修。",
    "Per cent.": "百分比。",
    "Wilson, [low, high], per cent.": "Wilson 区间 [下限, 上限]，百分比。",
    "Whether n is 30 at least.": "n 是否不少于 30。",
    "Why those were refuted.": Words("不算一次修复的原因。", "Why those do not count as fixed."),
    "Within their thirty days: counted nowhere so far.": Words(
        "未满三十天，暂不计入。", "Within their thirty days; not counted yet."
    ),
    "Of these, refuted already.": Words("其中已不算一次修复的。", "Of these, already not fixed."),
}

ANSWERS = TICKETS | CLOCKS | PROMISES | MONEY | SURVEYS | IMPROVEMENT
