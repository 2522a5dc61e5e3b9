"""Conditions of what a list or a figure is narrowed to. A filter that is None narrows nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, any_, literal, literal_column, or_


def equal(view: Table, filters: object, *names: str) -> list[ColumnElement[bool]]:
    """Columns that are called like the filters."""
    return [
        view.c[name] == value for name in names if (value := getattr(filters, name)) is not None
    ]


def names_any(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """Whether the array has one of these."""
    return or_(*(literal(each) == any_(column) for each in values))


def between(
    column: ColumnElement[Any], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """At `since` or later, and before `until`."""
    conditions = []
    if since is not None:
        conditions.append(column >= since)
    if until is not None:
        conditions.append(column < until)
    return conditions


def first_and_second(column: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The first and the second element of an array. Row-level security keeps an index on arrays
    from being used (see `matching_tickets`). Where nearly all arrays have one element, an index on
    the first, and one of the rows that have a second, do as well."""
    return column[literal_column("1")], column[literal_column("2")]
