"""`partners drafts`: what was drawn up, and what people make of it. Nothing is ever sent."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from partners.cli import authors, desk
from partners.console import Json, print_json, print_listed, print_text, results

__all__ = ["app"]

app = typer.Typer(
    help="Drafts: list, show, edit, release, export. Nothing is ever sent.", no_args_is_help=True
)
app.command("check")(authors.check)
app.command("preview")(authors.preview)
app.command("edit")(desk.edit)
app.command("release")(desk.release)
app.command("discard")(desk.discard)
app.command("redraw")(desk.redraw)
app.command("texts")(desk.texts)
app.command("merge")(desk.merge)
_COLUMNS = ("id", "partner", "purpose", "language", "status", "subject", "reason")
Status = Literal[
    "drafted", "edited", "stale", "released", "discarded", "superseded", "suppressed", "refused"
]


@app.command("list")
def list_drafts(
    context: typer.Context,
    status: Annotated[Status | None, typer.Option(help="Only drafts that are so.")] = None,
    purpose: Annotated[str | None, typer.Option(help="Only drafts of this purpose.")] = None,
    json: Json = False,
) -> None:
    """List drafts, the newest first."""
    from partners.job.drafts import list_drafts as read
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = read(store, status=status, purpose=purpose)
    print_listed(found, "draft", _COLUMNS, json=json)


@app.command("show")
def show_draft(
    context: typer.Context,
    draft: str,
    json: Json = False,
    words: Annotated[
        bool, typer.Option("--words", help="Only subject and text, as a file to edit.")
    ] = False,
) -> None:
    """Show one draft: its subject and text, and where every figure in it came from."""
    from partners.job.desk import words_of
    from partners.job.drafts import read_draft
    from partners.report import print_draft
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        found = read_draft(store, draft)
    if json:
        print_json(found)
    elif words:
        print_text(words_of(found))
    else:
        print_draft(results(), found)


@app.command("export")
def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is missing.")],
    draft: Annotated[str | None, typer.Option(help="Only this draft.")] = None,
) -> None:
    """Write drafts as .html, .txt and .eml files that open as messages not yet sent."""
    from partners.job.drafts import export_drafts
    from partners.letterhead import letterhead
    from partners.store import open_store

    settings = context.obj.settings()
    house = letterhead(settings)
    with open_store(settings.store.url, create=False, read_only=True) as store:
        files = export_drafts(store, house, folder, only=draft)
    results().print(f"{len(files)} files in {folder}")
