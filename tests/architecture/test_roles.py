"""One table of roles: routes, rules and texts take it from there, and nobody keeps a second one."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

import app
from app.config import read_settings
from app.domain.roles import PERMISSIONS, ROLE_NAMES, ROLES, Permission
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.commands.ticket import Assign, Hold
from app.domain.ticket.kinds import KINDS
from app.http.access import permission_of_route
from app.http.callers import operator
from app.web import create_app

SOURCES = Path(app.__file__).parent
TABLES = {"domain/roles.py", "viewer.py"}
LADDERS = {"domain/authority/matrix.py"}  # a closed word of its own: whose authority is set


def role_groups(path: Path) -> list[str]:
    """Literal tuples, lists and sets of two roles or more."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and len(node.elts) > 1
        and all(isinstance(each, ast.Constant) and each.value in ROLE_NAMES for each in node.elts)
    ]


def test_no_group_of_roles_is_written_outside_the_table() -> None:
    found = {
        name: groups
        for path in SOURCES.rglob("*.py")
        if (name := path.relative_to(SOURCES).as_posix()) not in TABLES | LADDERS
        and (groups := role_groups(path))
    }
    assert found == {}


def test_a_group_of_roles_would_be_found(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text(
        'KEEPERS = ("admin", "manager")\nOTHER = {"leak", "admin"}\nONE = ("admin",)\n'
    )
    assert role_groups(source) == ["('admin', 'manager')"]


def permissions_of(route: APIRoute) -> list[Permission]:
    permission = permission_of_route(route)
    return [permission] if permission else []


@pytest.fixture(scope="module")
def routes() -> list[APIRoute]:
    application = create_app(read_settings({"SUYUAN_DATA_DIR": "/nowhere"}))
    found = [each.original_route for each in iter_route_contexts(application.routes)]
    return [route for route in found if isinstance(route, APIRoute)]


def test_every_permission_of_a_route_is_in_the_table(routes: list[APIRoute]) -> None:
    known = {id(each) for each in (*PERMISSIONS, *COMMAND_PERMISSIONS.values())}
    asked = [each for route in routes for each in permissions_of(route)]
    assert len(asked) > 100
    assert [each.name for each in asked if id(each) not in known] == []


def test_every_route_asks_for_a_permission_or_is_open_on_purpose(routes: list[APIRoute]) -> None:
    without = {
        route.path
        for route in routes
        if route.include_in_schema
        and not permissions_of(route)
        and all(each.call is not operator for each in route.dependant.dependencies)
    }
    open_to_all = {"/healthz", "/readyz", "/metrics", "/v1/surveys/answers/{token}"}
    open_to_all |= {"/v1/auth/refresh"}  # the refresh token is the credential
    assert without == open_to_all


def test_every_permission_is_asked_for_somewhere(routes: list[APIRoute]) -> None:
    asked = {each.name for route in routes for each in permissions_of(route)}
    in_rules = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for path in (SOURCES / "domain").rglob("*.py")
        if path.name != "roles.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    unused = [p.name for p in PERMISSIONS if p.name not in asked and p.name.upper() not in in_rules]
    assert unused == []


def test_names_are_unique_and_every_role_has_a_name() -> None:
    names = Counter(each.name for each in PERMISSIONS)
    assert [name for name, count in names.items() if count > 1] == []
    assert set(ROLES) < set(ROLE_NAMES)
    assert all(each.who and each.who <= set(ROLES) for each in PERMISSIONS)


def test_the_contract_says_who_may_and_from_which_statuses() -> None:
    contract = create_app(read_settings({"SUYUAN_DATA_DIR": "/nowhere"})).openapi()
    assign = contract["paths"]["/v1/tickets/{ticket_id}/assign"]["post"]
    rule = KINDS["repair"].rules[Assign]
    assert set(assign["x-roles"]) == rule.who - {"system"}
    assert set(assign["x-from-statuses"]["repair"]) == rule.when
    assert assign["x-scope"] == "tickets:write"
    assert "调度" in assign["description"]
    assert "dispatcher" in assign["description"]
    hold = contract["paths"]["/v1/tickets/{ticket_id}/hold"]["post"]
    for kind, who in hold["x-roles-by-kind"].items():
        assert set(who) == KINDS[kind].rules[Hold].who - {"system"}
    assert "csr" in set(hold["x-roles"]) - set(hold["x-roles-by-kind"]["repair"])
    said = [
        operation
        for methods in contract["paths"].values()
        for operation in methods.values()
        if "x-roles" in operation
    ]
    assert len(said) > 150
    assert all("**谁可以**" in each["description"] for each in said)
