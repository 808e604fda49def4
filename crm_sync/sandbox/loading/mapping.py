"""A CumulusCI mapping: which object a table holds and what its columns are called in the org."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from crm_sync.sandbox.errors import SandboxError

__all__ = ["MappedTable", "read_mapping"]


@dataclass(frozen=True)
class MappedTable:
    """`names` gives a column's field, by lower-case column; `targets` a reference's tables."""

    sobject: str
    names: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_mapping(path: Path) -> dict[str, MappedTable]:
    """Return the steps of a mapping by table; raises SandboxError when it cannot be read."""
    try:
        steps = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SandboxError(f"The mapping cannot be read: {error}.", where=str(path)) from error
    if not isinstance(steps, dict) or not all(isinstance(each, dict) for each in steps.values()):
        raise SandboxError(
            "The mapping must name steps, each with sf_object, table, fields and lookups.",
            where=str(path),
        )
    return {_name(name, step): _step(path, name, step) for name, step in steps.items()}


def _name(name: str, step: Mapping[str, Any]) -> str:
    return str(step.get("table") or step.get("sf_object") or name)


def _step(path: Path, name: str, step: Mapping[str, Any]) -> MappedTable:
    if not step.get("sf_object"):
        raise SandboxError(f"The step {name} names no sf_object.", where=str(path))
    fields, lookups = step.get("fields") or {}, step.get("lookups") or {}
    names = dict(fields) if isinstance(fields, dict) else {each: each for each in fields}
    columns = {str(column).lower(): api for api, column in names.items()}
    targets: dict[str, tuple[str, ...]] = {}
    for api, lookup in lookups.items():
        tables = lookup.get("table") or ()
        targets[api] = (tables,) if isinstance(tables, str) else tuple(tables)
        for column in (lookup.get("key_field"), api, _snake(api)):
            if column:
                columns.setdefault(str(column).lower(), api)
    return MappedTable(str(step["sf_object"]), columns, targets)


def _snake(name: str) -> str:
    """Return the column in which a dump keeps a lookup that the mapping gives no column."""
    return "".join(
        f"_{each}" if each.isupper() and place and name[place - 1] != "_" else each
        for place, each in enumerate(name)
    ).lower()
