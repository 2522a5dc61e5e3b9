"""Texts of surveys, campaigns and experience."""

from app.texts.text import Text

SURVEY: dict[str, Text] = {
    "survey_unknown": Text(
        "没有这份问卷",
        "问卷不存在，或链接不正确。",
        "No such survey",
        "There is no such survey, or the link is not one of ours.",
    ),
    "survey_answered": Text(
        "已经评价过",
        "这份问卷已经有了回答，回答提交后不能更改。",
        "Answered already",
        "This survey has an answer, and answers do not change.",
    ),
    "survey_expired": Text(
        "问卷已过期",
        "问卷链接已于 {expired_at} 失效。",
        "The survey has expired",
        "The link expired at {expired_at}.",
    ),
    "campaign_unknown": Text(
        "没有这轮调查",
        "没有这轮调查，请核对编号。",
        "No such campaign",
        "There is no campaign of this id.",
    ),
    "campaign_closed": Text(
        "调查已结束",
        "这轮调查已经结束，不再接受回答。",
        "The campaign is closed",
        "The campaign is over and takes no more answers.",
    ),
    "campaign_already_open": Text(
        "调查已经开始",
        "这轮调查此前已经建立。",
        "The campaign is open already",
        "A campaign of this id exists already.",
    ),
    "campaign_of_another_kind": Text(
        "调查类型不符",
        "这轮调查的类型是 {kind}，不能与其他类型的指标一起计算。",
        "The campaign is of another kind",
        "This campaign asks for {kind}; figures of two kinds are never mixed.",
    ),
    "scale_mismatch": Text(
        "量表不符",
        "量表与调查类型 {kind} 不符。",
        "The scale does not fit",
        "The scale does not belong to {kind}.",
    ),
    "parts_are_not_the_whole": Text(
        "分项与总数不符",
        "各渠道之和须等于总数 {whole}。",
        "The counts do not add up",
        "The counts by channel must add up to {whole}.",
    ),
    "household_mismatch": Text(
        "住户不符",
        "住户与工单的住户不一致。",
        "Another household's ticket",
        "The ticket belongs to another household.",
    ),
    "pairs_belong_to_servqual": Text(
        "不需要成对评分",
        "只有 SERVQUAL 问卷才有成对的期望与感知评分。",
        "Pairs are only for SERVQUAL",
        "Only SERVQUAL has pairs and weights.",
    ),
    "servqual_has_no_score": Text(
        "SERVQUAL 没有总分",
        "SERVQUAL 问卷请填写 22 对评分，不填总分。",
        "SERVQUAL has no score",
        "SERVQUAL is answered in pairs, not by one score.",
    ),
    "servqual_needs_every_pair": Text(
        "评分不完整",
        "SERVQUAL 问卷须填写全部 {items} 对评分。",
        "Pairs are missing",
        "All {items} pairs are needed, in their order.",
    ),
    "points_are_not_a_hundred": Text(
        "权重之和不是 100",
        "五个维度的权重之和须为 100，现在是 {sum}。",
        "The points are not a hundred",
        "The points of the five dimensions add up to {sum}, not to 100.",
    ),
    "rated_by_oneself": Text(
        "不能评价自己的服务",
        "负责这张工单的人不能替业主评分。",
        "You may not rate your own work",
        "The assignee of the ticket may not score it for the owner.",
    ),
    "too_many_touchpoints": Text(
        "评分次数过多",
        "一张工单最多记录 {max} 个触点评分。",
        "Too many touchpoints",
        "A ticket can have at most {max} touchpoint scores.",
    ),
}
