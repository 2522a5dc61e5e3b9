"""Who may give an operation, and from which statuses: read off its route into the contract, where
`x-roles`, `x-scope` and `x-from-statuses` say it to machines and the texts to people."""

from collections.abc import Iterable
from typing import Any

from fastapi.routing import APIRoute, iter_route_contexts

from app.domain.roles import ROLES, Permission
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.kinds import KINDS
from app.http.callers import Permitted


def with_access(contract: dict[str, Any], routes: Iterable[Any]) -> dict[str, Any]:
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        permission = permission_of_route(route) if isinstance(route, APIRoute) else None
        if permission is None:
            continue
        for method in context.methods or ():
            operation = contract["paths"].get(context.path, {}).get(method.lower())
            if operation is not None:
                operation |= _access(permission)
    return contract


def permission_of_route(route: APIRoute) -> Permission | None:
    needs = list(route.dependant.dependencies)
    while needs:
        need = needs.pop()
        if isinstance(need.call, Permitted):
            return need.call.permission
        needs += need.dependencies
    return None


def _access(permission: Permission) -> dict[str, Any]:
    access: dict[str, Any] = {"x-roles": [role for role in ROLES if role in permission.who]}
    if permission.scope is not None:
        access["x-scope"] = permission.scope
    command = next((c for c, p in COMMAND_PERMISSIONS.items() if p is permission), None)
    if command is not None and (statuses := _statuses(command)):
        access["x-from-statuses"] = statuses
    return access


def _statuses(command: type[object]) -> dict[str, list[str]]:
    """By kind, in the order of its life. A command that opens a ticket has none."""
    return {
        kind.name: [status for status in kind.labels if status in kind.rules[command].when]
        for kind in KINDS.values()
        if command in kind.rules and kind.rules[command].when
    }
