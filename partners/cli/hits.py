"""`partners hits`: screening hits, recorded and closed by hand."""

from typing import Annotated

import typer

from partners.console import Json, print_listed, results

__all__ = ["app"]

app = typer.Typer(help="Screening hits: add, close, list.", no_args_is_help=True)
_COLUMNS = ("id", "partner", "list_name", "entry", "status", "opened_by", "closed_by", "reason")


@app.command("add")
def add(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Id of the record in the CRM, or a name.")],
    list_name: Annotated[str, typer.Option("--list", help="The list it stands on.")],
    entry: Annotated[str, typer.Option(help="The entry: its reference and name.")],
    by: Annotated[str, typer.Option(help="Who found it.")],
) -> None:
    """Record a likely match; from the next run on it holds the partner up."""
    from partners.clock import utc_now
    from partners.job.hits import add_hit
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        number = add_hit(store, partner, list_name, entry, by=by, now=utc_now())
    results().print(f"Hit {number} is open. It holds {partner} up from the next run on.")


@app.command("close")
def close(
    context: typer.Context,
    hit: Annotated[int, typer.Argument(help="Number of the hit.")],
    by: Annotated[str, typer.Option(help="Who decided: not the one who opened it.")],
    reason: Annotated[str, typer.Option(help="Why it is not the same.")],
) -> None:
    """Close a hit that a second person has found not to be the partner."""
    from partners.clock import utc_now
    from partners.job.hits import close_hit
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        close_hit(store, hit, by, reason, utc_now())
    results().print(f"Hit {hit} is closed. The next run takes it into account.")


@app.command("list")
def list_all(
    context: typer.Context,
    partner: Annotated[str | None, typer.Option(help="Only of this partner: id or name.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    json: Json = False,
) -> None:
    """List open hits, the latest first."""
    from partners.job.hits import list_hits
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = list_hits(store, partner, everything=everything)
    print_listed(found, "hit", _COLUMNS, json=json)
