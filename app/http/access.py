"""Adds to each operation of the contract who may call it and from which statuses of a ticket:
`x-roles`, `x-roles-by-kind`, `x-scope` and `x-from-statuses`, read from its route and the kinds of
tickets."""

from collections.abc import Collection, Iterable
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
    pending = list(route.dependant.dependencies)
    while pending:
        dependency = pending.pop()
        if isinstance(dependency.call, Permitted):
            return dependency.call.permission
        pending += dependency.dependencies
    return None


def _access(permission: Permission) -> dict[str, Any]:
    access: dict[str, Any] = {"x-roles": _in_order(permission.who)}
    if permission.scope is not None:
        access["x-scope"] = permission.scope
    command = next((c for c, p in COMMAND_PERMISSIONS.items() if p is permission), None)
    if command is None:
        return access
    if by_kind := _roles_by_kind(command):
        access["x-roles-by-kind"] = by_kind
    if statuses := _statuses(command):
        access["x-from-statuses"] = statuses
    return access


def _in_order(who: Collection[str]) -> list[str]:
    return [role for role in ROLES if role in who]


def _roles_by_kind(command: type[object]) -> dict[str, list[str]]:
    """Empty where the kinds do not differ."""
    by_kind: dict[str, list[str]] = {
        kind.name: _in_order(kind.rules[command].who)
        for kind in KINDS.values()
        if command in kind.rules
    }
    return by_kind if len({tuple(who) for who in by_kind.values()}) > 1 else {}


def _statuses(command: type[object]) -> dict[str, list[str]]:
    """By kind, in the order of its lifecycle; empty for a command that opens a ticket."""
    return {
        kind.name: [status for status in kind.labels if status in kind.rules[command].when]
        for kind in KINDS.values()
        if command in kind.rules and kind.rules[command].when
    }
