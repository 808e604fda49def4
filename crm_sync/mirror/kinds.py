"""How a Salesforce type is kept in the database, and how its values are written.

A date is text `2026-11-21`, an instant text `2026-11-21T08:30:00.000Z` in UTC, a boolean 0 or 1.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Double, SmallInteger, String, Text
from sqlalchemy.types import TypeEngine

__all__ = ["Kind", "converter", "instant_text", "kind_of"]


class Kind(Enum):
    """What a mirrored column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"

    @property
    def sql(self) -> TypeEngine[Any]:
        """Return the column's type, the same for every database."""
        return _SQL[self]


_SQL: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: Text(),
    Kind.INTEGER: BigInteger(),
    Kind.NUMBER: Double(),
    Kind.BOOLEAN: SmallInteger(),
    Kind.DATE: String(10),
    Kind.INSTANT: String(24),
}
_KINDS = {
    "boolean": Kind.BOOLEAN,
    "int": Kind.INTEGER,
    "long": Kind.INTEGER,
    "double": Kind.NUMBER,
    "currency": Kind.NUMBER,
    "percent": Kind.NUMBER,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
}
# Compound fields repeat their parts; base64 is a file.
_NOT_MIRRORED = frozenset({"address", "location", "base64", "complexvalue"})


def kind_of(salesforce_type: str) -> Kind | None:
    """Return how a field of that type is kept, None when it is not."""
    if salesforce_type in _NOT_MIRRORED:
        return None
    return _KINDS.get(salesforce_type, Kind.TEXT)


def converter(kind: Kind) -> Callable[[Any], Any]:
    """Return the function from a value in Salesforce's JSON to the value in the database."""
    return _CONVERTERS[kind]


def instant_text(moment: datetime) -> str:
    """Return an aware instant in its database form."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(value: Any) -> str | None:
    # PostgreSQL cannot keep a NUL byte, and no reader of it needs one.
    return None if value is None else str(value).replace("\x00", "")


def _truth(value: Any) -> int | None:
    return None if value is None else int(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _instant(value: Any) -> str | None:
    if value is None:
        return None
    if len(value) == 28 and value.endswith("+0000"):  # what Salesforce writes
        return f"{value[:23]}Z"
    return instant_text(datetime.fromisoformat(value))


def _same(value: Any) -> Any:
    return value


_CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _truth,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _truth,
    Kind.DATE: _same,
    Kind.INSTANT: _instant,
}
