"""Find the object or field that a file means, also when it leaves out the package's namespace."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from crm_sync.sandbox.schema import Field, Schema, SObject

__all__ = ["find_field", "find_object"]

_NAMESPACES = ("npsp__", "npe01__", "npo02__", "npe03__", "npe4__", "npe5__")
_T = TypeVar("_T")


def find_object(schema: Schema, name: str) -> SObject | None:
    """Return the object of a name, with or without its namespace, or None."""
    return _find(schema.objects, _spellings(name))


def find_field(sobject: SObject, name: str) -> Field | None:
    """Return the stored field of a name, with or without its namespace, or None."""
    found = _find(sobject.fields, _spellings(name))
    return found if found and found.name in sobject.columns else None


def _spellings(name: str) -> Iterable[str]:
    lower = name.lower()
    yield lower
    if lower.endswith("__c"):
        yield from (namespace + lower for namespace in _NAMESPACES)


def _find(among: Mapping[str, _T], names: Iterable[str]) -> _T | None:
    return next((among[name] for name in names if name in among), None)
