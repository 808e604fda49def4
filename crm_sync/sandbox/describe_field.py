"""The shape of a field in describe."""

from typing import Any

from crm_sync.sandbox.schema import Field

__all__ = ["describe_field"]

_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "time": "xsd:time",
    "base64": "xsd:base64Binary",
    "address": "urn:address",
    "location": "urn:location",
    "anyType": "xsd:anyType",
}
_BYTES_PER_CHARACTER = 3
_INT_DIGITS = 8


def describe_field(field: Field, person: bool) -> dict[str, Any]:
    """Return one field; `person` says that the object's name is put together from parts."""
    is_name = field.name in {"Name", "CaseNumber", "ContractNumber"} or (
        field.name == "Subject" and field.type == "combobox"
    )
    return {
        "aggregatable": field.filterable and field.type not in {"boolean", "multipicklist"},
        "aiPredictionField": False,
        "autoNumber": field.auto_number is not None,
        "byteLength": field.length * (1 if _SOAP.get(field.type) else _BYTES_PER_CHARACTER),
        "calculated": field.calculated,
        "calculatedFormula": None,
        "cascadeDelete": field.cascade,
        "caseSensitive": False,
        "compoundFieldName": field.compound,
        "controllerName": None,
        "createable": field.createable,
        "custom": field.custom,
        "defaultValue": field.default,
        "defaultValueFormula": None,
        "defaultedOnCreate": _defaulted(field),
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": _INT_DIGITS if field.type == "int" else 0,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "externalId": field.external_id,
        "extraTypeInfo": _extra(field, person),
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "formulaTreatNullNumberAsZero": False,
        "groupable": field.groupable,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": field.name in {"Id", "Email"} or is_name or field.external_id,
        "inlineHelpText": field.help or None,
        "label": field.label,
        "length": field.length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": is_name,
        "namePointing": len(field.reference_to) > 1,
        "nillable": field.nillable,
        "permissionable": field.custom or (field.nillable and field.createable),
        "picklistValues": [_choice(each) for each in field.picklist],
        "polymorphicForeignKey": len(field.reference_to) > 1,
        "precision": field.precision,
        "queryByDistance": field.type == "location",
        "referenceTargetField": None,
        "referenceTo": list(field.reference_to),
        "relationshipName": field.relationship_name,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted,
        "scale": field.scale,
        "searchPrefilterable": field.type == "reference",
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "sortable": field.sortable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable,
        "writeRequiresMasterRead": False,
    }


def _defaulted(field: Field) -> bool:
    system = not field.createable and not field.nillable
    return field.type == "boolean" or field.default is not None or field.name == "OwnerId" or system


def _extra(field: Field, person: bool) -> str | None:
    if field.type == "textarea":
        return "plaintextarea"
    return "personname" if person and field.name == "Name" else None


def _choice(value: str) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": False,
        "label": value,
        "validFor": None,
        "value": value,
    }
