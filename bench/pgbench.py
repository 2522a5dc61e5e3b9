"""One-row INSERTs as pgbench sends them: the rate that PostgreSQL itself reaches."""

import asyncio
import re
import tempfile
from dataclasses import dataclass

from app.embedded.binaries import binaries
from bench.plain import INSERT, PLAIN_VALUES

_RATE = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)


def _with_variables(statement: str) -> str:
    """pgbench names its parameters, `:name`, where the driver numbers them, `$1`."""
    for number, name in reversed(list(enumerate(PLAIN_VALUES, 1))):
        statement = statement.replace(f"${number}", f":{name}")
    return statement


@dataclass(frozen=True, slots=True)
class PgBench:
    """`-M prepared`: parsed once a connection, the values go over the wire every time."""

    url: str
    clients: int
    name: str = "pgbench INSERT"

    async def run(self, seconds: float) -> float:
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(f"{_with_variables(INSERT)};\n")
            script.flush()
            output = await self._pgbench(script.name, seconds)
        found = _RATE.search(output)
        if found is None:
            raise RuntimeError(f"pgbench did not say its rate:\n{output}")
        return float(found[1])

    async def _pgbench(self, script: str, seconds: float) -> str:
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
