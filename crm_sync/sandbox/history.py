"""Field history: who changed a tracked field, when, from what to what."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.values import Stored

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Transaction

__all__ = ["keep"]


def keep(
    transaction: "Transaction",
    sobject: SObject,
    before: Mapping[str, Stored],
    after: Mapping[str, Stored],
) -> None:
    """Add a row to the object's history for each tracked field whose value changed."""
    for field in sobject.columns.values():
        old, new = before.get(field.name), after.get(field.name)
        if not field.track_history or old == new:
            continue
        table, link = _place(sobject)
        history = transaction.sobject(table)
        transaction.write_row(
            history,
            {
                "Id": transaction.sequences.next_id(history.key_prefix),
                "IsDeleted": 0,
                link: before["Id"],
                "Field": field.name,
                "DataType": _DATA_TYPES.get(field.type, "Text"),
                "OldValue": _shown(field.type, old),
                "NewValue": _shown(field.type, new),
                "CreatedById": transaction.user_id,
                "CreatedDate": transaction.stamp,
            },
        )


_DATA_TYPES = {"boolean": "Boolean", "date": "DateOnly", "picklist": "DynamicEnum"}


def _place(sobject: SObject) -> tuple[str, str]:
    if sobject.custom:
        return f"{sobject.name.removesuffix('__c')}__History", "ParentId"
    return f"{sobject.name}History", f"{sobject.name}Id"


def _shown(kind: str, value: Stored) -> Stored:
    return {0: "false", 1: "true"}.get(int(value or 0)) if kind == "boolean" else value
