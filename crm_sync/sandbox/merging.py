"""Merge records: what refers to the others refers to the master, and they point to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_sync.sandbox import checks, deleting
from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.schema import SObject

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Transaction

__all__ = ["MERGEABLE", "merge"]

MERGEABLE = frozenset({"Account", "Case", "Contact", "Lead"})
_MOST = 2


def merge(
    transaction: "Transaction", sobject: SObject, master_id: str, others: Sequence[str]
) -> list[str]:
    """Merge one or two records into the master; return the ids of what refers to it now.

    Raises OrgError as Salesforce refuses: not mergeable, too many, the master among the others.
    """
    if sobject.name not in MERGEABLE:
        raise OrgError("INVALID_OPERATION", f"entity type cannot be merged: {sobject.name}")
    if not 0 < len(others) <= _MOST or master_id in others:
        raise OrgError("INVALID_OPERATION", "merge takes one or two records beside the master")
    moved = [
        child_id
        for other in others
        for child_id in _repointed(transaction, sobject, other, master_id)
    ]
    for other in others:
        deleting.to_bin(transaction, sobject, other)
        transaction.stamp_row(sobject, other, '"MasterRecordId" = ?', [master_id])
    transaction.stamp_row(sobject, master_id, "IsDeleted = 0")
    return moved


def _repointed(transaction: "Transaction", sobject: SObject, old: str, new: str) -> list[str]:
    moved: list[str] = []
    for child, field in checks.references_to(transaction.schema, sobject.name):
        if field.name == "MasterRecordId":
            continue
        statement = f'SELECT "Id" FROM "{child.name}" WHERE "{field.name}" = ? AND IsDeleted = 0'
        for (child_id,) in transaction.connection.execute(statement, [old]).fetchall():
            transaction.stamp_row(child, child_id, f'"{field.name}" = ?', [new])
            moved.append(child_id)
    return moved
