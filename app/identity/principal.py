"""The authenticated caller, whatever the credential."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

ROLES = frozenset(
    {
        "owner",  # 业主
        "csr",  # 客服
        "dispatcher",  # 调度
        "engineer",  # 工程师傅
        "security",  # 安保
        "supervisor",  # 主管
        "manager",  # 物业经理
        "finance",  # 财务
        "auditor",  # 审计
        "admin",  # the tenant's administrator
        "integration",
    }
)
"""Without "system", which never calls the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`scopes` is None for people, who may do what their role may.

    `expires_at` is None for a credential that does not expire, such as an API key.
    """

    subject: str
    tenant_id: UUID
    role: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None
    name: str | None = None
    expires_at: datetime | None
