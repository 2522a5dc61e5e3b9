"""Texts of refusals on tickets, in words that owners understand."""

from app.texts.text import Text

TICKET: dict[str, Text] = {
    "ticket_not_found": Text(
        "没有找到工单",
        "工单不存在，或您无权查看。",
        "No such ticket",
        "There is no such ticket, or you may not see it.",
    ),
    "version_not_found": Text(
        "没有这个版本",
        "工单没有这个版本，或在该时刻尚未登记。",
        "No such version",
        "The ticket has no such version, or was not yet recorded then.",
    ),
    "already_reported": Text(
        "工单已存在",
        "这张工单此前已经登记。",
        "The ticket exists already",
        "This ticket was reported before.",
    ),
    "ticket_exists": Text(
        "工单已存在",
        "新工单的编号已被使用。",
        "The ticket exists already",
        "The id for the new ticket is taken.",
    ),
    "illegal_transition": Text(
        "当前状态不能进行此操作",
        "工单目前为“{status:status}”，不能进行此操作。",
        "Not possible in this state",
        "The ticket is “{status:status}”; {command} is not possible now.",
    ),
    "ticket_merged": Text(
        "工单已并入另一张工单",
        "这张工单已并入另一张工单，请到那张工单上继续办理。",
        "The ticket was merged",
        "This ticket was merged into another one: continue there.",
    ),
    "already_claimed": Text(
        "已被他人接单",
        "这张工单已有其他师傅接单。",
        "Already claimed",
        "Another engineer has claimed this ticket.",
    ),
    # intake
    "unknown_kind": Text(
        "没有这种工单类型",
        "没有这种工单类型，请从报修、投诉、建议等类型中选择。",
        "Unknown kind of ticket",
        "There is no such kind of ticket.",
    ),
    "community_not_permitted": Text(
        "不在您负责的小区",
        "您不能处理该小区的工单。",
        "Not your community",
        "You may not handle tickets of the community {community}.",
    ),
    "household_not_own": Text(
        "不是您的住户",
        "只能为自己的住户提交。",
        "Not your household",
        "You may report for your own household only.",
    ),
    "not_your_household": Text(
        "不是您的住户",
        "只能修改自己住户的信息。",
        "Not your household",
        "You may change your own household only.",
    ),
    "reporter_name_required": Text(
        "请填写报事人姓名",
        "代业主登记时，请填写报事人的姓名。",
        "The reporter's name is missing",
        "Give the name of the person you report for.",
    ),
    "description_or_photo_required": Text(
        "请描述问题或上传照片",
        "请填写问题描述，或至少上传一张照片。",
        "The description is missing",
        "Describe it, or add at least one photo.",
    ),
    # when it happened
    "occurred_at_in_future": Text(
        "发生时间晚于现在",
        "发生时间不能晚于当前时间。",
        "That is in the future",
        "The time of occurrence must not be later than now.",
    ),
    "occurred_at_before_report": Text(
        "发生时间早于报事时间",
        "发生时间不能早于工单的报事时间。",
        "That is before the report",
        "This cannot have happened before the ticket was reported.",
    ),
    "occurred_at_needs_evidence": Text(
        "补录需要凭证",
        "补录较早发生的事情，需附上照片或定位；主管可直接补录。",
        "Evidence is needed",
        "An event recorded this late needs a photo or a position, or a supervisor to record it.",
    ),
    # photos
    "unknown_photo": Text(
        "没有找到照片",
        "照片不存在或不可使用，请重新上传。",
        "No such photo",
        "There is no such photo, or you may not use it.",
    ),
    "photo_of_another_ticket": Text(
        "照片属于另一张工单",
        "这张照片已用于另一张工单，请重新拍摄上传。",
        "A photo of another ticket",
        "This photo belongs to another ticket.",
    ),
    # dispatch
    "not_assigned": Text(
        "工单尚未派给师傅",
        "工单目前没有接单的师傅。",
        "Nobody is assigned",
        "No engineer has accepted this ticket.",
    ),
    "not_assigned_to_you": Text(
        "不是您的工单",
        "这张工单不在您名下，不能由您操作。",
        "Not your ticket",
        "Only the engineer who has this ticket may do that.",
    ),
    "not_offered_to_you": Text(
        "没有派给您",
        "这张工单没有派给您。",
        "Not offered to you",
        "This ticket was not offered to you.",
    ),
    "transfer_to_holder": Text(
        "已在该师傅名下",
        "工单已在这位师傅名下，无需转单。",
        "Already assigned to them",
        "This engineer has the ticket already.",
    ),
    "unknown_engineer": Text(
        "没有这位师傅",
        "没有这位在岗的师傅，请核对后再派单。",
        "No such engineer",
        "There is no such active engineer.",
    ),
    "not_an_active_engineer": Text(
        "您不是在岗师傅",
        "只有在岗的工程师傅才能进行此操作。",
        "Not an active engineer",
        "Only an active engineer may do this.",
    ),
    "skill_missing": Text(
        "缺少所需技能",
        "该师傅没有这类工单需要的技能（{skill}）。",
        "A skill is missing",
        "The engineer lacks the skill {skill}.",
    ),
    "certificate_missing": Text(
        "缺少所需证书",
        "该师傅没有这类工单需要的证书（{certification}）。",
        "A certificate is missing",
        "The engineer lacks the certificate {certification}.",
    ),
    "certificate_expired": Text(
        "证书已过期",
        "该师傅的证书（{certification}）已过期，不能派单。",
        "A certificate has expired",
        "The engineer's certificate {certification} has expired.",
    ),
    "engineer_not_in_community": Text(
        "师傅不负责该小区",
        "该师傅不负责工单所在的小区（{community}）。",
        "Not this engineer's community",
        "The engineer does not work in {community}.",
    ),
    "load_cap_reached": Text(
        "在办工单已满",
        "该师傅的在办工单已达上限（{max_load} 张），请改派其他师傅。",
        "The engineer's load cap is reached",
        "The engineer already has {max_load} tickets.",
    ),
    # on the way and on site
    "eta_in_past": Text(
        "预计时间已过",
        "预计时间须晚于当前时间。",
        "That time is past",
        "The expected time must be in the future.",
    ),
    "quiet_hours": Text(
        "业主休息时段",
        "该时间在业主的休息时段内，请另约时间。",
        "Within quiet hours",
        "The household does not want to be disturbed at that time.",
    ),
    "arrival_evidence_required": Text(
        "请提供到场凭证",
        "请上传现场照片，或在距离现场 {limit_m} 米以内定位打卡。",
        "Evidence of arrival is needed",
        "Add a photo of the place, or a position within {limit_m} m of it.",
    ),
    "no_access_evidence_required": Text(
        "请提供未能入户的凭证",
        "登记未能入户时，请附上通话记录或现场照片。",
        "Evidence is needed",
        "Add a log of the calls, or a photo.",
    ),
    "authority_exceeded": Text(
        "超出自主决定的限额",
        "材料费累计将超过可自主决定的 {limit_fen:yuan}，请先提交方案报批。",
        "Beyond your authority",
        "Materials would come to more than {limit_fen:yuan}: propose a solution first.",
    ),
    "too_many_cost_lines": Text(
        "费用明细过多",
        "一张工单最多 {max} 条费用明细。",
        "Too many cost lines",
        "A ticket can have at most {max} cost lines.",
    ),
    "unknown_checklist_item": Text(
        "没有这个检查项",
        "工单的检查清单中没有这一项。",
        "No such item",
        "The ticket's checklist has no such item.",
    ),
    # the solution
    "consent_not_needed": Text(
        "无需确认",
        "当前方案不需要您确认。",
        "No consent is needed",
        "The solution does not need this consent.",
    ),
    "own_proposal": Text(
        "不能确认自己的方案",
        "方案不能由提出人自己确认。",
        "Your own proposal",
        "You may not accept your own solution.",
    ),
    # holding
    "unknown_hold_reason": Text(
        "没有这个挂起原因",
        "没有这个挂起原因，请从列表中选择。",
        "Unknown reason",
        "There is no such reason for a hold.",
    ),
    "already_on_hold": Text(
        "工单已挂起",
        "工单已因其他原因挂起，请先恢复再重新挂起。",
        "Already on hold",
        "The ticket is on hold already: release it first.",
    ),
    "expected_resume_in_past": Text(
        "预计恢复时间已过",
        "预计恢复时间须晚于当前时间。",
        "That time is past",
        "The expected end of the hold must be in the future.",
    ),
    "hold_needs_supervisor": Text(
        "需要主管批准",
        "挂起超过24小时或未填预计恢复时间的，需由主管办理。",
        "A supervisor is needed",
        "Only a supervisor may put a ticket on hold for more than 24 hours or without an end: send"
        " `expected_resume_at`.",
    ),
    # completion
    "after_photo_required": Text(
        "请上传维修后照片",
        "完工前请上传至少一张维修后的照片。",
        "A photo is missing",
        "Completing the work needs at least one photo taken afterwards.",
    ),
    "checklist_incomplete": Text(
        "检查清单未完成",
        "检查清单还有未完成的项目：{items}。",
        "The checklist is not done",
        "Still to be checked: {items}.",
    ),
    "verification_not_needed": Text(
        "无需验收",
        "这类工单不需要验收。",
        "No verification is needed",
        "Tickets of this class are not verified.",
    ),
    "verifier_is_executor": Text(
        "不能验收自己的工作",
        "验收人不能是施工的师傅本人。",
        "Your own work",
        "You may not verify your own work.",
    ),
    "form_changed": Text(
        "完成确认单已更新",
        "您看到的确认单不是最新版本，请刷新后再签字。",
        "The form has changed",
        "The completion form is not the one you saw: read it again before you sign.",
    ),
    "billing_open": Text(
        "费用尚未结清",
        "还有 {amount_fen:yuan} 未结清，结清或免除后才能关闭工单。",
        "The bill is open",
        "{amount_fen:yuan} must be settled or waived before the ticket is closed.",
    ),
    "nothing_to_settle": Text(
        "没有待结算的费用",
        "这张工单没有需要结算的费用。",
        "Nothing to settle",
        "Nothing is owed for this ticket.",
    ),
    "open_children": Text(
        "子工单尚未办结",
        "以下子工单尚未办结：{numbers}。",
        "Child tickets are open",
        "Close these first: {numbers}.",
    ),
    # conversation and people
    "owner_comments_are_public": Text(
        "业主留言均公开",
        "业主的留言双方可见，不能设为内部。",
        "Comments of owners are public",
        "A comment of an owner cannot be internal.",
    ),
    "no_first_responsible": Text(
        "尚无首问责任人",
        "工单还没有首问责任人，请先受理。",
        "Nobody is responsible yet",
        "Acknowledge the ticket first.",
    ),
    "not_first_responsible": Text(
        "您不是首问责任人",
        "只有首问责任人或主管才能移交。",
        "Not first responsible",
        "Only the first responsible, or a superior, may hand the ticket over.",
    ),
    "unknown_staff": Text(
        "没有这位员工",
        "没有这位在岗的员工，请核对后再试。",
        "No such member of staff",
        "There is no such active member of staff.",
    ),
    "no_hand_over_pending": Text(
        "没有待接收的移交",
        "这张工单没有待接收的移交。",
        "Nothing to accept",
        "No hand-over of this ticket is pending.",
    ),
    "not_handed_to_you": Text(
        "没有移交给您",
        "这张工单没有移交给您。",
        "Not handed to you",
        "This ticket was handed to somebody else.",
    ),
    # links
    "unknown_ticket": Text(
        "没有找到另一张工单",
        "所指的工单不存在，或您无权查看。",
        "No such ticket",
        "The ticket that is named does not exist, or you may not see it.",
    ),
    "merge_into_itself": Text(
        "不能并入自身",
        "工单不能并入自身。",
        "The same ticket",
        "A ticket cannot be merged into itself.",
    ),
    "merge_target_not_live": Text(
        "目标工单已结束",
        "目标工单为“{status:status}”，不能并入。",
        "The target is not open",
        "The other ticket is “{status:status}”: nothing can be merged into it.",
    ),
    "merge_target_is_relative": Text(
        "不能并入上下级工单",
        "{number} 是这张工单的上级或下级工单，不能并入。",
        "The target is a relative",
        "{number} is an ancestor or descendant of this ticket.",
    ),
    "link_to_itself": Text(
        "不能关联自身",
        "工单不能与自身关联。",
        "The same ticket",
        "A ticket cannot be linked to itself.",
    ),
    "child_has_parent": Text(
        "已有上级工单",
        "{number} 已有上级工单，不能再有第二个。",
        "It has a parent already",
        "{number} has a parent already and cannot have a second.",
    ),
    "link_cycle": Text(
        "关联成环",
        "{number} 是这张工单的上级，不能同时作为下级。",
        "The links form a cycle",
        "{number} is an ancestor of this ticket and cannot be its child.",
    ),
    "too_many_links": Text(
        "关联的工单过多",
        "{number} 关联的工单已达上限（{max} 张）。",
        "Too many links",
        "{number} has reached the limit of {max} links.",
    ),
}
