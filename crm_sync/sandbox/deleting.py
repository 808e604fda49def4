"""The recycle bin: into it, out of it, and for good; and the log that replication reads."""

from typing import TYPE_CHECKING

from crm_sync.sandbox import checks
from crm_sync.sandbox.schema import SObject

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Transaction

__all__ = ["bury", "empty_bin", "restore", "to_bin"]


def to_bin(
    transaction: "Transaction", sobject: SObject, record_id: str, cause: str | None = None
) -> None:
    """Move a record to the bin, with what cannot be without it; `cause` is the first of them."""
    transaction.stamp_row(sobject, record_id, "IsDeleted = 1")
    _log(transaction, sobject, record_id, cause or record_id)
    for child, field in checks.references_to(transaction.schema, sobject.name):
        statement = f'SELECT "Id" FROM "{child.name}" WHERE "{field.name}" = ? AND IsDeleted = 0'
        for (child_id,) in transaction.connection.execute(statement, [record_id]).fetchall():
            if field.cascade or not field.nillable:
                to_bin(transaction, child, child_id, cause or record_id)
            else:
                transaction.stamp_row(child, child_id, f'"{field.name}" = NULL')


def restore(transaction: "Transaction", sobject: SObject, record_id: str) -> None:
    """Take a record out of the bin, with what went there with it; a merge is not undone."""
    change = "IsDeleted = 0"
    if "MasterRecordId" in sobject.columns:
        change += ', "MasterRecordId" = NULL'
    transaction.stamp_row(sobject, record_id, change)
    for child, child_id in _caused(transaction, record_id):
        transaction.stamp_row(child, child_id, "IsDeleted = 0")
    connection = transaction.connection
    connection.execute('DELETE FROM "_deleted" WHERE id = ? OR cause = ?', [record_id, record_id])


def bury(transaction: "Transaction", sobject: SObject, record_id: str) -> None:
    """Delete a record in the bin for good, with what went there with it; the log keeps both."""
    for each, each_id in [*_caused(transaction, record_id), (sobject, record_id)]:
        connection = transaction.connection
        connection.execute(f'DELETE FROM "{each.name}" WHERE "Id" = ?', [each_id])
        connection.execute('DELETE FROM "_file" WHERE id = ?', [each_id])


def empty_bin(transaction: "Transaction", sobject: SObject) -> int:
    """Delete for good what is in the bin of an object; return how many records those were."""
    if "IsDeleted" not in sobject.columns:
        return 0
    connection = transaction.connection
    stamp = "SystemModstamp" if "SystemModstamp" in sobject.columns else "CreatedDate"
    connection.execute(
        f'INSERT OR IGNORE INTO "_deleted" SELECT "Id", ?, "{stamp}", "Id" '
        f'FROM "{sobject.name}" WHERE "IsDeleted" = 1',
        [sobject.name],
    )
    return connection.execute(f'DELETE FROM "{sobject.name}" WHERE "IsDeleted" = 1').rowcount


def _log(transaction: "Transaction", sobject: SObject, record_id: str, cause: str) -> None:
    values = [record_id, sobject.name, transaction.stamp, cause]
    statement = 'INSERT OR REPLACE INTO "_deleted" VALUES (?, ?, ?, ?)'
    transaction.connection.execute(statement, values)


def _caused(transaction: "Transaction", record_id: str) -> list[tuple[SObject, str]]:
    """Return what else went to the bin when a record did."""
    statement = 'SELECT object, id FROM "_deleted" WHERE cause = ? AND id <> ?'
    rows = transaction.connection.execute(statement, [record_id, record_id]).fetchall()
    return [(transaction.sobject(name), each) for name, each in rows]
