"""Texts of compensation."""

from app.texts.text import Text

COMPENSATION: dict[str, Text] = {
    "compensation_not_found": Text(
        "没有此项补偿",
        "没有此项补偿，或您无权查看。",
        "No such compensation",
        "There is no compensation of this id, or you may not see it.",
    ),
    "compensation_not_pending": Text(
        "补偿不在待审批状态",
        "该补偿当前状态为“{state}”，不能审批。",
        "The compensation is not pending",
        "The compensation is {state}; only a pending one can be decided.",
    ),
    "compensation_not_granted": Text(
        "补偿尚未批准或已失效",
        "该补偿当前状态为“{state}”，不能兑现。",
        "The compensation is not granted",
        "The compensation is {state}; only what is granted can be fulfilled.",
    ),
    "compensation_not_voidable": Text(
        "补偿不能作废",
        "该补偿当前状态为“{state}”，不能作废；已兑现的只能冲销。",
        "The compensation cannot be voided",
        "The compensation is {state}; a fulfilled one can only be reversed.",
    ),
    "compensation_not_fulfilled": Text(
        "补偿尚未兑现",
        "该补偿当前状态为“{state}”，只有已兑现的补偿才能冲销。",
        "The compensation is not fulfilled",
        "The compensation is {state}; only a fulfilled one can be reversed.",
    ),
    "own_compensation": Text(
        "不能审批自己提出的补偿",
        "提出人及其代理人不能审批该补偿。",
        "Your own proposal",
        "The proposer, or a deputy of the proposer, may not decide on it.",
    ),
    "beneficiary_may_not_decide": Text(
        "受益人不能审批",
        "您或您代理的人属于受益家庭，不能审批该补偿。",
        "The beneficiary may not decide",
        "You, or the person you stand in for, belong to the household that benefits.",
    ),
    "household_required": Text(
        "工单没有关联家庭",
        "该工单没有关联家庭，无法抵扣物业费。",
        "The ticket has no household",
        "A fee credit needs a ticket with a household.",
    ),
    "rule_unknown": Text(
        "没有此补偿规则",
        "没有此编号的补偿规则。",
        "No such rule",
        "There is no rule of this id.",
    ),
    "rule_id_differs": Text(
        "规则编号不一致",
        "正文中的规则编号与路径不一致。",
        "The rule ids differ",
        "The id in the body is not the one in the path.",
    ),
    "not_of_this_trigger": Text(
        "该项不适用于此触发事件",
        "该项不适用于此触发事件。",
        "Not for this trigger",
        "This does not apply to the trigger of the rule.",
    ),
}
