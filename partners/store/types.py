"""How values lie in the database: the same readable text in SQLite and PostgreSQL."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, SmallInteger, Text
from sqlalchemy.types import TypeDecorator

__all__ = ["Day", "Flag", "Instant", "Json", "JsonText", "canonical_json", "instant_text"]


class JsonText(str):
    """Canonical JSON text that was made before: it is stored as it is."""

    __slots__ = ()


@lru_cache(maxsize=64)  # the rows of one run bear one instant
def instant_text(instant: datetime) -> str:
    """Return an aware datetime as `2026-11-21T09:30:00.000Z`: UTC, and sorted as text."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone: an instant must be aware")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical_json(value: object) -> str:
    """Return the one JSON text of a value: keys sorted, no spaces, dates as ISO text.

    NaN and infinity are refused with ValueError, unknown types with TypeError.
    """
    return _ENCODER.encode(value)


def _plain(value: object) -> str | list[Any]:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no place in the store's JSON")


_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain
)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as UTC text with milliseconds."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Return the aware datetime."""
        return None if value is None else datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A date without a time, kept as ISO text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        if isinstance(value, datetime):
            raise TypeError(f"{value!r} is an instant where a date is stored")
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Return the date."""
        return None if value is None else date.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """A boolean, kept as 0 or 1 in every database."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """Return the number that is stored."""
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Return the boolean."""
        return None if value is None else bool(value)


class Json(TypeDecorator[Any]):
    """Lists, mappings and scalars, kept as canonical JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text that is stored."""
        if value is None or isinstance(value, JsonText):
            return value
        return canonical_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the value read from the text."""
        return None if value is None else json.loads(value)
