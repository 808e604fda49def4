"""From a row of SQL to Salesforce's JSON: typed values, attributes, related records."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from crm_sync.sandbox.schema import Field

__all__ = ["Reader", "Row", "file_reader", "formatted_reader", "record_reader", "value_reader"]

Row = Sequence[Any]
Reader = Callable[[Row], Any]
_Show = Callable[[Any], Any]


def value_reader(field: Field, place: int) -> Reader:
    """Return what reads a field's value from its place in the row; blank text is null."""
    show = _SHOWS.get(field.type)
    if show is None:
        return lambda row: row[place] or None
    return _shown(show, place)


def formatted_reader(field: Field, place: int) -> Reader:
    """Return what reads a value of FORMAT(): text as people in the US write it."""
    return _shown(_FORMATS.get(field.type, str), place)


def file_reader(address: str, name: str, id_place: int) -> Reader:
    """Return what reads the address of a file's content; `address` is that of its object."""
    return lambda row: f"{address}/{row[id_place]}/{name}"


def record_reader(
    base: str,
    entity: str,
    objects: Mapping[str, str],
    id_place: int,
    parts: Sequence[tuple[str, Reader]],
) -> Reader:
    """Return what reads a record with its attributes, or null where there is none.

    `base` is the address of all objects, `entity` what the record's type is called and `objects`
    the object names by key prefix.
    """

    def read(row: Row) -> Any:
        record_id = row[id_place]
        name = objects.get((record_id or "")[:3]) or objects.get("")
        if record_id is None or name is None:
            return None
        attributes = {"type": entity, "url": f"{base}/{name}/{record_id}"}
        record: dict[str, Any] = {"attributes": attributes}
        for key, part in parts:
            record[key] = part(row)
        return record

    return read


def _shown(show: _Show, place: int) -> Reader:
    def read(row: Row) -> Any:
        value = row[place]
        return None if value is None or value == "" else show(value)

    return read


def _address(text: str) -> dict[str, Any] | None:
    parts: dict[str, Any] = json.loads(text)
    always = dict.fromkeys(
        ("city", "country", "geocodeAccuracy", "latitude", "longitude", "postalCode", "state")
    )
    return always | {"street": None} | parts if any(parts.values()) else None


def _day(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.month}/{day.day}/{day.year}"


def _instant(value: str) -> str:
    moment = datetime.fromisoformat(value)
    return f"{_day(value[:10])}, {moment.hour % 12 or 12}:{moment:%M %p}"


_SHOWS: dict[str, _Show] = {
    "address": _address,
    "boolean": bool,
    "currency": float,
    "double": float,
    "int": int,
    "percent": float,
}
_FORMATS: dict[str, _Show] = {
    "currency": "${:,.2f}".format,
    "date": _day,
    "datetime": _instant,
    "double": "{:,}".format,
    "int": "{:,}".format,
    "percent": "{:,}%".format,
}
