"""Find the partner that a person means: by the record's id, or by its whole name."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, text

from partners.errors import PartnerUnknown
from partners.job.chunks import in_chunks

__all__ = ["find_partner", "names_of", "partner_names"]

_MOST_NAMES = 10
_AT_ONCE = 500


def find_partner(connection: Connection, wanted: str) -> tuple[str, str]:
    """Return id and name of the partner in the mirror; raise PartnerUnknown for none or several."""
    by_id = text("SELECT id, name FROM partner WHERE id = :wanted")
    found = list(connection.execute(by_id, {"wanted": wanted}))
    if not found:
        by_name = text("SELECT id, name FROM partner WHERE name = :wanted ORDER BY id")
        found = list(connection.execute(by_name, {"wanted": wanted}))
    if len(found) == 1:
        return found[0].id, found[0].name
    if found:
        ids = ", ".join(row.id for row in found[:_MOST_NAMES])
        raise PartnerUnknown(
            f"{len(found)} partners are called {wanted}.", remedy=f"name one by its id: {ids}"
        )
    raise PartnerUnknown(
        f"There is no partner {wanted} in the mirror.",
        remedy=_similar(connection, wanted) or "give the record's id in the CRM or the whole name",
    )


def partner_names(connection: Connection) -> dict[str, str]:
    """Return the name of every partner in the mirror by its id."""
    partners = connection.execute(text("SELECT id, name FROM partner"))
    return {row.id: row.name for row in partners}


def names_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Return the names of some partners in the mirror by their ids."""
    query = text("SELECT id, name FROM partner WHERE id IN :ids")
    query = query.bindparams(bindparam("ids", expanding=True))
    found: dict[str, str] = {}
    for some in in_chunks(ids, _AT_ONCE):
        found.update((row.id, row.name) for row in connection.execute(query, {"ids": some}))
    return found


def _similar(connection: Connection, wanted: str) -> str:
    like = text("SELECT name FROM partner WHERE lower(name) LIKE :wanted ORDER BY name LIMIT 5")
    names = connection.execute(like, {"wanted": f"%{wanted.lower()}%"}).scalars()
    known = ", ".join(str(name) for name in names)
    return f"did you mean: {known}?" if known else ""
