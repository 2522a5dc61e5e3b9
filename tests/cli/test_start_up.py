"""A command imports what it uses, and no more: counted in modules, not in seconds."""

import subprocess
import sys

import pytest

from app.build import build_version
from app.cli.commands import COMMANDS, DATABASE_COMMANDS, Deferred

HEAVY = {"fastapi", "sqlalchemy", "alembic", "asyncpg", "pydantic", "PIL", "app.domain"}
OF_THE_API = {"fastapi", "uvicorn"}


def imported(program: str) -> set[str]:
    """What a fresh interpreter has imported after it."""
    told = "; import sys; sys.stdout.write('\\n' + '\\n'.join(sys.modules))"
    ended = subprocess.run(
        [sys.executable, "-c", program + told], capture_output=True, text=True, check=True
    )
    return set(ended.stdout.splitlines())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_none_of_the_product(option: str) -> None:
    program = f"from app.cli.main import app; app(['{option}'], standalone_mode=False)"
    assert not imported(program) & HEAVY


@pytest.mark.parametrize(
    ("name", "unused"),
    [
        ("db", {"fastapi", "uvicorn", "alembic", "pydantic", "app.bootstrap"}),
        ("worker", OF_THE_API),
        ("migrate", OF_THE_API | {"app.bootstrap"}),
        ("tenants", OF_THE_API),
        ("projections", OF_THE_API),
        ("api", {"fastapi", "pydantic", "app.bootstrap"}),  # one of several is made elsewhere
    ],
)
def test_a_command_imports_what_it_uses(name: str, unused: set[str]) -> None:
    program = (
        "from app.cli.commands import COMMANDS, DATABASE_COMMANDS, Deferred;"
        f"Deferred('{name}', *COMMANDS['{name}']).load()"
    )
    assert not imported(program) & unused


def test_where_the_database_is_takes_no_schema_and_no_api() -> None:
    program = (
        "from app.cli.commands import DATABASE_COMMANDS, Deferred;"
        "Deferred('url', *DATABASE_COMMANDS['url']).load()"
    )
    assert not imported(program) & {"fastapi", "uvicorn", "alembic", "pydantic", "app.bootstrap"}


EVERY = {**COMMANDS, **DATABASE_COMMANDS}


@pytest.mark.parametrize("name", EVERY)
def test_the_list_says_of_a_command_what_the_command_says(name: str) -> None:
    where, summary = EVERY[name]
    text: str = Deferred(name, where, summary).load().help
    assert " ".join(text.split()) == summary


def test_version_names_the_build() -> None:
    command = [sys.executable, "-m", "app.cli.main", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == f"suyuan {build_version()}\n"
