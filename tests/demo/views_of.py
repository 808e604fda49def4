"""Read a population as the views would show it, so that the rules can be tried without an org."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import polars as pl

from partners.store.shapes import FRAMES, SCHEMAS

Rows = Sequence[Mapping[str, Any]]
Population = Mapping[str, Rows]

_STATUS = {
    "Draft": "draft",
    "In Approval Process": "sent",
    "Activated": "signed",
    "Ended": "ended",
    "Cancelled": "cancelled",
}
_SEEN_AS = {"Closed Won": "received", "Pledged": "pledged"}


def frames_of(population: Population) -> dict[str, pl.DataFrame]:
    """Return the frames that facts are made of."""
    people = {row["_id"] for row in population["Contact"] if "Partner_Audience__c" in row}
    rows = {
        "partner": [*_organisations(population), *_people(population)],
        "contact": [_contact(row, people) for row in population["Contact"]],
        "gift": [_gift(row) for row in population["Opportunity"]],
        "gift_credit": _credits(population),
        "agreement": [_agreement(row, people) for row in population["Contract"]],
        "diligence": [_own(row, _DILIGENCE) for row in population["Due_Diligence__c"]],
        "obligation": [_own(row, _OBLIGATION) for row in population["Obligation__c"]],
        "touch": [_touch(row) for kind in ("Task", "Event") for row in population[kind]],
    }
    return {name: _frame(name, rows.get(name, [])) for name in FRAMES}


def _frame(name: str, rows: Rows) -> pl.DataFrame:
    schema = SCHEMAS[name]
    full = [{column: _typed(row.get(column), schema[column]) for column in schema} for row in rows]
    return pl.DataFrame(full, schema=schema)


def _typed(value: Any, dtype: pl.DataType) -> Any:
    if value is not None and dtype == pl.Date():
        return date.fromisoformat(value)
    if value is not None and isinstance(dtype, pl.Datetime):
        return datetime.combine(date.fromisoformat(value[:10]), time(9), timezone(timedelta()))
    return value


def _key(reference: Mapping[str, str] | None) -> str | None:
    return reference["_ref"].partition(":")[2] if reference else None


def _organisations(population: Population) -> list[dict[str, Any]]:
    return [
        {**_partner(row, "Account"), "name": row["Name"], "country": row.get("BillingCountry")}
        for row in population["Account"]
        if "npe01__SYSTEM_AccountType__c" not in row
    ]


def _people(population: Population) -> list[dict[str, Any]]:
    return [
        {**_partner(row, "Contact"), "name": row["LastName"], "country": row["MailingCountry"]}
        for row in population["Contact"]
        if "Partner_Audience__c" in row
    ]


def _partner(row: Mapping[str, Any], kind: str) -> dict[str, Any]:
    capacity = row.get("Giving_Capacity__c")
    return {
        "id": row["_id"],
        "audience": row["Partner_Audience__c"],
        "sector": row.get("Industry"),
        "language": row["Partner_Language__c"],
        "office": row["Partner_Office__c"],
        "owner_id": _key(row["OwnerId"]),
        "subtype": row.get("Partner_Subtype__c"),
        "region": row["Partner_Region__c"],
        "capacity_usd": capacity and capacity * 100,
        "crm_object": kind,
        "crm_stage": row.get("Lifecycle_Stage__c"),
        "crm_since": row.get("Lifecycle_Since__c"),
    }


def _contact(row: Mapping[str, Any], people: set[str]) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "partner_id": row["_id"] if row["_id"] in people else _key(row["AccountId"]),
        "name": row["LastName"],
        "email": row["Email"],
        "language": row["Partner_Language__c"],
        "is_primary": True,
        "email_opt_out": row.get("HasOptedOutOfEmail", False),
        "do_not_contact": row.get("npsp__Do_Not_Contact__c", False),
        "deceased": row.get("npsp__Deceased__c", False),
        "bounced_at": row.get("EmailBouncedDate"),
    }


def _gift(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "partner_id": _key(row.get("npsp__Primary_Contact__c") or row["AccountId"]),
        "kind": row["Gift_Kind__c"],
        "status": _SEEN_AS[row["StageName"]],
        "amount": row["Amount"] * 100,
        "currency": "USD",
        "amount_usd": row["Amount"] * 100,
        "date": row["CloseDate"],
        "acknowledged_at": row.get("Thanked_On__c"),
    }


def _credits(population: Population) -> list[dict[str, Any]]:
    amounts = {row["_id"]: row["Amount"] for row in population["Opportunity"]}
    return [
        {
            "id": row["_id"],
            "gift_id": (gift := _key(row["npsp__Opportunity__c"])),
            "partner_id": _key(row["npsp__Contact__c"]),
            "share": row["npsp__Amount__c"] / amounts[gift],
        }
        for row in population.get("npsp__Partial_Soft_Credit__c", [])
    ]


def _agreement(row: Mapping[str, Any], people: set[str]) -> dict[str, Any]:
    signatory = _key(row.get("CustomerSignedId"))
    return {
        "id": row["_id"],
        "partner_id": signatory if signatory in people else _key(row["AccountId"]),
        "status": _STATUS[row["Status"]],
        "start_date": row["StartDate"],
        "end_date": row["EndDate"],
        "signed_at": row.get("CustomerSignedDate"),
        "ended_on": row.get("Ended_On__c"),
        "partnership_types": row.get("Partnership_Types__c"),
        "value_usd": row.get("Agreement_Value__c") and row["Agreement_Value__c"] * 100,
        "has_roles": row.get("Has_Roles__c", False),
        "has_activities": row.get("Has_Activities__c", False),
        "has_governance": row.get("Has_Governance__c", False),
        "has_accountability": row.get("Has_Accountability__c", False),
        "exclusive": row.get("Exclusive__c", False),
        "endorses": row.get("Endorses__c", False),
        "countries": row.get("Program_Countries__c"),
        "publications": row.get("Publications__c"),
        "replicating_offices": row.get("Replicating_Offices__c"),
        "people_helped": row.get("People_Helped__c"),
        "projects": row.get("Projects__c"),
        "previous_id": _key(row.get("Previous_Agreement__c")),
    }


_SAME_NAME = (
    "Status Depth Risk Outcome Valid_Until Conditions_Due Evidence_Count Human_Rights Labour "
    "Environment Anti_Corruption UN_Obligations Undue_Risk Approval_Level Restricted_Percent"
)
_DILIGENCE = {
    **{f"{name}__c": name.lower() for name in str.split(_SAME_NAME)},
    "Conditions_Met_On__c": "conditions_met_at",
    "Decided_On__c": "decided_at",
    "Assessor__c": "assessed_by",
    "Approver__c": "approved_by",
}
_OBLIGATION = {
    "Kind__c": "kind",
    "Owed_By__c": "owed_by",
    "Due_Date__c": "due_date",
    "Done_On__c": "done_at",
}


def _own(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    plain = {column: row.get(name) for name, column in columns.items()}
    keys = {name: _key(value) for name, value in plain.items() if isinstance(value, dict)}
    owner = _key(row.get("Person__c") or row.get("Partner__c"))
    return {"id": row["_id"], "partner_id": owner, **plain, **keys}


def _touch(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["_id"],
        "partner_id": _key(row.get("WhatId") or row.get("WhoId")),
        "kind": row["Type"].lower(),
        "direction": row["Touch_Direction__c"],
        "outcome": row["Touch_Outcome__c"],
        "office": _key(row["OwnerId"]),
        "at": row.get("ActivityDate") or row.get("StartDateTime"),
    }
