"""The areas of the contract: their tags, and which operations are theirs."""

from collections.abc import Mapping
from typing import NamedTuple

from app.pages.contract import (
    attachments,
    audit,
    compensation,
    follow_ups,
    health,
    improvement,
    people,
    promises,
    sla,
    surveys,
    tenancy,
    ticket_commands,
    tickets,
)
from app.pages.contract.operation import Operation
from app.texts.language import Language


class Area(NamedTuple):
    """`tag` is plain ASCII, because generators make names of it."""

    tag: str
    zh: str
    en: str
    zh_about: str
    en_about: str
    operations: Mapping[str, Operation]

    def words(self, language: Language | None) -> tuple[str, str]:
        """Its name and what it is about; in both languages where none is named."""
        if language is None:
            return f"{self.zh} · {self.en}", f"{self.zh_about} {self.en_about}"
        return (self.zh, self.zh_about) if language == "zh-CN" else (self.en, self.en_about)


AREAS = (
    Area(
        "tickets",
        "工单",
        "Tickets",
        "报修、投诉、建议、回访：新建与查看。",
        "Repairs, complaints, suggestions, follow-ups: report and read.",
        tickets.OPERATIONS,
    ),
    Area(
        "ticket-commands",
        "工单操作",
        "Ticket commands",
        "受理、派单、到场、完工、签字、回访、投诉处理。",
        "Acknowledge, assign, arrive, complete, sign, follow up, resolve complaints.",
        ticket_commands.OPERATIONS,
    ),
    Area(
        "sla",
        "时限",
        "Clocks",
        "时限、超时、政策与日历。",
        "Clocks, breaches, policies and calendars.",
        sla.OPERATIONS,
    ),
    Area(
        "promises",
        "承诺",
        "Promises",
        "对业主的日期承诺与违约赔付。",
        "Dates given to owners, and what is owed when they are broken.",
        promises.OPERATIONS,
    ),
    Area(
        "compensation",
        "补偿",
        "Compensation",
        "补偿、规则、授权、账目与预算。",
        "Grants, rules, authority, books and budgets.",
        compensation.OPERATIONS,
    ),
    Area(
        "surveys",
        "评价",
        "Surveys",
        "问卷、调查、满意度指标。",
        "Surveys, campaigns and their figures.",
        surveys.OPERATIONS,
    ),
    Area(
        "follow-ups",
        "回访计划",
        "Follow-ups",
        "关怀回访与巡查的计划；单次回访是工单。",
        "Series of visits; a single follow-up is a ticket.",
        follow_ups.OPERATIONS,
    ),
    Area(
        "improvement",
        "改进",
        "Improvement",
        "问题、根因、措施与 PDCA。",
        "Problems, root causes, actions and PDCA.",
        improvement.OPERATIONS,
    ),
    Area(
        "people",
        "人员与设置",
        "People",
        "员工、住户、类别与清单。",
        "Staff, households, categories and checklists.",
        people.OPERATIONS,
    ),
    Area(
        "attachments",
        "照片",
        "Attachments",
        "上传与下载。",
        "Upload and download.",
        attachments.OPERATIONS,
    ),
    Area(
        "audit",
        "审计",
        "Audit",
        "全部事件。",
        "Every event.",
        audit.OPERATIONS,
    ),
    Area(
        "tenancy",
        "租户",
        "Tenancy",
        "租户、接口密钥与沙箱。",
        "Tenants, API keys and the sandbox.",
        tenancy.OPERATIONS,
    ),
    Area(
        "health",
        "运行状态",
        "Health",
        "探活、就绪与指标。",
        "Liveness, readiness and metrics.",
        health.OPERATIONS,
    ),
)

AREA_OF: Mapping[str, Area] = {
    operation_id: area for area in AREAS for operation_id in area.operations
}
