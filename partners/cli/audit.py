"""`partners audit`: verify the ledger, decide again from it, erase a partner in it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from partners.console import Json, print_json, results, table

if TYPE_CHECKING:
    from partners.ledger import Erased, Replayed, Verified

__all__ = ["app"]

app = typer.Typer(help="The ledger of decisions: verify, replay, erase.", no_args_is_help=True)
_SHOWN = 50


@app.command("verify")
def verify(
    context: typer.Context,
    root: Annotated[
        str | None, typer.Option(help="A root that was kept elsewhere, or how it begins.")
    ] = None,
    json: Json = False,
) -> None:
    """Find what was changed behind the ledger's back; 1 if anything was."""
    from dataclasses import asdict

    from partners.ledger import key_of
    from partners.ledger import verify as check
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        verified = check(store, key_of(settings.audit.key), root)
    print_json(asdict(verified)) if json else _show_verified(verified)
    raise typer.Exit(1 if verified.found else 0)


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

    Nothing is stored.
    """
    from dataclasses import asdict
    from functools import partial

    from partners.job.engines import choose_engine
    from partners.ledger import Wanted
    from partners.ledger import replay as again
    from partners.store import open_store

    settings = context.obj.settings()
    wanted = Wanted(partner, since.date() if since else None, limit)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        replayed = again(store, partial(choose_engine, "native"), wanted)
    print_json(asdict(replayed)) if json else _show_replayed(replayed)
    raise typer.Exit(1 if replayed.different or replayed.without_rules else 0)


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
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store, only_one(store):
        request = ErasureRequest(by, reason, utc_now())
        erased = erase_partner(store, partner, request, key_of(settings.audit.key))
    print_json(asdict(erased)) if json else _show_erased(erased)
    raise typer.Exit(1 if erased.mirrored else 0)


def _show_verified(verified: "Verified") -> None:
    console = results()
    for finding in verified.findings[:_SHOWN]:
        console.print(f"  ! {finding}", markup=False, soft_wrap=True)
    if verified.found > _SHOWN:
        console.print(f"  ! and {verified.found - _SHOWN} more (--json)")
    looked = (
        f"{verified.decisions} decisions, {verified.seals} seals; {verified.since_seal} decisions "
        f"since the last one; {verified.erased} erased as they should be."
        if verified.followed
        else f"{verified.decisions} decisions, whose chains could not be followed."
    )
    console.print(looked)
    if verified.root:
        console.print(f"Root of the ledger: {verified.root}", soft_wrap=True)
    console.print(f"{verified.found} findings." if verified.found else "Nothing was changed.")


def _show_replayed(replayed: "Replayed") -> None:
    console = results()
    rows = [
        [each.decision, each.partner, each.day, each.part, each.recorded, each.again]
        for each in replayed.differences[:_SHOWN]
    ]
    if rows:
        columns = ("decision", "partner", "day", "part", "recorded", "again")
        console.print(table(f"{replayed.different} decisions come out otherwise", columns, rows))
    console.print(f"{replayed.same} decisions come out the same, {replayed.different} otherwise.")
    left = {
        "made by persons: nothing to decide again": replayed.by_persons,
        "erased: cannot be decided again": replayed.erased,
        "by rules that are not kept, or a plug-in that is not installed": replayed.without_rules,
    }
    for why, many in left.items():
        if many:
            console.print(f"{many} {why}.")


def _show_erased(erased: "Erased") -> None:
    console = results()
    console.print(
        f"Erased: what {erased.decisions} decisions were made from, {erased.drafts} drafts, "
        f"{erased.writes} writes to the CRM."
    )
    if erased.mirrored:
        console.print(
            "  ! The partner still stands in the mirror: delete it in the CRM, run `partners sync`."
        )
    console.print(f"Root of the ledger: {erased.root}", soft_wrap=True)
