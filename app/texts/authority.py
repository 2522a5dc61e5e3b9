"""Texts of authority."""

from app.texts.text import Text

AUTHORITY: dict[str, Text] = {
    "authority_unknown": Text(
        "没有这个角色的授权",
        "授权矩阵中没有这个角色。",
        "No authority of this role",
        "The matrix says nothing of this role.",
    ),
    "beyond_authority": Text(
        "超出您的权限",
        "超出您的授权额度（{limit_fen} 分，含本数），请提交审批。",
        "Beyond your authority",
        "You may decide {limit_fen} fen at most, the figure included; ask for an approval.",
    ),
    "beyond_days_of_authority": Text(
        "超出您的权限",
        "超出您的授权天数（同一工单合计 {limit_days} 天，含本数）。",
        "Beyond your authority",
        "You may decide {limit_days} days of one ticket at most, the figure included.",
    ),
    "authority_not_held": Text(
        "您没有此项授权",
        "授权矩阵没有把此事项授予您的角色。",
        "Not within your authority",
        "The matrix does not give this to your role.",
    ),
    "authority_of_superiors": Text(
        "不能设定该角色的授权",
        "只有企业管理员才能设定“{role}”的授权。",
        "Not yours to set",
        "The authority of {role} is set by the administrator alone.",
    ),
    "limit_of_other_measure": Text(
        "额度单位不符",
        "该事项不以此单位计额。",
        "A limit of another measure",
        "This kind is not measured so.",
    ),
    "deputy_of_oneself": Text(
        "不能代理本人",
        "代理人与被代理人不能是同一人。",
        "A deputy of oneself",
        "A deputy stands in for somebody else.",
    ),
}
