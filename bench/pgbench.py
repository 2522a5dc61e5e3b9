"""One-row INSERTs as pgbench sends them: the rate that PostgreSQL itself reaches on this machine."""

import asyncio
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded.binaries import binaries
from bench.plain import INSERT, PLAIN_VALUES

_RATE = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PgBench:
    """`-M prepared`: parsed once a connection, the values go over the wire every time."""

    url: str
    clients: int
    name: str = "pgbench INSERT"

    async def run(self, seconds: float) -> float:
        script = INSERT
        for number, name in reversed(list(enumerate(PLAIN_VALUES, 1))):
            script = script.replace(f"${number}", f":{name}")
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "insert.sql")
            path.write_text(f"{script};\n")
            output = await self._pgbench(path, seconds)
        found = _RATE.search(output)
        if found is None:
            raise RuntimeError(f"pgbench did not say its rate:\n{output}")
        return float(found[1])

    async def _pgbench(self, script: Path, seconds: float) -> str:
        values = [
            word for name, value in PLAIN_VALUES.items() for word in ("-D", f"{name}={value}")
        ]
        process = await asyncio.create_subprocess_exec(
            str(binaries() / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={self.clients}",
            "--jobs=2",
            f"--time={max(1, round(seconds))}",
            f"--file={script}",
            *values,
            self.url,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"pgbench failed:\n{output.decode()}")
        return output.decode()
