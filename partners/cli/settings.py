"""`partners settings`: what is in force, from file, variables and defaults."""

from collections.abc import Iterator, Mapping
from typing import Any

import typer

from partners.console import Json, print_json, results, table

__all__ = ["app"]

app = typer.Typer(help="The settings: show what is in force.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `show` a command of its own: typer makes a lone command the whole group."""


@app.command("show")
def show_settings(context: typer.Context, json: Json = False) -> None:
    """Show every setting as it is in force; secrets are masked."""
    from partners.settings import shown

    data = shown(context.obj.settings())
    if json:
        print_json(data)
    else:
        results().print(table("Settings in force", ("setting", "value"), list(_lines(data))))


def _lines(data: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Give each setting by its name with dots; of several languages, each its own."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
