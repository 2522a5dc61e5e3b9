"""Categories and their checklists."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.domain import roles
from app.domain.records.category import (
    CATEGORY,
    ChecklistItem,
    RecordCategory,
    RecordChecklist,
    default_category,
)
from app.domain.service_classes import ServiceClass
from app.http.callers import Caller, permitted
from app.http.fields import Body, CategoryKey, Several, text
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses
from app.views.people.categories import load_category, render_category, render_checklist
from app.views.people.shape import CategoryAnswer, ChecklistAnswer

router = APIRouter(prefix="/v1", route_class=JsonRoute)


class ChecklistItemBody(Body):
    item: Annotated[str, text(64)]
    label: Annotated[str, text(64)]
    required: bool = True


class ChecklistBody(Body):
    items: Several[ChecklistItemBody]


class CategoryBody(Body):
    label: Annotated[str, text(64)]
    service_class: ServiceClass
    skill: Annotated[str, text(64)] | None = None
    certifications: Several[Annotated[str, text(64)]] = ()


CategoryReader = Annotated[Caller, Depends(permitted(roles.READ_CATEGORIES))]
CategoryEditor = Annotated[Caller, Depends(permitted(roles.EDIT_CATEGORIES))]
Category = Annotated[CategoryKey, Path()]


@router.get(
    "/checklists/{category}",
    responses=read_responses(ChecklistAnswer),
    openapi_extra=READ,
)
async def get_checklist(category: Category, request: Request, caller: CategoryReader) -> Response:
    """The default checklist, if the category has none of its own."""
    found, version = await load_category(caller.reader, category)
    return versioned_response(request, render_checklist(found), version)


@router.put(
    "/checklists/{category}",
    responses=command_responses(ChecklistAnswer),
    openapi_extra=VERSIONED,
)
async def put_checklist(
    category: Category, body: ChecklistBody, caller: CategoryEditor
) -> Response:
    """For new tickets; existing tickets keep theirs."""
    command = RecordChecklist(
        category=category,
        items=tuple(
            ChecklistItem(item=each.item, label=each.label, required=each.required)
            for each in body.items
        ),
    )
    outcome = await caller.services.handler.handle(
        CATEGORY.stream(category), command, await caller.envelope()
    )
    return outcome_response(outcome, render_checklist(outcome.state or default_category(category)))


@router.get(
    "/categories/{category}",
    responses=read_responses(CategoryAnswer),
    openapi_extra=READ,
)
async def get_category(category: Category, request: Request, caller: CategoryReader) -> Response:
    found, version = await load_category(caller.reader, category)
    return versioned_response(request, render_category(found), version)


@router.put(
    "/categories/{category}",
    responses=command_responses(CategoryAnswer),
    openapi_extra=VERSIONED,
)
async def put_category(category: Category, body: CategoryBody, caller: CategoryEditor) -> Response:
    """Sets the triage, and the skill and certificates that an engineer needs for it."""
    command = RecordCategory(
        category=category,
        label=body.label,
        service_class=body.service_class,
        skill=body.skill,
        certifications=body.certifications,
    )
    outcome = await caller.services.handler.handle(
        CATEGORY.stream(category), command, await caller.envelope()
    )
    return outcome_response(outcome, render_category(outcome.state or default_category(category)))
