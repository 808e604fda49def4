"""Read drafts back, and export them as files. Nothing is ever sent."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from lifecycle.drafting import House
from partners.errors import DraftUnknown
from partners.folders import writing_to
from partners.job.by_id import read_by_id
from partners.job.final import final
from partners.job.finding import partner_names
from partners.job.mail import eml_of
from partners.store import Store, draft

__all__ = ["export_drafts", "list_drafts", "read_draft"]

_LIVE = ("drafted", "edited", "released")
_LISTED = (
    "id",
    "partner_id",
    "purpose",
    "audience",
    "language",
    "status",
    "subject",
    "reason",
    "created_at",
)


def list_drafts(
    store: Store, *, status: str | None = None, purpose: str | None = None
) -> list[dict[str, Any]]:
    """Return drafts, the newest first, with the partner's name and without their bodies."""
    query = select(*(draft.c[name] for name in _LISTED)).order_by(draft.c.created_at.desc(), "id")
    if status is not None:
        query = query.where(draft.c.status == status)
    if purpose is not None:
        query = query.where(draft.c.purpose == purpose)
    with store.reading() as connection:
        names = partner_names(connection)
        rows = [dict(row._mapping) for row in connection.execute(query)]
    return [{**row, "partner": names.get(row["partner_id"], row["partner_id"])} for row in rows]


def read_draft(store: Store, wanted: str) -> dict[str, Any]:
    """Return one draft whole, by its id or the beginning of it; raise DraftUnknown."""
    return read_by_id(store, draft, wanted, "draft", "`partners drafts list` names them all")


def export_drafts(
    store: Store, house: House, folder: Path, *, only: str | None = None
) -> list[Path]:
    """Write drafts that wait, or were released, as .html, .txt and .eml; return the files.

    Raises DraftUnknown when `only` names no draft, SettingsError when the folder cannot be written.
    """
    wanted = [only] if only else [row["id"] for row in list_drafts(store) if row["status"] in _LIVE]
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return [file for each in wanted for file in _export(store, house, folder, each)]


def _export(store: Store, house: House, folder: Path, wanted: str) -> list[Path]:
    row = read_draft(store, wanted)
    if row["html"] is None:
        raise DraftUnknown(
            f"The draft {wanted} has no text: it was {row['status']}.",
            remedy=f"the reason: {row['reason']}",
        )
    stem = folder / f"{row['purpose']}.{row['language']}.{row['id']}"
    end = final(row)
    files = {".html": end.html.encode(), ".txt": end.words.text.encode()}
    words = {"subject": end.words.subject, "text": end.words.text, "html": end.html}
    files[".eml"] = eml_of(row, words, house, _address(store, row["contact_id"]))
    written = []
    for suffix, content in files.items():
        file = stem.with_name(stem.name + suffix)
        file.write_bytes(content)
        written.append(file)
    return written


def _address(store: Store, contact_id: str | None) -> str | None:
    query = text("SELECT email FROM contact WHERE id = :id")
    with store.reading() as connection:
        return connection.execute(query, {"id": contact_id}).scalar()
