"""Put an org's schema together: standard and NPSP objects from YAML, ours from metadata."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from crm_sync.metadata import read_custom_fields, read_custom_objects
from crm_sync.sandbox.ids import DIGITS
from crm_sync.sandbox.schema import Field, Schema, SObject
from crm_sync.sandbox.shorthand import read_field

__all__ = ["load_schema"]

_OBJECTS = "force-app/main/default/objects"
_EMAIL_OBJECTS = "email-drafts/main/default/objects"
_OWNERS = ("Group", "User")


def load_schema(metadata: Path | None = None, *, enhanced_email: bool = True) -> Schema:
    """Return the schema of a new org: what ships with it and the project's metadata, if given.

    `metadata` is the folder that holds `sfdx-project.json`. Without `enhanced_email` the org has no
    EmailMessage. Raises MetadataError for metadata that cannot be read.
    """
    shared, sections = _read_sections()
    if not enhanced_email:
        del sections["EmailMessage"]
    objects = {name: _shipped(name, section, shared) for name, section in sections.items()}
    if metadata is not None:
        for folder in (_OBJECTS, *([_EMAIL_OBJECTS] if enhanced_email else [])):
            _add_metadata(objects, metadata / folder, shared)
    _add_histories(objects, shared)
    custom = tuple(sorted(name for name, each in objects.items() if each.custom))
    complete = (_expand(each, custom) for _, each in sorted(objects.items()))
    return Schema(MappingProxyType({each.name.lower(): each for each in complete}))


def _read_sections() -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Return the shared groups and, by object, the sections of all files put together."""
    shared: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {}
    for path in sorted(files(__package__).joinpath("objects").iterdir(), key=lambda p: p.name):
        read = yaml.safe_load(path.read_text("utf-8"))
        if path.name.startswith("_"):
            shared |= read
            continue
        for name, section in read.items():
            known = sections.setdefault(name, {"fields": {}})
            merged = known["fields"] | section.pop("fields")
            known |= section | {"fields": merged}
    return shared, sections


def _shipped(object_name: str, section: Mapping[str, Any], shared: Mapping[str, Any]) -> SObject:
    own = [each for name, line in section["fields"].items() for each in _fields(name, line, shared)]
    label = section["label"]
    own = [replace(each, label=f"{label} Name") if each.name == "Name" else each for each in own]
    if section.get("currency"):
        own += _group(shared, "currency")
    allowed = not section.get("fixed")
    return SObject(
        name=object_name,
        label=label,
        plural=section["plural"],
        key_prefix=section["prefix"],
        fields=_with_system(own, section.get("owner", ()), shared),
        createable=allowed and section.get("createable", True),
        updateable=allowed,
    )


def _fields(name: str, line: str, shared: Mapping[str, Any]) -> Iterator[Field]:
    """Yield one field, or the parts of an address followed by the address as a whole."""
    if not line.startswith("address("):
        yield read_field(name, line)
        return
    prefix = line.removeprefix("address(").removesuffix(")")
    for part, description in shared["address"].items():
        yield replace(read_field(prefix + part, description), compound=name)
    yield replace(read_field(name, "address readonly"), length=0)


def _group(shared: Mapping[str, Any], name: str) -> list[Field]:
    return [read_field(*pair) for pair in shared[name].items()]


def _with_system(
    own: Iterable[Field], owners: Iterable[str], shared: Mapping[str, Any]
) -> Mapping[str, Field]:
    """Return the fields in describe's order: standard ones, the system's, then custom ones."""
    own, named = list(own), "|".join(owners)
    owner = [read_field("OwnerId", f"reference({named}) required as Owner")] if named else []
    standard = [*_group(shared, "first"), *(each for each in own if not each.custom), *owner]
    custom = [each for each in own if each.custom]
    fields = [*standard, *_group(shared, "last"), *custom]
    return MappingProxyType({each.name.lower(): each for each in fields})


def _add_metadata(objects: dict[str, SObject], folder: Path, shared: Mapping[str, Any]) -> None:
    for number, (name, label, plural, named) in enumerate(read_custom_objects(folder)):
        prefix = f"a{1 + number // len(DIGITS)}{DIGITS[number % len(DIGITS)]}"
        fields = _with_system([named], _OWNERS, shared)
        objects[name] = SObject(name, label, plural, prefix, fields)
    for name, added in read_custom_fields(folder):
        known = objects[name]
        fields = dict(known.fields) | {added.name.lower(): added}
        if added.type == "currency":
            fields |= {each.name.lower(): each for each in _group(shared, "currency")}
        objects[name] = replace(known, fields=MappingProxyType(fields))


def _add_histories(objects: dict[str, SObject], shared: Mapping[str, Any]) -> None:
    for parent in list(objects.values()):
        if any(each.track_history for each in parent.fields.values()):
            history = _history(parent, shared)
            objects[history.name] = history


def _history(parent: SObject, shared: Mapping[str, Any]) -> SObject:
    bare = parent.name.removesuffix("__c")
    link, path = ("ParentId", "Parent") if parent.custom else (f"{bare}Id", bare)
    reference = read_field(
        link, f"reference({parent.name}) required readonly cascade as {path} children Histories"
    )
    own = [reference, *_group(shared, "history")]
    kept = [each for each in _group(shared, "last") if each.name in {"CreatedDate", "CreatedById"}]
    fields = [*_group(shared, "first"), *own, *kept]
    return SObject(
        name=f"{bare}__History" if parent.custom else f"{bare}History",
        label=f"{parent.label} History",
        plural=f"{parent.label} History",
        key_prefix="017",
        fields=MappingProxyType({each.name.lower(): each for each in fields}),
        createable=False,
        updateable=False,
    )


def _expand(each: SObject, custom: tuple[str, ...]) -> SObject:
    """Replace `*` in what a field may refer to by all custom objects."""
    fields = {
        key: replace(field, reference_to=(*field.reference_to[:-1], *custom))
        if field.reference_to[-1:] == ("*",)
        else field
        for key, field in each.fields.items()
    }
    return replace(each, fields=MappingProxyType(fields))
