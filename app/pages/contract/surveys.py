"""Surveys, campaigns and what they show."""

from app.pages.contract.operation import Operation

CAMPAIGNS = {
    "open_campaign": Operation(
        "开展调查",
        "open a campaign",
        "一轮调查一种问题。到期自动结束，也可提前结束。",
        "One wave of one question. It closes by itself when its time is over, or earlier by hand.",
        {
            "kind": "nps",
            "scale_id": "nps_0_10",
            "name": "2030 年第一季度",
            "community": "jinxiu",
            "from": "2030-01-01",
            "to": "2030-03-31",
            "issued": 100,
            "issued_by_channel": {"app": 80, "phone": 20},
        },
    ),
    "get_campaigns": Operation(
        "调查列表",
        "list campaigns",
        "最新的在前。",
        "The newest first.",
    ),
    "get_campaign": Operation(
        "查看调查",
        "get a campaign",
        "调查及其发放、退回与答复数。",
        "The campaign with how many were asked, came back and answered.",
    ),
    "close_campaign": Operation(
        "结束调查",
        "close a campaign",
        "此后不再接收答复。",
        "It takes no answers from then on.",
    ),
    "count_bounces": Operation(
        "登记退回数",
        "record bounces",
        "经外部渠道发出而被退回的累计数，不是增量。",
        "How many of those sent by outside channels came back: the total so far, not the latest.",
        {"bounced": 10, "bounced_by_channel": {"app": 10}},
    ),
    "invite_households": Operation(
        "邀请住户",
        "invite households",
        "指定住户，或在小区内抽签。每户一个链接；14 天内已被询问的跳过，抽签的由下一户替补。",
        "Named households, or some drawn by lot in the community. Each gets its own link. One that "
        "was asked within 14 days is left out; where lots are drawn, the next takes its place.",
        {"household_ids": ["h-3-1201", "h-3-1202"]},
    ),
}

ANSWERS = {
    "open_survey_link": Operation(
        "打开问卷链接",
        "open a survey by its link",
        "无需登录。不含住户与事由：得到链接的人都能看到。",
        "No identity needed. Nothing of the household or the matter: whoever has the link may read "
        "it.",
    ),
    "answer_survey": Operation(
        "按链接提交评价",
        "answer a survey by its link",
        "无需登录。只能提交一次，不可更改；相同答复重发算同一份（200）。",
        "No identity needed. Once and for good; the same answer sent twice is one answer (200).",
        {"score": 5, "tags": ["准时"], "text": "师傅很细心"},
    ),
    "record_response": Operation(
        "代录评价",
        "record a response",
        "员工代为记录，可关联工单的一轮、一次调查，或都不关联。无论何种渠道，"
        "每轮每种问卷只答一次，每户在一次调查中只有一票。",
        "Taken down by staff, for a cycle of a ticket, for a campaign, or for neither. Whichever "
        "way answers come, a cycle is answered once for each kind, and a household has one vote in "
        "a campaign.",
        {
            "kind": "csat",
            "scale_id": "csat_1_5",
            "household_id": "h-3-1201",
            "score": 5,
            "text": "很满意",
            "channel": "phone",
        },
    ),
    "get_surveys": Operation(
        "问卷列表",
        "list surveys",
        "业主可见自家的问卷；尚可作答的附链接。",
        "Owners see those of their household, each with its link while it can be answered.",
    ),
    "get_survey": Operation(
        "查看问卷",
        "get a survey",
        "一份问卷及其状态与答复。",
        "One survey with its state and its answer.",
    ),
    "mark_survey_delivered": Operation(
        "标记问卷已送达",
        "mark a survey delivered",
        "经该渠道送达住户，计入答复率。",
        "It reached the household by that channel, and counts for the response rate.",
        {"channel": "wechat"},
    ),
    "mark_survey_bounced": Operation(
        "标记问卷被退回",
        "mark a survey bounced",
        "未送达的不计入未答复。",
        "A household that it did not reach does not count as silent.",
        {"cause": "wrong_contact"},
    ),
    "get_experience": Operation(
        "体验曲线",
        "get the experience of a ticket",
        "各触点 1 至 10 分，以及问卷的答复。",
        "Scores from 1 to 10 by touchpoint, and what surveys were answered.",
    ),
    "score_touchpoint": Operation(
        "触点评分",
        "score a touchpoint",
        "由业主，或询问业主的员工。",
        "By the owner, or by staff who asked.",
        {"touchpoint": "arrival", "score": 8},
    ),
}

FIGURES = {
    "get_nps": Operation(
        "净推荐值",
        "get the net promoter score",
        "100 ×（推荐者 − 贬损者）÷ n，附区间。满 30 份才给出评价；整个区间都支持才算确认。",
        "100 × (promoters - detractors) ÷ n, with its interval. A label from 30 answers on; it is "
        "confirmed where the whole interval bears it out.",
    ),
    "get_csat": Operation(
        "满意度",
        "get customer satisfaction",
        "4 星与 5 星的百分比，附 Wilson 区间。",
        "The per cent of 4 and 5 stars, with Wilson's interval.",
    ),
    "get_ces": Operation(
        "费力度",
        "get the customer effort score",
        "平均分。1 至 5 分量表越低越好；不同量表不混算。",
        "The mean. On the scale of 1 to 5 low is good; scales are never mixed.",
    ),
    "get_servqual": Operation(
        "服务质量差距",
        "get SERVQUAL gaps",
        "感知减期望，按每人分配的一百分加权。",
        "Perception less expectation, weighted by each person's hundred points.",
    ),
    "get_journey": Operation(
        "情绪曲线",
        "get the journey of owners",
        "各触点的平均分，按旅程排列：低于 3 为痛点，8 以上为亮点。",
        "The mean of each touchpoint in the order of the journey: below 3 it hurts, from 8 on it "
        "delights.",
    ),
    "get_keywords": Operation(
        "高频抱怨词",
        "list the words of complaints",
        "每个词出现在多少条投诉中。只出现一次的不显示。",
        "How many complaints say each word. A word of one complaint alone is not shown.",
    ),
}

OPERATIONS = CAMPAIGNS | ANSWERS | FIGURES
