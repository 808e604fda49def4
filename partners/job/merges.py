"""Partners merged in the CRM go on under the record that took them in; nothing is re-keyed."""

from sqlalchemy import Connection, text

__all__ = ["follow_merges"]

_UNDONE = text(
    "DELETE FROM partner_alias WHERE NOT EXISTS (SELECT 1 FROM merged_record AS merged "
    "WHERE merged.old_id = partner_alias.old_id AND merged.id = partner_alias.id)"
)
_NEW = text(
    "INSERT INTO partner_alias (old_id, id) "
    "SELECT merged.old_id, merged.id FROM merged_record AS merged "
    "WHERE NOT EXISTS (SELECT 1 FROM partner_alias AS known WHERE known.old_id = merged.old_id)"
)


def follow_merges(connection: Connection) -> None:
    """Let the aliases be the merges that the mirror knows.

    A record that was taken out of the bin again is a partner of its own, and may be merged anew.
    """
    connection.execute(_UNDONE)
    connection.execute(_NEW)
