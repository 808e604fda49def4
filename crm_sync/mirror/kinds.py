"""How a Salesforce type is kept in the database.

A date is text `2026-11-21`, an instant text `2026-11-21T08:30:00.000Z` in UTC, a boolean 0 or 1.
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, Double, SmallInteger, String, Text
from sqlalchemy.types import TypeEngine

__all__ = ["Kind", "instant_text", "kind_of", "kind_stored_as", "text_type"]


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


def text_type(length: int | None = None) -> TypeEngine[Any]:
    """Return the type of texts that are compared and ordered by their bytes in every database.

    PostgreSQL orders by language unless told otherwise, and joins texts of two orders without an
    index.
    """
    made = Text if length is None else String
    return made(length).with_variant(made(length, collation="C"), "postgresql")


_SQL: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: text_type(),
    Kind.INTEGER: BigInteger(),
    Kind.NUMBER: Double(),
    Kind.BOOLEAN: SmallInteger(),
    Kind.DATE: text_type(10),
    Kind.INSTANT: text_type(24),
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


def kind_of(salesforce_type: str | None) -> Kind | None:
    """Return how a field of that type is kept, None when it is not (or there is none)."""
    if salesforce_type is None or salesforce_type in _NOT_MIRRORED:
        return None
    return _KINDS.get(salesforce_type, Kind.TEXT)


def instant_text(moment: datetime) -> str:
    """Return an aware instant in its database form."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def kind_stored_as(stored: TypeEngine[Any]) -> Kind | None:
    """Return the kind of a column by the type that the database gives it."""
    match stored:
        case String(length=10):
            return Kind.DATE
        case String(length=24):
            return Kind.INSTANT
        case String():
            return Kind.TEXT
        case BigInteger():
            return Kind.INTEGER
        case SmallInteger():
            return Kind.BOOLEAN
    return Kind.NUMBER if isinstance(stored, Double) else None
