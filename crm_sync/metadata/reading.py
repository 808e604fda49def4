"""Read our own objects and fields from metadata in source format, as it is deployed to an org."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from crm_sync.errors import MetadataError
from crm_sync.metadata.field import Field

__all__ = ["read_custom_fields", "read_custom_objects"]

_NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
_TYPES = {
    "AutoNumber": "string",
    "Checkbox": "boolean",
    "Currency": "currency",
    "Date": "date",
    "DateTime": "datetime",
    "Email": "email",
    "Html": "textarea",
    "LongTextArea": "textarea",
    "Lookup": "reference",
    "MasterDetail": "reference",
    "MultiselectPicklist": "multipicklist",
    "Number": "double",
    "Percent": "percent",
    "Phone": "phone",
    "Picklist": "picklist",
    "Text": "string",
    "TextArea": "textarea",
    "Time": "time",
    "Url": "url",
}
_LENGTHS = {"boolean": 0, "date": 0, "datetime": 0, "reference": 18, "email": 80, "phone": 40}


def read_custom_objects(objects: Path) -> Iterator[tuple[str, str, str, Field]]:
    """Yield (name, label, plural, name field) for each custom object in a folder `objects`.

    Raises MetadataError.
    """
    for path in sorted(objects.glob("*/*__c.object-meta.xml")):
        root = _root(path)
        named = root.find(f"{_NAMESPACE}nameField")
        if named is None:
            raise MetadataError("The object has no nameField.", where=str(path))
        yield (
            path.name.removesuffix(".object-meta.xml"),
            _text(root, "label"),
            _text(root, "pluralLabel"),
            _name_field(named),
        )


def read_custom_fields(objects: Path) -> Iterator[tuple[str, Field]]:
    """Yield (object name, field) for each field in a folder `objects`.

    A field of Activity belongs to Task and Event. Raises MetadataError.
    """
    for path in sorted(objects.glob("*/fields/*.field-meta.xml")):
        owner = path.parent.parent.name
        found = _field(path)
        for name in ("Task", "Event") if owner == "Activity" else (owner,):
            child = found.child_relationship
            yield name, replace(found, child_relationship=f"{child}__r" if child else None)


def _root(path: Path) -> Element:
    try:
        return fromstring(path.read_bytes())
    except (ParseError, DefusedXmlException) as error:
        raise MetadataError(
            f"The metadata is not plain well-formed XML: {error}.",
            where=str(path),
            remedy="Correct the file, or take it from the release again.",
        ) from error


def _text(root: Element, name: str, default: str = "") -> str:
    return root.findtext(f"{_NAMESPACE}{name}", default)


def _name_field(named: Element) -> Field:
    auto = _text(named, "displayFormat") or None
    return Field(
        name="Name",
        type="string",
        label=_text(named, "label"),
        length=80,
        nillable=auto is not None,
        createable=auto is None,
        updateable=auto is None,
        auto_number=auto,
    )


def _field(path: Path) -> Field:
    root = _root(path)
    name, declared = _text(root, "fullName"), _text(root, "type")
    if declared not in _TYPES:
        raise MetadataError(
            f"The field {name} has the type {declared!r}, which the local org does not know.",
            where=str(path),
            remedy=f"Use one of {', '.join(_TYPES)}.",
        )
    kind = _TYPES[declared]
    return Field(
        name=name,
        type=kind,
        label=_text(root, "label"),
        length=int(_text(root, "length", "0")) or _LENGTHS.get(kind, 255),
        precision=int(_text(root, "precision", "0")),
        scale=int(_text(root, "scale", "0")),
        nillable=kind != "boolean" and _text(root, "required") != "true",
        unique=_text(root, "unique") == "true",
        external_id=_text(root, "externalId") == "true",
        track_history=_text(root, "trackHistory") == "true",
        help=_text(root, "inlineHelpText"),
        default=_text(root, "defaultValue") == "true" if kind == "boolean" else None,
        **_values(root),
        **_reference(root, name, declared),
    )


def _values(root: Element) -> dict[str, Any]:
    names = root.findall(f".//{_NAMESPACE}value/{_NAMESPACE}fullName")
    restricted = root.find(f"{_NAMESPACE}valueSet/{_NAMESPACE}restricted")
    return {
        "picklist": tuple(each.text or "" for each in names),
        "restricted": restricted is not None and restricted.text == "true",
    }


def _reference(root: Element, name: str, declared: str) -> dict[str, Any]:
    if _TYPES[declared] != "reference":
        return {}
    deletes = declared == "MasterDetail" or _text(root, "deleteConstraint") == "Cascade"
    return {
        "reference_to": (_text(root, "referenceTo"),),
        "relationship_name": name.removesuffix("__c") + "__r",
        "child_relationship": _text(root, "relationshipName") or None,
        "cascade": deletes,
    }
