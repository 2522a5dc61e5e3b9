"""The first rows of a list, read in the order of an index, so that a page costs what a page has and
not what the tenant has.

A condition with an `or` has no index with an order. A list with such a condition has several
sources instead: rows of each are read in order, as many as the page has, and merged.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    SelectBase,
    Text,
    bindparam,
    false,
    func,
    select,
    true,
    tuple_,
    union_all,
)

from app.events.base import Value

KNOWN_VALUES = 8
"""So many values are planned one by one, as often as each occurs; more of them alike."""

Key = Sequence[ColumnElement[Any]]


class Source(Value, frozen=True, kw_only=True):
    """Rows that an index answers. Those of the sources of one list must be disjoint.

    `among`: a column and the values that it may have; each value is read by itself, because an
    index that begins with the column has an order only for one value.
    `named_by`: a column and a query of its values, each of which is looked up.
    `few`: the rows are read whole and sorted, whatever the planner thinks of their number.
    """

    conditions: Sequence[ColumnElement[bool]] = ()
    among: tuple[ColumnElement[Any], Sequence[str]] | None = None
    named_by: tuple[ColumnElement[Any], SelectBase] | None = None
    few: bool = False


def within(column: ColumnElement[Any], values: Sequence[str] | None) -> Source:
    """Rows with one of these values; all rows if it is None."""
    return Source(among=None if values is None else (column, values))


def within_or_without(column: ColumnElement[Any], values: Sequence[str]) -> list[Source]:
    """Rows with one of these values or none at all; all rows if there are no values."""
    if not values:
        return [Source()]
    return [Source(conditions=[column.is_(None)]), within(column, values)]


def beyond(key: Key, place: Sequence[Any], *, descending: bool = False) -> ColumnElement[bool]:
    """After a place in the order."""
    after = tuple_(*key)
    return after < tuple(place) if descending else after > tuple(place)


def first_rows(
    columns: Sequence[ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]],
    sources: Sequence[Source] = (Source(),),
    *,
    key: Key,
    limit: int,
    descending: bool = False,
) -> Select[Any]:
    """The first `limit` rows that fulfil the conditions and come from one of the sources, by `key`.
    `columns` keep their names."""
    page = _Page(columns, conditions, key, limit, descending)
    whole = page.merged([page.of(source) for source in sources]).subquery()
    return page.in_order(whole).with_only_columns(*(whole.c[str(each.key)] for each in columns))


class _Page(Value, frozen=True):
    columns: Sequence[ColumnElement[Any]]
    conditions: Sequence[ColumnElement[bool]]
    key: Key
    limit: int
    descending: bool

    def of(self, source: Source) -> Select[Any]:
        rows = self._rows(source)
        if source.named_by is not None:
            # OFFSET 0 keeps the planner from joining the other way round: it would read the rows of
            # the tenant to find those that are named.
            return self._of_each(rows.offset(0), *source.named_by)
        if source.among is None:
            return self._few(rows) if source.few else self._first(rows)
        column, given = source.among
        values = list(dict.fromkeys(given))
        if source.few:
            return self._few(rows.where(column.in_(values)))
        if not values:
            return self._first(rows.where(false()))
        if len(values) <= KNOWN_VALUES:
            return self.merged([self._first(rows.where(column == each)) for each in values])
        each = func.unnest(bindparam(None, values, ARRAY(Text))).column_valued("each")
        return self._of_each(self._first(rows), column, select(each))

    def merged(self, parts: Sequence[Select[Any]]) -> Select[Any]:
        if len(parts) == 1:
            return parts[0]
        return self.in_order(union_all(*(select(*part.subquery().c) for part in parts)).subquery())

    def in_order(self, table: FromClause) -> Select[Any]:
        places = [table.c[f"place_{n}"] for n in range(len(self.key))]
        return select(*table.c).order_by(*self._sorted(places)).limit(self.limit)

    def _rows(self, source: Source) -> Select[Any]:
        places = [column.label(f"place_{n}") for n, column in enumerate(self.key)]
        return select(*self.columns, *places).where(*self.conditions, *source.conditions)

    def _first(self, rows: Select[Any]) -> Select[Any]:
        return rows.order_by(*self._sorted(self.key)).limit(self.limit)

    def _few(self, rows: Select[Any]) -> Select[Any]:
        return self.in_order(rows.offset(0).subquery())

    def _of_each(
        self, rows: Select[Any], column: ColumnElement[Any], query: SelectBase
    ) -> Select[Any]:
        """Of each value that the query names, the rows with that value."""
        values = query.subquery()
        found = rows.where(column == values.c[0]).correlate(values).lateral()
        return self.in_order(select(*found.c).select_from(values.join(found, true())).subquery())

    def _sorted(self, columns: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        return [each.desc() for each in columns] if self.descending else list(columns)
