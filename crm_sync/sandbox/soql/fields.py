"""FIELDS(ALL | CUSTOM | STANDARD) as the fields it stands for."""

from collections.abc import Iterable, Iterator

from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.tree import Call, Item, Name, Selected

__all__ = ["expanded"]

_GROUPS = frozenset({"ALL", "CUSTOM", "STANDARD"})
_MOST_ROWS = 200
_SINCE = 51.0


def expanded(
    text: str, items: Iterable[Selected], sobject: SObject, most: int, api_version: float
) -> Iterator[Selected]:
    """Yield the items with every FIELDS() replaced; `most` is LIMIT's number, -1 without one.

    Raises SoqlError when the group is unknown or its fields may be too many for the rows.
    """
    for item in items:
        if isinstance(item, Item) and isinstance(item.what, Call) and item.what.name == "FIELDS":
            group = _group(text, item.what, most, api_version)
            yield from _fields(sobject, group, item.what.at)
        else:
            yield item


def _group(text: str, call: Call, most: int, api_version: float) -> str:
    if api_version < _SINCE:
        what = "The SOQL FIELDS function is not supported in this version of the API"
        raise refuse(text, call.at, what, "UNSUPPORTED_API_VERSION")
    first = call.arguments[0]
    written = first.text if isinstance(first, Name) else ""
    if written.upper() not in _GROUPS or len(call.arguments) > 1:
        what = "The SOQL FIELDS function must be one of ALL, CUSTOM or STANDARD"
        raise refuse(text, call.at, what)
    if written.upper() != "STANDARD" and not 0 <= most <= _MOST_ROWS:
        what = f"The SOQL FIELDS function must have a LIMIT of at most {_MOST_ROWS}"
        raise SoqlError("MALFORMED_QUERY", what)
    return written.upper()


def _fields(sobject: SObject, group: str, at: int) -> Iterator[Item]:
    for field in sobject.fields.values():
        if group == "ALL" or field.custom == (group == "CUSTOM"):
            yield Item(Name(field.name, at))
