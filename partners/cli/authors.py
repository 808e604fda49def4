"""`partners drafts check` and `preview`: for those who write the letters."""

from pathlib import Path
from typing import Annotated

import typer

from partners.console import TO_BE_SEEN, Json, counted, print_json, results

__all__ = ["check", "preview"]


def check(context: typer.Context, json: Json = False) -> None:
    """Check the templates; list what is wrong, and what could be better, with file and line."""
    from dataclasses import asdict

    from lifecycle.drafting import review
    from partners.job.running import load_library

    settings = context.obj.settings()
    library = load_library(settings)
    remarks = review(library)
    if json:
        print_json([{"kind": each.kind, **asdict(each.problem)} for each in remarks])
    else:
        for each in remarks:
            results().print(f"{each.problem}  [{each.kind}]", markup=False, soft_wrap=True)
        letters = counted(len(library.templates), "letter")
        results().print(f"{letters}, {counted(len(remarks), 'remark')}. Policy is kept.")
    if remarks:
        raise typer.Exit(TO_BE_SEEN)


def preview(
    context: typer.Context,
    purpose: Annotated[str, typer.Argument(help="Which letter, as in templates/emails/.")],
    partner: Annotated[
        str | None, typer.Option(help="For this partner: id or name; else an imaginary one.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="File to write (default: preview-….html).")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="For an imaginary partner (the default).")
    ] = False,
) -> None:
    """Write a page with a letter for all audiences and languages: phone, desktop, text, sources."""
    from partners.clock import utc_now
    from partners.folders import writing_to
    from partners.job.running import load_library
    from partners.preview import example_cards, partner_cards, write_preview

    settings, now = context.obj.settings(), utc_now()
    if partner and example:
        raise typer.BadParameter("name a partner, or ask for the example, not both")
    library = load_library(settings)
    if partner is None:
        from partners.demo.house import EXAMPLE_HOUSE

        house, about = settings.house or EXAMPLE_HOUSE, "An imaginary partner"
        cards, read_at = example_cards(library, house, purpose, now.date()), None
    else:
        from crm_sync.mirror import last_read
        from partners.job.showing import show_partner
        from partners.letterhead import letterhead
        from partners.rulebook import load_rules
        from partners.store import open_store

        rulebook = load_rules(settings)
        with open_store(settings.store.url, create=False, read_only=True) as store:
            shown = show_partner(store, rulebook, partner, now, settings.engine)
            with store.reading() as connection:
                read_at = last_read(connection)
        about = f"{shown.name} ({shown.id})"
        cards = partner_cards(library, letterhead(settings), purpose, shown.decision, rulebook)
    file = to or Path(f"preview-{purpose}.html")
    with writing_to(file.parent):
        write_preview(cards, about, read_at, file)
    results().print(f"{counted(len(cards), 'letter')} in {file}", soft_wrap=True)
