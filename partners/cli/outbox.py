"""`partners outbox`: what is on its way to the CRM, and what did not get there."""

from typing import Annotated, Literal

import typer

from partners.console import Json, counted, print_json, print_listed, results

__all__ = ["app"]

app = typer.Typer(help="Writes to the CRM: list, show, retry, drop.", no_args_is_help=True)
_COLUMNS = ("id", "state", "partner", "object", "error_code", "error", "remedy", "age")
State = Literal["pending", "set_aside", "conflict", "overwritten", "closed", "dropped", "delivered"]
Waiting = Literal["pending", "set_aside", "conflict"]


@app.command("list")
def list_all(
    context: typer.Context,
    state: Annotated[State | None, typer.Option(help="Only writes in this state.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only of this partner: id or name.")] = None,
    most: Annotated[int, typer.Option(min=1, help="At most so many, the oldest first.")] = 200,
    json: Json = False,
) -> None:
    """List writes that have not arrived, with the reason and what to do; the oldest first."""
    from partners.clock import utc_now
    from partners.job.outbox import list_writes
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = list_writes(store, utc_now(), state=state, partner=partner, most=most)
    print_listed(found, "write", _COLUMNS, json=json)


@app.command("show")
def show(context: typer.Context, write: int, json: Json = False) -> None:
    """Show one write: every field as it is sent, what became of it, and what to do."""
    from partners.clock import utc_now
    from partners.job.outbox import read_write
    from partners.report_outbox import print_write
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = read_write(store, write, utc_now())
    print_json(found) if json else print_write(results(), found)


@app.command("retry")
def retry(
    context: typer.Context,
    writes: Annotated[list[int] | None, typer.Argument(help="Numbers of writes.")] = None,
    state: Annotated[Waiting | None, typer.Option(help="All in this state.")] = None,
    code: Annotated[str | None, typer.Option(help="All refused with this code.")] = None,
) -> None:
    """Let writes go out again with the next run, once what stood in their way is put right."""
    from partners.job.outbox import retry_writes
    from partners.store import open_store

    if not (writes or state or code):
        raise typer.BadParameter("name writes by number, or all of them by --state or --code")
    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        many = retry_writes(store, writes or (), state=state, code=code)
    results().print(f"{counted(many, 'write')} will go out with the next run.")


@app.command("drop")
def drop(
    context: typer.Context,
    write: int,
    by: Annotated[str, typer.Option(help="Who decided.")],
    reason: Annotated[str, typer.Option(help="Why it need not be written.")],
) -> None:
    """Give one write up for good; who did and why is kept."""
    from partners.clock import utc_now
    from partners.job.outbox import drop_write
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        drop_write(store, write, by=by, reason=reason, now=utc_now())
    results().print(f"Write {write} is dropped.")
