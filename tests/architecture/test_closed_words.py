"""A closed word is written once: a `Literal` beside its rule. The edge imports it, tables agree."""

import ast
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any, Literal, get_args

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

from app.config import read_settings
from app.domain import roles, service_classes
from app.domain.authority import matrix
from app.domain.benefits import Benefit
from app.domain.compensation import lapse, rules, state
from app.domain.compensation.words import CompensationState
from app.domain.exclusions import Exclusion
from app.domain.follow_up_series.state import STEP, Cadence
from app.domain.problem.actions import NEEDED, ActionType
from app.domain.problem.figures import BETTER, Better
from app.domain.records.category import DEFAULT_PACK
from app.domain.service_classes import ServiceClass
from app.domain.sla.clock import ClockKind, ClockState, UnfinishedState
from app.domain.sla.hold_reasons import HoldReason
from app.domain.sla.policy_lint import PUBLISHED
from app.domain.sla.policy_pack import DEFAULT_BOOK, ROWS
from app.domain.statistics.scales import (
    DEFAULT_SCALE,
    MODES,
    SCALES,
    ScaleId,
    SurveyChannel,
    SurveyKind,
    SurveyMode,
)
from app.domain.survey.experience import ASKED_ABOUT
from app.domain.ticket.every_kind.links import INVERSE, LinkKind
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.kinds.follow_up import DUE_AFTER, Purpose
from app.domain.ticket.kinds.words import Kind, Status
from app.domain.ticket.promise.terms import CLOCK_OF_PROMISE
from app.domain.ticket.state.promise import PromiseKind
from app.events.promise import PromiseBroken
from app.events.sla import SlaBreached
from app.events.ticket import DelayDeclared
from app.projections import ledger_figures, sla_clock_row, sla_clocks
from app.projections.ledger import EntryKind
from app.web import create_app
from tests.architecture.closed_words import (
    SOURCES,
    Words,
    aliases_in,
    collections_of_words,
    enums_in,
    literals,
    parsed,
    words_in,
    words_of_route,
)
from tests.architecture.generated_pages import ROOT

# One `Literal` each, of words that no rule and no event knows.
OUTSIDE = {
    "projections/complaint_words.py": "where the words of this read model come from",
    "projections/fee_credits.py": "the lines of this read model",
    "projections/first_time_fixes.py": "what its figures are grouped by",
    "projections/ledger.py": "the entries of this read model",
    "projections/ledger_figures.py": "what its figures are grouped by",
    "projections/promise_figures.py": "what its figures are grouped by",
    "projections/sla_figures.py": "what its figures are grouped by",
    "projections/ticket_search.py": "what a list is sorted by",
    "texts/language.py": "the languages of texts",
    "schema.py": "whether this code works on the schema that it finds",
    "subscriptions/failures.py": "why a stream is parked",
    "views/tenancy/health_shape.py": "whether this process is ready",
}
ONE_WORD = {frozenset({"ok"}), frozenset({"true"})}  # a process that is alive; a replayed answer

# A read model may not import the domain: it says the words again, and they are compared below.
SAID_AGAIN = {"projections/sla_clocks.py"}

DOMAIN = aliases_in("domain", "events")
ELSEWHERE = aliases_in("projections", "texts", "views", "api", "http", "pages")


def test_a_literal_stands_in_the_domain_or_in_the_events() -> None:
    found = Counter(
        name
        for path in SOURCES.rglob("*.py")
        if not (name := path.relative_to(SOURCES).as_posix()).startswith(("domain/", "events/"))
        for _ in literals(parsed(path))
    )
    assert found == dict.fromkeys(OUTSIDE, 1)


def test_no_two_aliases_are_of_the_same_words() -> None:
    names: dict[Words, list[str]] = defaultdict(list)
    for name, words in (DOMAIN | ELSEWHERE).items():
        names[words].append(name)
    assert len(names) > 70
    assert [each for each in names.values() if len(each) > 1] == []


def test_no_collection_spells_the_words_of_an_alias_again() -> None:
    aliases = set(DOMAIN.values()) | set(ELSEWHERE.values())
    found = [
        f"{name}:{line}"
        for path in sorted(SOURCES.rglob("*.py"))
        if (name := path.relative_to(SOURCES).as_posix()) not in SAID_AGAIN
        for line, words in collections_of_words(parsed(path))
        if words in aliases
    ]
    assert found == []


def test_every_enum_of_the_contract_is_an_alias() -> None:
    application = create_app(read_settings({"SUYUAN_DATA_DIR": "/nowhere"}))
    routes = [each.original_route for each in iter_route_contexts(application.routes)]
    found = {
        (where, words)
        for route in routes
        if isinstance(route, APIRoute)
        for where, words in words_of_route(route)
    }
    assert len(found) > 150
    found |= {("contract", words) for words in enums_in(application.openapi())}
    known = {*DOMAIN.values(), *ELSEWHERE.values(), *ONE_WORD}
    assert [(where, sorted(words)) for where, words in found if words not in known] == []


CLOCKS_OF_TICKETS = {clock for kind in KINDS.values() for clock in kind.starts}
CLOCKS_OF_COMPENSATIONS = lapse.CLOCK_OF_STATE.values()


def named(alias: Any) -> str | None:
    return "-".join(get_args(alias))[:40] or None


@pytest.mark.parametrize(
    ("alias", "table"),
    [
        (Kind, KINDS),
        (Status, {status for kind in KINDS.values() for status in kind.labels}),
        (roles.Role, roles.ROLE_NAMES.keys() - {"system", "operator"}),
        (roles.Role, set(roles.ROLES) - {"system", "operator"}),
        (service_classes.Level, service_classes.CLASS_OF_LEVEL),
        (ServiceClass, service_classes.CLASS_OF_LEVEL.values()),
        (ServiceClass, {row.selector.service_class for row in ROWS} - {None}),
        (ClockKind, {*CLOCKS_OF_TICKETS, *CLOCKS_OF_COMPENSATIONS}),
        (Purpose, DUE_AFTER),
        (Cadence, STEP),
        (ActionType, NEEDED),
        (Better, BETTER.values()),
        (SurveyKind, DEFAULT_SCALE),
        (SurveyKind, {scale.kind for scale in SCALES.values()}),
        (ScaleId, SCALES),
        (SurveyChannel, MODES),
        (SurveyMode, MODES.values()),
        (
            rules.TriggerEvent,
            {each.__name__ for each in (SlaBreached, PromiseBroken, DelayDeclared)},
        ),
        (UnfinishedState, sla_clocks.UNFINISHED),
        (EntryKind, ledger_figures.SUMS),
    ],
    ids=named,
)
def test_an_alias_and_its_table_say_the_same(alias: Any, table: Collection[str]) -> None:
    assert set(get_args(alias)) == set(table)


POLICY_CLOCKS = [
    clock
    for policy in DEFAULT_BOOK.policies
    for version in policy.versions
    for row in version.rows
    for clock in row.clocks
]
RULES = [version for rule in rules.DEFAULT_RULES.rules for version in rule.versions]
AUTHORITIES = [(one.role, one.latest) for one in matrix.DEFAULT_MATRIX.roles]


@pytest.mark.parametrize(
    ("alias", "said"),
    [
        (ClockKind, {clock.clock for clock in POLICY_CLOCKS}),
        (ClockKind, {clock for kind in KINDS.values() for clock in kind.stops}),
        (ClockKind, {statement.clock for statement in PUBLISHED}),
        (HoldReason, {reason for clock in POLICY_CLOCKS for reason in clock.pausable_reasons}),
        (ServiceClass, {service_class for _, service_class in DEFAULT_PACK.values()}),
        (Purpose, {purpose for kind in KINDS.values() for purpose in kind.follow_ups}),
        (PromiseKind, CLOCK_OF_PROMISE),
        (PromiseKind, {promise for kind in KINDS.values() for promise in kind.promises}),
        (SurveyKind, ASKED_ABOUT),
        (CompensationState, lapse.CLOCK_OF_STATE),
        (CompensationState, state.BEFORE_FULFILMENT - {state.DEFERRED}),
        (Benefit, {version.benefit.kind for version in RULES}),
        (Exclusion, {each for version in RULES for each in version.exclusions}),
        (rules.RuleScope, {version.scope for version in RULES}),
        (rules.RuleCountRule, {version.count_rule for version in RULES} - {None}),
        (roles.Role, get_args(matrix.AuthorityRole)),
        (matrix.AuthorityRole, {role for role, _ in AUTHORITIES}),
        (matrix.AuthorityRole, roles.ESCALATION_LADDER),
        (matrix.AuthorityKind, {row.kind for _, latest in AUTHORITIES for row in latest.rows}),
    ],
    ids=named,
)
def test_a_table_says_no_other_words(alias: Any, said: Collection[str]) -> None:
    assert said
    assert set(said) <= set(get_args(alias))


def test_what_can_be_linked_has_an_inverse() -> None:
    assert set(get_args(LinkKind)) <= set(INVERSE)


def test_the_read_model_knows_every_state_of_a_clock() -> None:
    tree = parsed(SOURCES / "projections/sla_clock_row.py")
    [function] = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == sla_clock_row._state.__name__
    ]
    returned = {
        each.value
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value
        for each in _results(node.value)
    }
    assert returned == set(get_args(ClockState))


def _results(node: ast.expr) -> list[ast.Constant]:
    if isinstance(node, ast.IfExp):
        return [*_results(node.body), *_results(node.orelse)]
    return [node] if isinstance(node, ast.Constant) else []


def test_words_of_ones_own_would_be_found() -> None:
    source = (
        'import typing as t\na: t.Literal["x", "y"] | None\nb: Literal["one"]\nc: Literal[A, B]\n'
    )
    assert {node.lineno for node in literals(ast.parse(source))} == {2, 4}
    source = 'frozenset({"x", "y", "z"})\n("x", "y")\n["x", 1, "z"]\nLiteral["x", "y", "z"]\n'
    assert list(collections_of_words(ast.parse(source))) == [(1, frozenset("xyz"))]


def test_words_deep_in_a_shape_would_be_found() -> None:
    class Inner(BaseModel):
        words: dict[str, list[Literal["x", "y"] | None]]
        again: "list[Inner]"

    assert list(words_in(tuple[Inner | None, ...], "/", frozenset())) == [
        ("Inner.words", frozenset("xy"))
    ]


def test_the_rules_in_words_name_every_hold_reason() -> None:
    listed = (
        (ROOT / "docs/domain.md").read_text().partition("Hold reasons:")[2].partition("\n\n")[0]
    )
    assert [reason for reason in get_args(HoldReason) if f"`{reason}`" not in listed] == []
