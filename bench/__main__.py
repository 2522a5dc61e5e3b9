"""`python -m bench [--only NAME] [--quick]`: figures of ours beside figures of others."""

import argparse
from collections.abc import Awaitable, Callable, Mapping

import uvloop

from bench.appending import many_writers, one_writer
from bench.rows import Row, show, write
from bench.server import fresh_database

Measure = Callable[..., Awaitable[list[Row]]]

MEASURES: Mapping[str, Measure] = {
    "append": many_writers,
    "alone": one_writer,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=MEASURES)
    parser.add_argument("--quick", action="store_true", help="shorter: to see that it runs")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for name, measure in MEASURES.items():
        if arguments.only in (None, name):
            print(f"{name} …", flush=True)
            with fresh_database() as url:
                rows += uvloop.run(measure(url, quick=arguments.quick))
    show(rows)
    write(rows)


if __name__ == "__main__":
    main()
