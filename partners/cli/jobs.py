"""`partners run`, `baseline` and `sweep`: the job, whole or in parts.

Settings, rules and login come before the store: what is wrong with them leaves no empty store.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from partners.console import TO_BE_SEEN, Json, print_json, progress, results

if TYPE_CHECKING:
    from crm_sync.salesforce import CrmSettings
    from partners.settings import Settings

__all__ = ["baseline", "crm_of", "run", "sweep"]


Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", help="Rule that may act more often than its max_actions (repeatable)."),
]


def baseline(context: typer.Context, json: Json = False) -> None:
    """Take over an org that has long been running: mirror it, adopt stages, act on nothing past."""
    from crm_sync.salesforce import connect
    from partners.clock import utc_now
    from partners.job.engines import say_who_stands_in
    from partners.job.lock import only_one
    from partners.job.running import load_job
    from partners.store import open_store

    settings = context.obj.settings()
    job = load_job(settings)
    say_who_stands_in(settings.engine)
    session = connect(crm_of(settings))
    with open_store(settings.store.url) as store, only_one(store):
        job.sync(store, session, utc_now(), progress)
        taken = job.take_over(store, utc_now())
    if json:
        print_json({"taken_over": taken})
    else:
        results().print(
            f"{taken} partners taken over as they stand; nothing was written to the CRM."
        )


def run(
    context: typer.Context,
    allow: Allow = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written; change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Do the whole job once: mirror the CRM, decide, draft, write back."""
    from dataclasses import asdict

    from crm_sync.salesforce import connect
    from partners.clock import utc_now
    from partners.job.engines import say_who_stands_in
    from partners.job.lock import only_one
    from partners.job.running import load_job
    from partners.letterhead import letterhead
    from partners.report import print_report
    from partners.report_outbox import print_changes
    from partners.store import open_store

    settings = context.obj.settings()
    job = load_job(settings)
    crm = crm_of(settings)
    letterhead(settings)
    say_who_stands_in(settings.engine)
    session = connect(crm)
    if dry_run:
        changes = job.rehearse(session, utc_now(), progress, allow or ())
        data = [asdict(change) for change in changes]
        print_json(data) if json else print_changes(results(), changes)
        return
    with open_store(settings.store.url) as store, only_one(store):
        report = job.run(store, session, utc_now(), progress, allow or ())
    if json:
        print_json(report.as_data())
    else:
        print_report(results(), report)
    raise typer.Exit(TO_BE_SEEN if report.needs_a_person else 0)


def sweep(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; store nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Decide everybody as mirrored; what is to be written waits for the next run."""
    from dataclasses import asdict

    from partners.clock import utc_now
    from partners.job.engines import say_who_stands_in
    from partners.job.lock import only_one
    from partners.job.running import load_job
    from partners.job.sweeping import would_change
    from partners.letterhead import letterhead
    from partners.report import print_decided, print_sweep
    from partners.store import open_store

    settings = context.obj.settings()
    job = load_job(settings)
    if not dry_run:
        letterhead(settings)
        say_who_stands_in(settings.engine)
    with open_store(settings.store.url, create=False) as store, only_one(store):
        if dry_run:
            changes = would_change(store, job.rulebook, utc_now())
            print_json(changes) if json else print_sweep(results(), changes)
            return
        report = job.decide(store, utc_now(), progress)
    print_json(asdict(report)) if json else print_decided(results(), report)


def crm_of(settings: "Settings") -> "CrmSettings":
    """Return how to reach the CRM; raise SettingsError when it is not set, or not all of it."""
    from partners.errors import SettingsError

    if settings.crm is None:
        raise SettingsError(
            "No CRM is set, so there is nothing to talk to.",
            where="the section [crm] of partners.toml",
            remedy="add login_url, auth and credentials there or as PARTNERS_CRM__* variables; "
            "`partners demo` needs none",
        )
    settings.crm.check_complete()
    return settings.crm
