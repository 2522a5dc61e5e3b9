"""`python -m bench [--only NAME] [--quick]`: figures of ours beside figures of others.

`python -m bench cost`: what a request costs in CPU. `python -m bench profile NAME`: where it goes.
`python -m bench values`: what its values cost.
"""

import argparse
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import uvloop

from bench.appending import many_writers, one_writer
from bench.clocks import timing
from bench.cost import cost
from bench.following import following
from bench.hot import hot_stream
from bench.idle import idling
from bench.lists import lists
from bench.loading import loading
from bench.profiling import PROFILES, SERVER
from bench.rebuilding import rebuilding
from bench.rows import Row, show, write
from bench.server import fresh_database
from bench.serving import serving
from bench.values import values

MEASURES: Mapping[str, Callable[..., Coroutine[Any, Any, list[Row]]]] = {
    "append": many_writers,
    "alone": one_writer,
    "load": loading,
    "hot": hot_stream,
    "lists": lists,
    "http": serving,
    "clocks": timing,
    "follow": following,
    "idle": idling,
    "rebuild": rebuilding,
}

COUNTING: Mapping[str, Mapping[str, str]] = {
    "idle": {**SERVER, "pg_stat_statements.track": "top"},
}
"""Settings of the server for those that count statements."""


def measure(only: str | None, *, quick: bool) -> None:
    rows: list[Row] = []
    for name, measured in MEASURES.items():
        if only in (None, name):
            print(f"{name} …", flush=True)
            with fresh_database(**COUNTING.get(name, {})) as url:
                rows += uvloop.run(measured(url, quick=quick))
    show(rows)
    write(rows)


def profile(name: str) -> None:
    with fresh_database(**SERVER) as url:
        uvloop.run(PROFILES[name](url))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=MEASURES)
    parser.add_argument("--quick", action="store_true", help="shorter: to see that it runs")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("cost")
    commands.add_parser("values")
    profiles = commands.add_parser("profile")
    profiles.add_argument("name", choices=PROFILES)
    arguments = parser.parse_args()
    if arguments.command == "profile":
        profile(arguments.name)
    elif arguments.command == "cost":
        with fresh_database() as url:
            uvloop.run(cost(url, quick=arguments.quick))
    elif arguments.command == "values":
        values(quick=arguments.quick)
    else:
        measure(arguments.only, quick=arguments.quick)


if __name__ == "__main__":
    main()
