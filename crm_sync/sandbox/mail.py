"""E-mail messages: their task, their recipients, and that only a draft may be changed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crm_sync.sandbox.errors import OrgError
from crm_sync.sandbox.values import Stored

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Row, Transaction

__all__ = ["check_change", "file_message", "send"]

_SENT, _DRAFT = "3", "5"


def file_message(transaction: "Transaction", row: "Row") -> None:
    """Address a new message to the people in ToIds, and put the task behind it in the timeline.

    A message about a case has no task of its own. Raises OrgError for a person that is not there.
    """
    people = str(row["ToIds"]).split(";") if row.get("ToIds") else []
    addresses = [_address(transaction, each) for each in people]
    row["ToAddress"] = (
        "; ".join(str(each) for each in [*addresses, row.get("ToAddress")] if each) or None
    )
    if row.get("ParentId") or row.get("ActivityId"):
        return
    task = transaction.insert(
        "Task",
        {
            "Subject": f"Email: {row.get('Subject') or ''}"[:255],
            "TaskSubtype": "Email",
            "Status": "Not Started" if row.get("Status") == _DRAFT else "Completed",
            "WhatId": row.get("RelatedToId"),
            "WhoId": next((each for each in people if each[:3] in {"003", "00Q"}), None),
        },
    )
    row["ActivityId"] = task.id


def check_change(before: Mapping[str, Stored], change: Mapping[str, Stored]) -> None:
    """Raise OrgError where a message that is no draft is changed, or its status is."""
    standard = {name for name in change if not name.endswith("__c")} - {"IsExternallyVisible"}
    if standard and before["Status"] != _DRAFT:
        message = "You can only change an email message while it is a draft."
        raise OrgError("FIELD_INTEGRITY_EXCEPTION", message, sorted(standard))
    if change.get("Status", before["Status"]) != before["Status"]:
        message = "The status of an email message cannot be changed."
        raise OrgError("FIELD_INTEGRITY_EXCEPTION", message, ["Status"])


def send(transaction: "Transaction", message_id: str) -> None:
    """Send a draft: its status says so, and its task is done. Raises OrgError when it is none."""
    sobject = transaction.sobject("EmailMessage")
    row = transaction.existing(sobject, message_id)
    check_change(row, {"Subject": row["Subject"]})
    sent = '"Status" = ?, "MessageDate" = ?, "LastModifiedById" = ?'
    values = [_SENT, transaction.stamp, transaction.user_id]
    transaction.stamp_row(sobject, str(row["Id"]), sent, values)
    if row["ActivityId"]:
        transaction.update("Task", str(row["ActivityId"]), {"Status": "Completed"})


def _address(transaction: "Transaction", person_id: str) -> Stored:
    person = transaction.schema.by_prefix.get(person_id[:3])
    found = transaction.row(person, person_id) if person else None
    if found is None or "Email" not in found:
        raise OrgError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ["ToIds"])
    return found["Email"]
