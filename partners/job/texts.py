"""The texts that letters to the public share: which wait, and one of them whole."""

from typing import Any

from sqlalchemy import func, select

from partners.errors import DraftUnknown
from partners.store import Store, draft, form

__all__ = ["list_texts", "read_text"]


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
    with store.reading() as connection:
        found = connection.execute(select(form).where(form.c.id.startswith(wanted)).limit(2))
        rows = [dict(row._mapping) for row in found]
    if len(rows) != 1:
        what = f"Several texts begin with {wanted}." if rows else f"There is no text {wanted}."
        raise DraftUnknown(what, remedy="`partners drafts texts` names those that wait")
    return rows[0]
