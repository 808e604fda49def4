"""Read drafts back, and export them as files. Nothing is ever sent."""

from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from lifecycle.drafting import Draft, DraftRefused, House, to_eml
from partners.errors import DraftUnknown
from partners.folders import writing_to
from partners.job.final import Final, final
from partners.job.finding import partner_names
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
    with store.reading() as connection:
        found = connection.execute(select(draft).where(draft.c.id.startswith(wanted)).limit(2))
        rows = [dict(row._mapping) for row in found]
    if len(rows) != 1:
        what = f"Several drafts begin with {wanted}." if rows else f"There is no draft {wanted}."
        raise DraftUnknown(what, remedy="`partners drafts list` names them all")
    return rows[0]


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
    files[".eml"] = _eml(store, house, row, end)
    written = []
    for suffix, content in files.items():
        file = stem.with_name(stem.name + suffix)
        file.write_bytes(content)
        written.append(file)
    return written


def _eml(store: Store, house: House, row: dict[str, Any], end: Final) -> bytes:
    drawn = Draft(
        purpose=row["purpose"],
        audience=row["audience"],
        language=row["language"],
        kind=row["kind"],
        fell_back=False,
        subject=end.words.subject,
        html=end.html,
        text=end.words.text,
        provenance=(),
    )
    address = _address(store, row["contact_id"])
    try:
        return to_eml(drawn, house, letter=row["id"], to=address)
    except DraftRefused:
        return to_eml(drawn, house, letter=row["id"])


def _address(store: Store, contact_id: str | None) -> str | None:
    query = text("SELECT email FROM contact WHERE id = :id")
    with store.reading() as connection:
        return connection.execute(query, {"id": contact_id}).scalar()
