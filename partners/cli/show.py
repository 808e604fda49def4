"""`partners show`: one partner, where it stands, why, and why not."""

from typing import Annotated

import typer

from partners.console import Json, print_json, results

__all__ = ["show"]


def show(
    context: typer.Context,
    partner: Annotated[str, typer.Argument(help="Id of the record in the CRM, or a name.")],
    json: Json = False,
) -> None:
    """Show one partner: facts, stage, why it stands there, and what the next step lacks."""
    from partners.clock import utc_now
    from partners.job.showing import show_partner
    from partners.report import print_partner
    from partners.rulebook import load_rules
    from partners.store import open_store

    settings = context.obj.settings()
    rulebook = load_rules(settings)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        shown = show_partner(store, rulebook, partner, utc_now(), settings.engine)
    if json:
        print_json(shown.as_data())
    else:
        print_partner(results(), shown)
