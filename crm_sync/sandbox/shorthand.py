"""One line of YAML that describes a field: `reference(Account) cascade as Account children Cases`.

A line is a type of describe, its arguments in brackets (length; digits,decimals; values or objects
separated by |) and flags: required, readonly, createonly, calculated, restricted, unique, external,
cascade; and words with a value: `as` (name in dotted paths), `children` (name of the child list),
`of` (the compound field it is part of), `default`, `auto` (the format of an auto number).
"""

import re
import shlex
from typing import Any

from crm_sync.sandbox.schema import Field

__all__ = ["read_field"]

_LINE = re.compile(r"(?P<type>\w+)(?:\((?P<args>[^)]*)\))?(?P<flags>(?: .*)?)")
_FLAGS: dict[str, dict[str, Any]] = {
    "required": {"nillable": False},
    "readonly": {"createable": False, "updateable": False},
    "createonly": {"updateable": False},
    "calculated": {"calculated": True},
    "restricted": {"restricted": True},
    "unique": {"unique": True},
    "external": {"external_id": True},
    "cascade": {"cascade": True},
}
_WORDS = {
    "as": "relationship_name",
    "children": "child_relationship",
    "of": "compound",
    "default": "default",
    "auto": "auto_number",
}
_NUMBERS = {"double": (18, 0), "currency": (18, 2), "percent": (18, 2)}
_LENGTHS = {
    "id": 18,
    "reference": 18,
    "string": 255,
    "combobox": 255,
    "picklist": 255,
    "multipicklist": 4099,
    "email": 80,
    "phone": 40,
    "url": 255,
    "anyType": 255,
    "textarea": 255,
}


def read_field(name: str, line: str) -> Field:
    """Return the field that a line describes; raises ValueError when it cannot be read."""
    match = _LINE.fullmatch(line)
    if match is None:
        msg = f"field {name}: cannot read {line!r}"
        raise ValueError(msg)
    kind, arguments = match["type"], match["args"] or ""
    settings = _size(kind, arguments) | _flags(name, match["flags"])
    if kind == "boolean":
        settings["nillable"] = False
        settings["default"] = settings.get("default") == "true"
    return Field(name=name, type=kind, label=_label(name), **settings)


def _size(kind: str, arguments: str) -> dict[str, Any]:
    parts = arguments.split("|") if arguments else []
    if kind in {"picklist", "multipicklist"}:
        return {"picklist": tuple(parts), "length": _LENGTHS[kind]}
    if kind == "reference":
        return {"reference_to": tuple(parts), "length": _LENGTHS[kind]}
    if kind in _NUMBERS:
        precision, scale = map(int, arguments.split(",")) if arguments else _NUMBERS[kind]
        return {"precision": precision, "scale": scale}
    return {"length": int(arguments) if arguments.isdigit() else _LENGTHS.get(kind, 0)}


def _flags(name: str, text: str) -> dict[str, Any]:
    words = iter(shlex.split(text))
    found: dict[str, Any] = {}
    for word in words:
        if word in _WORDS:
            found[_WORDS[word]] = next(words)
        elif word in _FLAGS:
            found |= _FLAGS[word]
        else:
            msg = f"field {name}: unknown word {word!r}"
            raise ValueError(msg)
    return found


def _label(name: str) -> str:
    bare = re.sub(r"^[A-Za-z0-9]+__(?=.+__c$)", "", name).removesuffix("__c").replace("_", " ")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare).removesuffix("Id").strip() or "Record ID"
