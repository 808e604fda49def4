"""`partners audit`: verify the ledger, decide again from it, erase a partner in it."""

from datetime import datetime
from typing import Annotated

import typer

from partners.console import TO_BE_SEEN, Json, print_json, results

__all__ = ["app"]

app = typer.Typer(help="The ledger of decisions: verify, replay, erase.", no_args_is_help=True)


@app.command("verify")
def verify(
    context: typer.Context,
    root: Annotated[
        str | None,
        typer.Option(help="A root that was kept elsewhere, or its first digits, at least 8."),
    ] = None,
    json: Json = False,
) -> None:
    """Find what was changed behind the ledger's back; 1 if anything was."""
    from dataclasses import asdict

    from partners.ledger import key_of
    from partners.ledger import verify as check
    from partners.report_audit import print_verified
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        verified = check(store, key_of(settings.audit.key), root)
    print_json(asdict(verified)) if json else print_verified(results(), verified)
    raise typer.Exit(TO_BE_SEEN if verified.found else 0)


@app.command("replay")
def replay(
    context: typer.Context,
    partner: Annotated[str | None, typer.Option(help="Only of this partner, by its id.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the last so many.")] = None,
    json: Json = False,
) -> None:
    """Decide again from what was recorded, by the rules that decided; 1 if it comes out otherwise.

    1 too where a decision cannot be read, or the partner has none. Nothing is stored.
    """
    from dataclasses import asdict
    from functools import partial

    from partners.job.engines import choose_engine
    from partners.ledger import Wanted
    from partners.ledger import replay as again
    from partners.report_audit import print_replayed
    from partners.store import open_store

    settings = context.obj.settings()
    wanted = Wanted(partner, since.date() if since else None, limit)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        replayed = again(store, partial(choose_engine, "native"), wanted)
    print_json(asdict(replayed)) if json else print_replayed(results(), replayed, wanted)
    unknown = partner is not None and not replayed.on_record
    raise typer.Exit(0 if replayed.sound and not unknown else TO_BE_SEEN)


@app.command("erase")
def erase(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Id of the record in the CRM.")],
    by: Annotated[str, typer.Option(help="Who answers for it; stays in the ledger.")],
    reason: Annotated[str, typer.Option(help="Why, without naming the partner; stays too.")],
    json: Json = False,
) -> None:
    """Erase every text about a partner for good; that it was decided, and how, can be verified on.

    Delete the partner in the CRM first, and run `partners sync`: the mirror has it from there.
    """
    from dataclasses import asdict

    from partners.clock import utc_now
    from partners.job.lock import only_one
    from partners.ledger import ErasureRequest, erase_partner, key_of
    from partners.report_audit import print_erased
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store, only_one(store):
        request = ErasureRequest(by, reason, utc_now())
        erased = erase_partner(store, partner, request, key_of(settings.audit.key))
    print_json(asdict(erased)) if json else print_erased(results(), erased)
    raise typer.Exit(TO_BE_SEEN if erased.mirrored else 0)
