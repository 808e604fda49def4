"""The texts that letters to the public share, kept once each: which wait, and one of them whole."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, insert, select

from partners.job.by_id import read_by_id
from partners.job.letters import Letter
from partners.store import Store, draft, form

__all__ = ["keep_texts", "list_texts", "read_text"]


def list_texts(store: Store) -> list[dict[str, Any]]:
    """Return the texts that letters to the public wait with, and how many: most first."""
    waiting = func.count().label("letters")
    names = [form.c[name] for name in ("id", "purpose", "language", "subject")]
    query = select(*names, waiting).join(draft, draft.c.form_id == form.c.id)
    shared = (
        query.where(draft.c.status == "drafted").group_by(*names).order_by(waiting.desc(), "id")
    )
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(shared)]


def read_text(store: Store, wanted: str) -> dict[str, Any]:
    """Return one text by its id or the beginning of it; raise DraftUnknown."""
    return read_by_id(store, form, wanted, "text", "`partners drafts texts` names those that wait")


def keep_texts(connection: Connection, letters: Iterable[Letter]) -> None:
    """Store the texts behind letters, those that are not there yet."""
    shared = {
        letter.form.id: {
            "id": letter.form.id,
            "purpose": letter.purpose,
            "language": letter.language,
            "subject": letter.form.subject,
            "html": letter.form.html,
            "text": letter.form.text,
            "names": list(letter.form.names),
        }
        for letter in letters
        if letter.form is not None
    }
    if shared:
        kept = set(connection.scalars(select(form.c.id).where(form.c.id.in_(shared))))
        new = [row for name, row in shared.items() if name not in kept]
        if new:
            connection.execute(insert(form), new)
