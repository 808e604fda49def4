"""The texts that letters to the public share, kept once each."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from partners.job.letters import Letter
from partners.store import form

__all__ = ["keep_forms"]


def keep_forms(connection: Connection, letters: Iterable[Letter]) -> None:
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
