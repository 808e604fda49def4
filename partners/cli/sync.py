"""`partners sync`: the mirror alone, what it would read, and how it stands."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from partners.cli.jobs import crm_of
from partners.console import TO_BE_SEEN, Json, print_json, progress, results

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["app"]

app = typer.Typer(invoke_without_command=True)


@app.callback(invoke_without_command=True)
def sync(
    context: typer.Context,
    *,
    full: Annotated[bool, typer.Option("--full", help="Read everything again.")] = False,
    objects: Annotated[
        str | None, typer.Option(help="Only these objects, by API name, with commas.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Read again what changed in the CRM since then (2026-11-21T08:00Z)."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be read; read nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring the mirror up to date with the CRM, and decide nothing; `status`: how it stands."""
    if context.invoked_subcommand:
        return
    from dataclasses import asdict

    from crm_sync.mirror import plan_sync
    from crm_sync.salesforce import connect
    from partners.clock import utc_now
    from partners.job.lock import only_one
    from partners.job.running import load_job
    from partners.report_mirror import print_mirrored, print_plan
    from partners.store import open_store

    settings = context.obj.settings()
    chosen, moment = _names(objects), _instant(since)
    job = load_job(settings)
    session = connect(crm_of(settings))
    with open_store(settings.store.url) as store, only_one(store):
        if dry_run:
            plan = plan_sync(
                session,
                store.engine,
                job.profile,
                objects=chosen,
                full=full,
                since=moment,
                way=job.way,
            )
            print_json(asdict(plan)) if json else print_plan(results(), plan)
            return
        report = job.sync(
            store,
            session,
            utc_now(),
            lambda what: progress(what, note=lambda: _calls_left(session)),
            objects=chosen,
            full=full,
            since=moment,
        )
    if json:
        print_json({**asdict(report), "warnings": report.warnings})
    else:
        print_mirrored(results(), asdict(report)["objects"], report.warnings)
    raise typer.Exit(TO_BE_SEEN if report.warnings else 0)


@app.command("status")
def status(context: typer.Context, json: Json = False) -> None:
    """Tell how far each object is read, when its Ids were last compared, and what drifted."""
    from dataclasses import asdict

    from crm_sync.mirror import mirror_status
    from partners.clock import utc_now
    from partners.report_mirror import print_status
    from partners.store import open_store

    settings = context.obj.settings()
    now = utc_now()
    opened = open_store(settings.store.url, create=False, read_only=True)
    with opened as store, store.reading() as connection:
        found = mirror_status(connection, now)
    print_json([asdict(each) for each in found]) if json else print_status(results(), found, now)
    raise typer.Exit(TO_BE_SEEN if any(each.warnings for each in found) else 0)


def _names(objects: str | None) -> list[str] | None:
    return (
        None if objects is None else [each.strip() for each in objects.split(",") if each.strip()]
    )


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no instant: write 2026-11-21 or 2026-11-21T08:00Z", param_hint="--since"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _calls_left(session: "Session") -> str:
    left = session.allowance.left
    return "" if left is None else f"{left:,} API calls left"
