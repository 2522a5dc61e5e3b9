"""The command line, `suyuan`: starts the product and looks after it."""

import typer

from app.cli import operate, people, read_models
from app.cli.demo import demo
from app.cli.serve import api, serve, worker

app = typer.Typer(
    help="Suyuan 溯源: event-sourced service tickets for property-service companies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(api)
app.command()(worker)
app.command()(operate.migrate)
app.command()(demo)
app.add_typer(people.tenants, name="tenants")
app.add_typer(people.tokens, name="tokens")
app.add_typer(operate.db, name="db")
app.add_typer(read_models.projections, name="projections")
app.add_typer(read_models.subscriptions, name="subscriptions")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
