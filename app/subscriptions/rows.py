"""Writes many rows of a read model in one statement. They are sent as one JSON text, which the
server converts to the table's column types."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from msgspec.json import Encoder
from sqlalchemy import Table, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_ROWS = Encoder()


async def upsert_rows(connection: AsyncConnection, table: Table, rows: Sequence[Any]) -> None:
    """Rows are complete, as mappings or values; no key may occur twice."""
    if rows:
        await connection.execute(_upsert(table), {"rows": _json(rows)})


async def delete_rows(
    connection: AsyncConnection, table: Table, keys: Sequence[dict[str, Any]]
) -> None:
    """Deletes the rows that match one of the keys; all keys name the same columns and the same
    tenant."""
    if keys:
        statement = _delete(table, tuple(keys[0]))
        await connection.execute(statement, {"rows": _json(keys), "tenant": keys[0]["tenant_id"]})


def _json(rows: Sequence[Any]) -> str:
    return _ROWS.encode(rows).decode()


@cache
def _upsert(table: Table) -> TextClause:
    key = [column.name for column in table.primary_key.columns]
    rest = [column.name for column in table.columns if column.name not in key]
    names = ", ".join((*key, *rest))
    changes = ", ".join(f"{name} = excluded.{name}" for name in rest)
    return text(
        f"insert into {table.name} ({names}) "  # noqa: S608 - names of ours
        f"select {names} from json_populate_recordset(cast(null as {table.name}), :rows) "
        f"on conflict ({', '.join(key)}) do {f'update set {changes}' if changes else 'nothing'}"
    )


@cache
def _delete(table: Table, key: tuple[str, ...]) -> TextClause:
    agree = " and ".join(f"t.{name} = k.{name}" for name in key if name != "tenant_id")
    return text(
        f"delete from {table.name} t "  # noqa: S608 - names of ours
        f"using json_populate_recordset(cast(null as {table.name}), :rows) k "
        f"where t.tenant_id = :tenant and {agree}"
    )
