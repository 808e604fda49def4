"""Fields that the org fills in by itself: full names, closed flags, end dates, auto numbers."""

import calendar
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.values import Stored, instant

if TYPE_CHECKING:
    from crm_sync.sandbox.records import Row, Transaction

__all__ = ["complete"]

_CONTRACT_CODES = {
    "In Approval Process": "InApproval",
    "Activated": "Activated",
    "Ended": "Expired",
    "Cancelled": "Terminated",
}


def complete(
    transaction: "Transaction",
    sobject: SObject,
    row: "Row",
    before: Mapping[str, Stored] | None = None,
) -> None:
    """Set the derived fields of a new row (`before` is None) or of a changed one, in place."""
    if before is None:
        for name, pattern in sobject.auto_numbers:
            if row.get(name) is None:
                sequence = f"{sobject.name}.{name}"
                row[name] = transaction.sequences.next_auto(sequence, pattern)
    rule = _RULES.get(sobject.name)
    if rule is not None:
        rule(transaction, row, before or {})


def _person(_: "Transaction", row: "Row", __: Mapping[str, Stored]) -> None:
    row["Name"] = " ".join(str(part) for key in ("FirstName", "LastName") if (part := row.get(key)))


def _contact(transaction: "Transaction", row: "Row", before: Mapping[str, Stored]) -> None:
    _person(transaction, row, before)
    row["IsEmailBounced"] = int(row.get("EmailBouncedDate") is not None)


def _opportunity(transaction: "Transaction", row: "Row", before: Mapping[str, Stored]) -> None:
    if row.get("StageName") != before.get("StageName"):
        _set_stage(transaction, row, before)
    amount, probability = row.get("Amount"), row.get("Probability")
    known = amount is not None and probability is not None
    row["ExpectedRevenue"] = float(amount or 0) * float(probability or 0) / 100 if known else None
    if close := row.get("CloseDate"):
        day = date.fromisoformat(str(close))
        quarter = (day.month + 2) // 3
        row |= {"FiscalYear": day.year, "FiscalQuarter": quarter, "Fiscal": f"{day.year} {quarter}"}


def _set_stage(transaction: "Transaction", row: "Row", before: Mapping[str, Stored]) -> None:
    found = transaction.stages.get(str(row.get("StageName")))
    if found is None:
        return
    if row.get("Probability") == before.get("Probability"):
        row["Probability"] = found["DefaultProbability"]
    for name in ("IsClosed", "IsWon", "ForecastCategory", "ForecastCategoryName"):
        row[name] = found[name]


def _contract(_: "Transaction", row: "Row", before: Mapping[str, Stored]) -> None:
    row["StatusCode"] = _CONTRACT_CODES.get(str(row.get("Status")), "Draft")
    start, months = row.get("StartDate"), row.get("ContractTerm")
    moved = (start, months) != (before.get("StartDate"), before.get("ContractTerm"))
    kept = row.get("EndDate") is not None and row.get("EndDate") != before.get("EndDate")
    if start and months and moved and not kept:
        end = _months_later(date.fromisoformat(str(start)), int(months)) - timedelta(days=1)
        row["EndDate"] = end.isoformat()


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _task(transaction: "Transaction", row: "Row", _: Mapping[str, Stored]) -> None:
    row["IsHighPriority"] = int(row.get("Priority") == "High")
    row["IsClosed"] = int(row.get("Status") == "Completed")
    completed = row.get("CompletedDateTime") or row["LastModifiedDate"]
    row["CompletedDateTime"] = completed if row["IsClosed"] else None
    row["AccountId"] = _account_of(transaction, row)


def _event(transaction: "Transaction", row: "Row", _: Mapping[str, Stored]) -> None:
    start = row.get("StartDateTime") or row.get("ActivityDateTime")
    if start:
        row |= {"StartDateTime": start, "ActivityDateTime": start, "ActivityDate": str(start)[:10]}
        _set_end(row, datetime.fromisoformat(str(start)))
    row["AccountId"] = _account_of(transaction, row)


def _set_end(row: "Row", start: datetime) -> None:
    minutes, end = row.get("DurationInMinutes"), row.get("EndDateTime")
    if minutes is not None:
        row["EndDateTime"] = instant(start + timedelta(minutes=int(minutes)))
    elif end:
        length = datetime.fromisoformat(str(end)) - start
        row["DurationInMinutes"] = int(length.total_seconds() // 60)
    row["EndDate"] = str(row.get("EndDateTime") or row["StartDateTime"])[:10]


def _account_of(transaction: "Transaction", row: "Row") -> Stored:
    """Return the account an activity belongs to: what it is about, else the person's account."""
    for name in ("WhatId", "WhoId"):
        related = str(row.get(name) or "")
        if related.startswith("001"):
            return related
        parent = transaction.schema.by_prefix.get(related[:3])
        if parent and parent.field("AccountId"):
            statement = f'SELECT "AccountId" FROM "{parent.name}" WHERE "Id" = ?'
            found = transaction.connection.execute(statement, [related]).fetchone()
            if found and found[0]:
                return str(found[0])
    return None


def _case(_: "Transaction", row: "Row", __: Mapping[str, Stored]) -> None:
    row["IsClosed"] = int(row.get("Status") == "Closed")
    closed = row.get("ClosedDate") or row["LastModifiedDate"]
    row["ClosedDate"] = closed if row["IsClosed"] else None


def _campaign_member(_: "Transaction", row: "Row", __: Mapping[str, Stored]) -> None:
    row["HasResponded"] = int(row.get("Status") == "Responded")
    if row["HasResponded"]:
        day = str(row["LastModifiedDate"])[:10]
        row["FirstRespondedDate"] = row.get("FirstRespondedDate") or day


_RULES: dict[str, Callable[["Transaction", "Row", Mapping[str, Stored]], None]] = {
    "CampaignMember": _campaign_member,
    "Case": _case,
    "Contact": _contact,
    "Contract": _contract,
    "Event": _event,
    "Lead": _person,
    "Opportunity": _opportunity,
    "Task": _task,
    "User": _person,
}
