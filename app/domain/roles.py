"""Who may see and do what: the one table of roles.

Routes (`permitted`), rules (`require`), 403 texts, the OpenAPI texts and docs/roles.md read it.
Commands on a ticket are in the tables of its kind (`app/domain/ticket/kinds/`), which name the
groups defined here. What a permitted role sees of a thing is narrowed by rules of visibility
(docs/roles.md, "What is narrowed").
"""

from typing import Literal, get_args

from app.events.base import Value

Role = Literal[
    "owner",
    "csr",
    "dispatcher",
    "engineer",
    "security",
    "supervisor",
    "manager",
    "finance",
    "auditor",
    "admin",
    "integration",
]
ROLES: tuple[Role, ...] = get_args(Role)
"""The roles that a token can have."""

Roles = frozenset[str]


class RoleName(Value, frozen=True):
    zh: str
    en: str


ROLE_NAMES: dict[str, RoleName] = {
    "owner": RoleName("业主", "owner"),
    "csr": RoleName("客服", "customer service"),
    "dispatcher": RoleName("调度", "dispatcher"),
    "engineer": RoleName("工程师傅", "engineer"),
    "security": RoleName("安保", "security"),
    "supervisor": RoleName("主管", "supervisor"),
    "manager": RoleName("物业经理", "manager"),
    "finance": RoleName("财务", "finance"),
    "auditor": RoleName("审计", "auditor"),
    "admin": RoleName("管理员", "administrator"),
    "integration": RoleName("对接系统", "integration"),
    "system": RoleName("系统", "system"),
    "operator": RoleName("平台运营", "platform operator"),
}

# ------------------------------------------------------------------------------------ groups
# A superior may do what their people may, except the engineer's own work in the field.

OWNER: Roles = frozenset({"owner"})
ENGINEER: Roles = frozenset({"engineer"})
SECURITY: Roles = frozenset({"security"})
FINANCE: Roles = frozenset({"finance"})
AUDITOR: Roles = frozenset({"auditor"})
INTEGRATION: Roles = frozenset({"integration"})
SUPERVISOR: Roles = frozenset({"supervisor"})
MANAGER: Roles = frozenset({"manager"})
TENANT_ADMIN: Roles = frozenset({"admin"})
SYSTEM: Roles = frozenset({"system"})
MACHINERY: Roles = frozenset({"system", "operator"})
"""The product itself and the platform's operator: they may give whatever command anyone may."""
AUTOMATIC: Roles = SYSTEM | INTEGRATION

SUPERIORS: Roles = SUPERVISOR | MANAGER
CSR: Roles = frozenset({"csr"}) | SUPERIORS
DISPATCHER: Roles = frozenset({"dispatcher"}) | SUPERIORS
OFFICE: Roles = CSR | DISPATCHER
FIELD: Roles = ENGINEER | SECURITY
STAFF: Roles = OFFICE | FIELD | FINANCE
ADMINISTRATORS: Roles = MANAGER | TENANT_ADMIN
BACK_OFFICE: Roles = OFFICE | FINANCE | AUDITOR | TENANT_ADMIN
MONEY_OFFICE: Roles = CSR | FINANCE | AUDITOR | TENANT_ADMIN
EVERYBODY: Roles = frozenset(ROLES)
NOT_OWNERS: Roles = EVERYBODY - OWNER
STAFF_ROLES: tuple[str, ...] = tuple(r for r in ROLES if r in STAFF | AUDITOR | TENANT_ADMIN)
"""What a staff record can name."""

Scope = Literal["tickets:read", "tickets:write", "events:read", "money:read", "money:write"]
"""What an API key can be limited to."""


class Permission(Value, frozen=True):
    """One row of the table. An API key needs `scope` too; without one no key may do it."""

    name: str
    who: Roles
    zh: str
    en: str
    source: str
    scope: Scope | None = None

    def allows(self, role: str) -> bool:
        return role in self.who


# ------------------------------------------------------------------------------------- table

READ_TICKETS = Permission(
    "read_tickets",
    EVERYBODY,
    "查看工单、历史、时限、承诺和照片",
    "read tickets, their history, clocks, promises and photos",
    "docs/api.md §1",
    "tickets:read",
)
UPLOAD_PHOTOS = Permission(
    "upload_photos",
    EVERYBODY - AUDITOR,
    "上传照片",
    "upload photos",
    "docs/domain.md §1a rows 1, 16",
    "tickets:write",
)
READ_LOG = Permission(
    "read_log",
    ADMINISTRATORS | AUDITOR | INTEGRATION,
    "按顺序读取全部事件",
    "read every event of the tenant in order",
    "docs/api.md §7",
    "events:read",
)
READ_TIMELINES = Permission(
    "read_timelines",
    ADMINISTRATORS | AUDITOR,
    "查看工单和住户的时间线",
    "read the timeline of a ticket or a household",
    "docs/api.md §7",
    "events:read",
)

READ_CLOCKS = Permission(
    "read_clocks",
    NOT_OWNERS,
    "查看时限、超时和按时率",
    "read running clocks, breaches and on-time rates",
    "docs/api.md §4",
    "tickets:read",
)
READ_POLICIES = Permission(
    "read_policies",
    NOT_OWNERS,
    "查看时限政策、补偿规则和授权",
    "read SLA policies, compensation rules and authorities",
    "docs/api.md §4, §5",
    "tickets:read",
)
EDIT_POLICIES = Permission(
    "edit_policies",
    ADMINISTRATORS,
    "设定时限政策、日历、补偿规则和授权",
    "edit SLA policies, calendars, compensation rules and authorities",
    "docs/api.md §4, §5",
)
READ_CALENDARS = Permission(
    "read_calendars", EVERYBODY, "查看日历", "read calendars", "docs/api.md §4", "tickets:read"
)
MIGRATE_CLOCKS = Permission(
    "migrate_clocks",
    ADMINISTRATORS,
    "把运行中的时限迁到现行政策",
    "move running clocks to the policy in force",
    "docs/domain.md §3.4",
)
SIMULATE_POLICIES = Permission(
    "simulate_policies",
    DISPATCHER | AUDITOR | TENANT_ADMIN,
    "用历史数据模拟政策",
    "simulate a policy on past tickets",
    "docs/domain.md §3.7",
)

READ_COMPENSATIONS = Permission(
    "read_compensations",
    EVERYBODY,
    "查看补偿",
    "read compensations",
    "docs/api.md §5",
    "money:read",
)
PROPOSE_COMPENSATION = Permission(
    "propose_compensation",
    OFFICE | FIELD | TENANT_ADMIN,
    "提出补偿",
    "propose a compensation",
    "docs/domain.md §4.4",
)
DECIDE_COMPENSATION = Permission(
    "decide_compensation",
    OFFICE | ENGINEER | FINANCE | TENANT_ADMIN,
    "批准或驳回补偿（须在本人授权额度内）",
    "approve or reject a compensation, within one's own authority",
    "docs/domain.md §4.4",
)
FULFIL_COMPENSATION = Permission(
    "fulfil_compensation",
    CSR | FINANCE | TENANT_ADMIN | INTEGRATION,
    "登记补偿兑现或兑现失败",
    "record a compensation as fulfilled, or its fulfilment as failed",
    "docs/domain.md §4.2",
    "money:write",
)
CANCEL_COMPENSATION = Permission(
    "cancel_compensation",
    MANAGER | FINANCE,
    "作废或冲销补偿",
    "void or reverse a compensation",
    "docs/domain.md §4.2, §4.5",
)
READ_LEDGER = Permission(
    "read_ledger",
    MONEY_OFFICE | OWNER | INTEGRATION,
    "查看分录和余额",
    "read ledger entries and balances",
    "docs/domain.md §4.5",
    "money:read",
)
READ_FEE_CREDITS = Permission(
    "read_fee_credits",
    FINANCE | AUDITOR | TENANT_ADMIN | INTEGRATION,
    "读取物业费减免清单",
    "read the feed of fee credits",
    "docs/domain.md §1c row 70",
    "money:read",
)
READ_MONEY_FIGURES = Permission(
    "read_money_figures",
    MONEY_OFFICE | INTEGRATION,
    "查看补偿成本、额度占用和审批等待",
    "read compensation costs, exposures and approval waits",
    "docs/domain.md §5.4",
    "money:read",
)
READ_BUDGETS = Permission(
    "read_budgets",
    SUPERIORS | FINANCE | AUDITOR | TENANT_ADMIN,
    "查看项目预算",
    "read project budgets",
    "docs/domain.md §4.5",
)
READ_FLAGS = Permission(
    "read_flags",
    ADMINISTRATORS | FINANCE | AUDITOR,
    "查看补偿异常提示",
    "read flags on compensations",
    "docs/domain.md §4.5",
)

READ_SURVEYS = Permission(
    "read_surveys",
    CSR | TENANT_ADMIN | OWNER | AUDITOR | INTEGRATION,
    "查看评价",
    "read surveys",
    "docs/domain.md §5.4",
    "tickets:read",
)
RECORD_SURVEY_RESPONSE = Permission(
    "record_survey_response",
    CSR | TENANT_ADMIN | OWNER | INTEGRATION,
    "登记评价结果",
    "record a survey response",
    "docs/domain.md §5.4",
    "tickets:write",
)
ISSUE_SURVEYS = Permission(
    "issue_surveys",
    CSR | TENANT_ADMIN,
    "开展满意度调查并邀请住户",
    "run survey campaigns and invite households",
    "docs/domain.md §1c row 49",
)
DELIVER_SURVEYS = Permission(
    "deliver_surveys",
    CSR | TENANT_ADMIN | INTEGRATION,
    "登记评价邀请送达或退回",
    "record a survey as delivered or bounced",
    "docs/domain.md §5.4",
    "tickets:write",
)
READ_QUALITY_FIGURES = Permission(
    "read_quality_figures",
    NOT_OWNERS,
    "查看满意度、一次修复率等指标和调查",
    "read NPS, CSAT, first-time fix, kept promises and campaigns",
    "docs/domain.md §5.4",
    "tickets:read",
)
READ_EXPERIENCE = Permission(
    "read_experience",
    CSR | OWNER | FINANCE | AUDITOR | TENANT_ADMIN | INTEGRATION,
    "查看体验曲线",
    "read the experience curve of a ticket",
    "docs/domain.md §1c row 57",
    "tickets:read",
)
SCORE_EXPERIENCE = Permission(
    "score_experience",
    CSR | OWNER | TENANT_ADMIN,
    "为触点打分",
    "score a touchpoint",
    "docs/domain.md §1c row 55",
)
READ_VOICES = Permission(
    "read_voices",
    NOT_OWNERS - FIELD,
    "查看高频抱怨词和触点统计",
    "read frequent words of complaints and touchpoint statistics",
    "docs/domain.md §1c row 51",
    "tickets:read",
)

READ_FOLLOW_UP_SERIES = Permission(
    "read_follow_up_series",
    NOT_OWNERS - FINANCE,
    "查看回访系列",
    "read follow-up series",
    "docs/domain.md §6.3",
    "tickets:read",
)
EDIT_FOLLOW_UP_SERIES = Permission(
    "edit_follow_up_series",
    OFFICE,
    "安排回访系列",
    "start, skip or end a follow-up series",
    "docs/domain.md §6.3",
    "tickets:write",
)

READ_PROBLEMS = Permission(
    "read_problems",
    NOT_OWNERS,
    "查看问题和根因",
    "read problems and root causes",
    "docs/domain.md §5.1",
    "tickets:read",
)
ANALYSE_PROBLEM = Permission(
    "analyse_problem",
    OFFICE | ENGINEER | TENANT_ADMIN,
    "立项、追问、验证、完成措施",
    "open a problem, answer and verify whys, complete actions",
    "docs/domain.md §5.3",
)
LEAD_PROBLEM = Permission(
    "lead_problem",
    SUPERIORS | TENANT_ADMIN,
    "确认根因、安排措施、PDCA、关闭问题",
    "confirm root causes, plan actions, run PDCA cycles, close a problem",
    "docs/domain.md §5.3",
)

READ_STAFF = Permission(
    "read_staff",
    BACK_OFFICE | FIELD,
    "查看员工记录",
    "read a staff record",
    "docs/api.md §8",
)
LIST_PEOPLE = Permission(
    "list_people",
    BACK_OFFICE,
    "列出员工、工程师负荷和住户",
    "list staff, engineers' load and households",
    "docs/api.md §8",
)
EDIT_STAFF = Permission(
    "edit_staff", ADMINISTRATORS, "登记员工", "edit staff records", "docs/api.md §8"
)
READ_HOUSEHOLD = Permission(
    "read_household",
    BACK_OFFICE | OWNER,
    "查看住户记录",
    "read a household record",
    "docs/api.md §8",
)
EDIT_HOUSEHOLD = Permission(
    "edit_household",
    OFFICE | TENANT_ADMIN,
    "登记住户",
    "edit a household record",
    "docs/api.md §8",
)
EDIT_PREFERENCES = Permission(
    "edit_preferences",
    OFFICE | TENANT_ADMIN | OWNER,
    "登记住户偏好和推荐",
    "edit a household's preferences and record its referrals",
    "docs/api.md §8, docs/domain.md §1c row 61",
)
READ_CATEGORIES = Permission(
    "read_categories",
    EVERYBODY - INTEGRATION,
    "查看类别和清单",
    "read categories and checklists",
    "docs/api.md §8",
)
EDIT_CATEGORIES = Permission(
    "edit_categories",
    ADMINISTRATORS,
    "设定类别和清单",
    "edit categories and checklists",
    "docs/api.md §8",
)
ADMINISTER_TENANT = Permission(
    "administer_tenant",
    TENANT_ADMIN,
    "管理接口密钥、沙箱令牌和沙箱时钟",
    "manage API keys, sandbox tokens and the sandbox clock",
    "docs/api.md §1, §2",
)

REVOKE_ACCESS = Permission(
    "revoke_access",
    ADMINISTRATORS,
    "吊销他人的登录",
    "revoke the sessions and tokens of others",
    "docs/api.md §1",
)

SIGN_OUT = Permission(
    "sign_out",
    EVERYBODY,
    "退出登录，吊销自己的登录",
    "end one's own session, revoke one's own tokens",
    "docs/api.md §1",
)
READ_SANDBOX_CLOCK = Permission(
    "read_sandbox_clock",
    EVERYBODY,
    "查看沙箱时钟",
    "read the clock of a sandbox",
    "docs/api.md §2",
    "tickets:read",
)

PERMISSIONS: tuple[Permission, ...] = tuple(
    each for each in list(globals().values()) if isinstance(each, Permission)
)

# ---------------------------------------------------------------- what rules ask of a role

REPORTS_WITHOUT_A_NAME: Roles = OWNER | AUTOMATIC
"""Everybody else names the reporter (docs/domain.md §6.1)."""

VOUCHES_FOR_LATE_FACTS: Roles = SUPERIORS | SYSTEM
"""May date something back without evidence (docs/domain.md §3.5)."""

SEES_CONFIDENTIAL_LINKS: Roles = OWNER | AUTOMATIC | AUDITOR | TENANT_ADMIN
"""Of a ticket that an anonymous complaint is linked to, unless it is about themselves
(docs/domain.md §6.2)."""

SEES_ALL_COMPENSATIONS: Roles = MONEY_OFFICE | INTEGRATION | SYSTEM
"""Other staff see what they proposed, owners their household's (docs/domain.md §4.2)."""

SEES_SURVEY_LINKS: Roles = frozenset({"csr"}) | OWNER
"""Who sends a survey's link, and whom it is for."""

MAKES_FOLLOW_UP_CALLS: Roles = OFFICE | SECURITY
"""docs/domain.md §6.3."""

ESCALATION_LADDER: tuple[str, ...] = ("supervisor", "manager", "admin")
"""Who is asked next, from the bottom up (docs/domain.md §4.4, §7)."""

WATCHES_COMPENSATIONS: tuple[str, ...] = ("supervisor", "auditor")
"""Who is told of a flag, in this order (docs/domain.md §4.5)."""

APPROVES_BEYOND_BUDGET: tuple[str, ...] = ("manager", "admin")
"""docs/domain.md §4.3."""
