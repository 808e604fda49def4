"""`partners rules diff`: whom other rules would decide differently."""

from typing import Annotated

import typer

from partners.console import Json, print_json, results

__all__ = ["diff"]


def diff(
    context: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            help="Rules folder; git:REVISION for the present rules as they were; base for them "
            "without overlays."
        ),
    ],
    new: Annotated[
        str | None, typer.Argument(help="The same; default: the rules in the settings.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare two rulebooks over the whole mirror: who would be decided differently."""
    from dataclasses import asdict

    from partners.clock import utc_now
    from partners.job.comparing import compare_rulebooks
    from partners.report_differences import print_differences
    from partners.rulebook import load_rules_as
    from partners.store import open_store

    settings = context.obj.settings()
    books = load_rules_as(settings, old), load_rules_as(settings, new)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = compare_rulebooks(store, *books, utc_now())
    if json:
        print_json(asdict(found))
    else:
        print_differences(results(), found)
