"""The records of a new org: the organisation, its people, record types, stages, currencies."""

from typing import Any

from crm_sync.sandbox.settings import OrgSettings, read_seed

__all__ = ["seed_records"]


def seed_records(settings: OrgSettings) -> dict[str, list[dict[str, Any]]]:
    """Return what `Org.load` stores in a new org; the integration user gets the settings' name."""
    seed = read_seed()
    return {
        "Organization": [seed["organization"]],
        "Profile": [{"_id": name, "Name": name} for name in seed["profiles"]],
        "User": [_user(each, settings) for each in seed["users"]],
        "RecordType": [
            {"SobjectType": sobject, "DeveloperName": name, "Name": label, "IsActive": True}
            for sobject, types in seed["record_types"].items()
            for name, label in types.items()
        ],
        "OpportunityStage": [_stage(*each) for each in enumerate(seed["stages"].items(), start=1)],
        "CurrencyType": [_currency(*each) for each in enumerate(seed["currencies"].items())],
    }


def _user(given: dict[str, Any], settings: OrgSettings) -> dict[str, Any]:
    user = {name: value for name, value in given.items() if name != "profile"}
    if user["Username"] == read_seed()["access"]["username"]:
        user["Username"] = settings.username
    return user | {
        "_id": user["Username"],
        "ProfileId": {"_ref": f"Profile:{given['profile']}"},
        "Email": user["Username"],
        "IsActive": True,
    }


def _stage(order: int, given: tuple[str, list[Any]]) -> dict[str, Any]:
    name, (probability, category, closed, won) = given
    return {
        "MasterLabel": name,
        "ApiName": name,
        "IsActive": True,
        "SortOrder": order,
        "DefaultProbability": probability,
        "ForecastCategoryName": category,
        "ForecastCategory": {"Best Case": "BestCase", "Commit": "Forecast"}.get(category, category),
        "IsClosed": closed,
        "IsWon": won,
    }


def _currency(order: int, given: tuple[str, float]) -> dict[str, Any]:
    code, rate = given
    return {
        "IsoCode": code,
        "ConversionRate": rate,
        "DecimalPlaces": 0 if code in {"JPY", "XOF"} else 2,
        "IsActive": True,
        "IsCorporate": order == 0,
    }
