"""Texts of refusals that depend on the kind of ticket, mostly of complaints."""

from app.texts.text import Text

COMPLAINT: dict[str, Text] = {
    "not_of_this_kind": Text(
        "此类工单没有这个操作",
        "“{kind:kind}”类工单没有此操作。",
        "Not a command of this kind",
        "{command} is not a command of this kind of ticket: {kind:kind}.",
    ),
    "only_of_complaints": Text(
        "仅投诉可填",
        "被投诉人、匿名、附议人数、痛点和引用的工单仅投诉可填。",
        "Only for complaints",
        "Who is complained about, anonymity, supporters, pain points and quoted tickets belong to"
        " complaints.",
    ),
    "subject_of_complaint": Text(
        "被投诉人应回避",
        "被投诉人不得参与此投诉的处理。",
        "You are complained about",
        "The person complained about may not handle the complaint.",
    ),
    "investigator_is_subject": Text(
        "被投诉人应回避",
        "被投诉人不能调查此投诉。",
        "The investigator is complained about",
        "The person complained about may not investigate the complaint.",
    ),
    "confirmed_by_subject": Text(
        "被投诉人应回避",
        "撤诉须由被投诉人以外的人员向业主确认。",
        "Confirmed by the person complained about",
        "Somebody other than the person complained about must confirm it with the owner.",
    ),
    "owner_not_satisfied": Text(
        "业主尚未表示满意",
        "业主尚未表示满意，须由主管或经理说明理由后关闭。",
        "The owner is not satisfied",
        "Unless the owner is satisfied, only a supervisor or manager may close it, with a reason.",
    ),
    "settlement_above_authority": Text(
        "超出当场处理权限",
        "此投诉的补偿已超出当场处理的权限（{limit_fen:yuan}），须先答复业主。",
        "Beyond what may be settled on the spot",
        "The compensation exceeds {limit_fen:yuan}: respond to the owner first.",
    ),
    "children_without_outcome": Text(
        "下级工单尚无结果",
        "下列下级工单尚无结果：{numbers}。",
        "Child tickets without an outcome",
        "These child tickets have no outcome yet: {numbers}.",
    ),
    "too_many_supporters": Text(
        "附议人数已达上限",
        "附议的住户已达上限（{max} 户）。",
        "Too many supporters",
        "The limit of {max} supporting households is reached.",
    ),
    "merge_across_kinds": Text(
        "不同类型不能并单",
        "只能并入同一类型的工单，目标工单的类型是“{kind:kind}”。",
        "Another kind of ticket",
        "Tickets can only be merged within one kind; the target is of kind {kind:kind}.",
    ),
    "would_reveal_reporter": Text(
        "会泄露匿名投诉人",
        "匿名投诉只从它自己一侧关联其他工单；只与针对同一人的匿名投诉并单；不知道投诉人的人员不得以它立项。",
        "It would lead to who complained",
        "An anonymous complaint is linked from its own side only, and merged only with another "
        "anonymous one about the same person. Who may not know who complained opens no problem "
        "with it.",
    ),
    "parent_not_open": Text(
        "上级工单已结束",
        "上级工单 {number} 已结束，不能再添加下级工单。",
        "The parent is over",
        "{number} is over: it takes no more child tickets.",
    ),
}
