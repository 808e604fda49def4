"""Partners merged in the CRM go on under the record that took them in; nothing is re-keyed."""

from sqlalchemy import Connection, text

__all__ = ["follow_merges"]

_NEW = text(
    "INSERT INTO partner_alias (old_id, id) "
    "SELECT merged.old_id, merged.id FROM merged_record AS merged "
    "WHERE NOT EXISTS (SELECT 1 FROM partner_alias AS known WHERE known.old_id = merged.old_id)"
)


def follow_merges(connection: Connection) -> None:
    """Add an alias for every merge that the mirror has seen and we have not yet followed."""
    connection.execute(_NEW)
