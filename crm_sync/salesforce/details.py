"""What an org says of an object in full: its fields with their sizes, and what our user may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crm_sync.errors import CrmUnreadable
from crm_sync.metadata import Field

__all__ = ["Detail", "read_detail"]


@dataclass(frozen=True)
class Detail:
    """An object and its fields by name, as our user sees them; `readable`: it may be queried."""

    name: str
    readable: bool
    createable: bool
    updateable: bool
    fields: Mapping[str, Field]


def read_detail(name: str, answer: Any) -> Detail:
    """Read the answer of `/sobjects/<name>/describe`. Raises CrmUnreadable for another shape."""
    try:
        return Detail(
            name,
            readable=bool(answer["queryable"]),
            createable=bool(answer["createable"]),
            updateable=bool(answer["updateable"]),
            fields=MappingProxyType({each["name"]: _field(each) for each in answer["fields"]}),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CrmUnreadable(
            f"The CRM's description of {name} is not one that Salesforce gives.",
            remedy="Check that crm.login_url is a Salesforce org and nothing stands between.",
        ) from error


def _field(told: Mapping[str, Any]) -> Field:
    return Field(
        name=told["name"],
        type=told["type"],
        label=told["label"],
        length=told["length"],
        precision=told["precision"],
        scale=told["scale"],
        nillable=told["nillable"],
        createable=told["createable"],
        updateable=told["updateable"],
        calculated=told["calculated"],
        unique=told["unique"],
        external_id=told["externalId"],
        reference_to=tuple(told["referenceTo"]),
        picklist=tuple(each["value"] for each in told["picklistValues"] if each["active"]),
        restricted=told["restrictedPicklist"],
    )
