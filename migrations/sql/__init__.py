"""SQL objects, one file each, named after the object."""

from pathlib import Path


def statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
