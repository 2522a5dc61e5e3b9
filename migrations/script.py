"""Runs SQL of several statements in the migration's own transaction."""

from typing import Any

from alembic import op


def run(sql: str) -> None:
    """asyncpg prepares what it is given, and only one statement can be prepared: its simple
    protocol takes a script."""
    connection: Any = op.get_bind().connection
    connection.run_async(lambda driver: driver.execute(sql))
