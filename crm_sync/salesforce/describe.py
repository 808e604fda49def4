"""What an org says about one of its objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crm_sync.errors import CrmUnreadable

__all__ = ["Description", "read_description", "read_names"]


@dataclass(frozen=True)
class Description:
    """An object's name and its fields with Salesforce's type names (`currency`, `datetime` ...).

    `calculated`: formulas and roll-ups, which change without a stamp. `replicateable`: the org
    keeps a list of what was deleted of it. `createable`: our user may make records of it.
    """

    name: str
    fields: Mapping[str, str]
    calculated: frozenset[str] = frozenset()
    replicateable: bool = False
    createable: bool = True


def read_description(name: str, answer: Any) -> Description:
    """Read the answer of `/sobjects/<name>/describe`. Raises CrmUnreadable for another shape."""
    try:
        fields = {field["name"]: field["type"] for field in answer["fields"]}
        calculated = {each["name"] for each in answer["fields"] if each.get("calculated")}
        listed = bool(answer.get("replicateable"))
        createable = bool(answer.get("createable", True))
    except (KeyError, TypeError, AttributeError) as error:
        raise _foreign(name) from error
    return Description(name, MappingProxyType(fields), frozenset(calculated), listed, createable)


def read_names(answer: Any) -> frozenset[str]:
    """Read the names of all objects from `/sobjects`. Raises CrmUnreadable for another shape."""
    try:
        return frozenset(each["name"] for each in answer["sobjects"])
    except (KeyError, TypeError) as error:
        raise _foreign("sobjects") from error


def _foreign(name: str) -> CrmUnreadable:
    return CrmUnreadable(
        f"The CRM's description of {name} is not one that Salesforce gives.",
        remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
    )
