"""`partners drafts edit`, `release`, `discard`, `redraw`, `texts`, `merge`: what people do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from partners.console import (
    Json,
    counted,
    print_json,
    print_listed,
    print_text,
    progress,
    results,
)

if TYPE_CHECKING:
    from partners.job.letters import Letters
    from partners.job.releasing import Releasing
    from partners.settings import Settings
    from partners.store import Store

__all__ = ["discard", "edit", "merge", "redraw", "release", "texts"]

_TEXTS = ("id", "purpose", "language", "subject", "letters")

_Draft = Annotated[str, typer.Argument(help="Id of the draft, or its beginning.")]


def edit(
    context: typer.Context,
    draft: _Draft,
    *,
    by: Annotated[str, typer.Option(help="Who edits.")],
    file: Annotated[
        Path, typer.Option(help="The edited text; begin with `drafts show ID --words`.")
    ],
    source: Annotated[
        str | None, typer.Option(help="Where figures come from that the record does not hold.")
    ] = None,
) -> None:
    """Change the words of a draft; what was drawn up is kept beside them."""
    from partners.clock import utc_now
    from partners.folders import reading_from
    from partners.job.desk import edit_draft
    from partners.job.running import load_library
    from partners.store import open_store

    settings = context.obj.settings()
    with reading_from(file):
        written = file.read_text("utf-8")
    with open_store(settings.store.url, create=False) as store:
        row = edit_draft(
            store, load_library(settings), draft, written, by=by, source=source, now=utc_now()
        )
    same = row["status"] == "drafted"
    said = "stands as it was drawn up" if same else f"is edited; see it: drafts show {row['id']}"
    results().print(f"The draft {row['id']} {said}.")


def release(
    context: typer.Context,
    draft: _Draft,
    by: Annotated[str, typer.Option(help="Who releases it.")],
) -> None:
    """Release a draft, if nothing forbids it today. You send it: the program never does."""
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        row = _releasing(settings, store).release(draft, by)
    _print_next(row)


def _print_next(row: dict[str, Any]) -> None:
    """Say that a draft is released, and how to send it."""
    results().print(
        f"{row['changed_by']} released the draft {row['id']}. Nothing was sent.\n"
        f"To send it: partners drafts export FOLDER --draft {row['id']}, then open the .eml file."
    )


def discard(
    context: typer.Context,
    draft: _Draft,
    by: Annotated[str, typer.Option(help="Who discards it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """Put a draft away for good."""
    from partners.clock import utc_now
    from partners.job.desk import discard_draft
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        name = discard_draft(store, draft, by=by, reason=reason, now=utc_now())
    results().print(f"The draft {name} is discarded.")


def redraw(
    context: typer.Context,
    draft: _Draft,
    drop_edit: Annotated[
        bool, typer.Option("--drop-edit", help="Even if what was edited is lost.")
    ] = False,
) -> None:
    """Draw a draft up again from what is known today."""
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store:
        row = _releasing(settings, store).redraw(draft, drop_edit=drop_edit)
    results().print(f"The draft {row['id']} is drawn up again; read it: drafts show {row['id']}.")


def texts(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="Show this one, whole.")] = None,
    json: Json = False,
) -> None:
    """List the texts that letters to the public share, and how many wait with each; or show one."""
    from partners.job.texts import list_texts, read_text
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False, read_only=True) as store:
        if text is None:
            print_listed(list_texts(store), "text", _TEXTS, json=json)
            return
        found = read_text(store, text)
    if json:
        print_json(found)
    else:
        print_text(f"Subject: {found['subject']}\n\n{found['text']}")


def merge(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="Id of the text, or its beginning; see `texts`.")],
    by: Annotated[str, typer.Option(help="Who has read the text and releases it.")],
    to: Annotated[Path, typer.Option(help="Folder to write to; made if it is missing.")],
) -> None:
    """Release one text for everybody to whom it may go today, as files for a mail merge."""
    from partners.clock import utc_now
    from partners.job.mailing import Mailing
    from partners.job.texts import read_text
    from partners.store import open_store

    settings = context.obj.settings()
    with open_store(settings.store.url, create=False) as store, progress("Releasing") as bar:
        letters = _letters(settings, store)
        mailed = Mailing(store, letters, utc_now(), by, read_text(store, text))(to, bar)
    released = counted(mailed.released, "letter")
    results().print(
        f"{by} released {released}, mailing {mailed.id}; {mailed.left_out} left out. "
        f"Nothing was sent.\n"
        f"In {to}: letter.html and letter.txt; recipients.csv; left_out.csv, with the reasons.",
        soft_wrap=True,
    )


def _letters(settings: "Settings", store: "Store") -> "Letters":
    from partners.job.email_drafts import forms_shown
    from partners.job.letters import Letters
    from partners.job.running import load_library
    from partners.letterhead import letterhead
    from partners.profile import profile_of
    from partners.rulebook import load_rules

    house, rulebook = letterhead(settings), load_rules(settings)
    forms = forms_shown(store, profile_of(settings).appears)
    return Letters(load_library(settings), house, rulebook, settings.language, forms)


def _releasing(settings: "Settings", store: "Store") -> "Releasing":
    from partners.clock import utc_now
    from partners.job.releasing import Releasing

    return Releasing(store, _letters(settings, store), settings.engine, utc_now())
