"""The shapes of describe for objects, with every key that clients have come to rely on."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm_sync.sandbox.describe_field import describe_field
from crm_sync.sandbox.schema import Schema, SObject

__all__ = ["describe_global", "describe_object", "summary"]

_MASTER = "012000000000000AAA"


def describe_global(schema: Schema, root: str) -> dict[str, Any]:
    """Return the summaries of all objects; `root` is the version's path."""
    objects = [summary(each, root) for each in schema.objects.values()]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects}


def summary(sobject: SObject, root: str) -> dict[str, Any]:
    """Return what describe says about an object apart from its fields."""
    place = f"{root}/sobjects/{sobject.name}"
    writable = sobject.updateable
    history = sobject.key_prefix == "017"
    return {
        "activateable": False,
        "associateEntityType": "History" if history else None,
        "associateParentEntity": None,
        "createable": sobject.createable,
        "custom": sobject.custom,
        "customSetting": False,
        "deepCloneable": False,
        "deletable": writable and sobject.name != "User",
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": sobject.key_prefix,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "layoutable": writable,
        "mergeable": sobject.name in {"Account", "Contact", "Lead", "Case"},
        "mruEnabled": writable,
        "name": sobject.name,
        "queryable": True,
        "replicateable": not history,
        "retrieveable": True,
        "searchable": writable,
        "triggerable": writable,
        "undeletable": writable and sobject.name != "User",
        "updateable": writable,
        "urls": {
            "sobject": place,
            "describe": f"{place}/describe",
            "rowTemplate": f"{place}/{{ID}}",
        },
    }


def describe_object(
    schema: Schema, sobject: SObject, root: str, record_types: Iterable[Sequence[str]]
) -> dict[str, Any]:
    """Return the whole describe of an object; record types are (id, name, developer name)."""
    place = f"{root}/sobjects/{sobject.name}"
    names = {field.compound for field in sobject.fields.values()}
    return summary(sobject, root) | {
        "actionOverrides": [],
        "childRelationships": _children(schema, sobject),
        "compactLayoutable": sobject.updateable,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [describe_field(each, "Name" in names) for each in sobject.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": _record_types(record_types, place),
        "searchLayoutable": sobject.updateable,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": [{"label": f"All {sobject.plural}", "name": "everything"}],
        "urls": {
            "compactLayouts": f"{place}/describe/compactLayouts",
            "rowTemplate": f"{place}/{{ID}}",
            "approvalLayouts": f"{place}/describe/approvalLayouts",
            "describe": f"{place}/describe",
            "quickActions": f"{place}/quickActions",
            "layouts": f"{place}/describe/layouts",
            "sobject": place,
        },
    }


def _children(schema: Schema, sobject: SObject) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": field.cascade or not field.nillable,
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": field.child_relationship,
            "restrictedDelete": False,
        }
        for child in schema.objects.values()
        for field in child.fields.values()
        if sobject.name in field.reference_to
    ]


def _record_types(types: Iterable[Sequence[str]], place: str) -> list[dict[str, Any]]:
    """List the record types, the master among them, which is the default."""
    known = [*types, (_MASTER, "Master", "Master")]
    return [
        {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": type_id == _MASTER,
            "developerName": developer_name,
            "master": type_id == _MASTER,
            "name": name,
            "recordTypeId": type_id,
            "urls": {"layout": f"{place}/describe/layouts/{type_id}"},
        }
        for type_id, name, developer_name in known
    ]
