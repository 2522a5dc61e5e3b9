"""Pins the files that migrations are made of: `python -m migrations.freeze` writes the digests of
new ones to frozen.sha256, and changes no line that is there. `sha256sum -c` reads it too."""

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
MANIFEST = HERE / "frozen.sha256"
WHAT_TO_DO = (
    "is frozen: databases have been made with it. A function that changes gets a new file "
    "(<name>_v2.sql) and a new migration that reads it; CONTRIBUTING.md, 'A changed SQL function'"
)


def digests(folder: Path = HERE) -> dict[str, str]:
    """Of every migration and every SQL file, by its path in this folder."""
    files = [*folder.glob("sql/*.sql"), *folder.glob("versions/[0-9]*.py")]
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
    }


def frozen(manifest: Path = MANIFEST) -> dict[str, str]:
    if not manifest.exists():
        return {}
    lines = manifest.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def broken(folder: Path = HERE) -> list[str]:
    """A sentence for every frozen file that is not as it was."""
    now = digests(folder)
    return [
        f"migrations/{name} {'was changed' if name in now else 'is gone'}, and {WHAT_TO_DO}"
        for name, digest in frozen(folder / MANIFEST.name).items()
        if now.get(name) != digest
    ]


def freeze(folder: Path = HERE) -> list[str]:
    """Adds what is new, and answers its names. `ValueError` when a frozen file has changed."""
    if changed := broken(folder):
        raise ValueError("\n".join(changed))
    manifest = folder / MANIFEST.name
    pinned = frozen(manifest)
    new = {name: digest for name, digest in digests(folder).items() if name not in pinned}
    lines = [f"{digest}  {name}\n" for name, digest in (pinned | new).items()]
    manifest.write_text("".join(lines), encoding="utf-8")
    return list(new)


if __name__ == "__main__":
    try:
        added = freeze()
    except ValueError as refused:
        sys.exit(str(refused))
    sys.stdout.write("".join(f"frozen: {name}\n" for name in added) or "nothing new\n")
