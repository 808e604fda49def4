"""Whether a literal fits a field, and the value it stands for."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from crm_sync.sandbox.ids import full_id
from crm_sync.sandbox.schema import Field
from crm_sync.sandbox.soql.dates import Span, span
from crm_sync.sandbox.soql.errors import BIND_REFUSED, SoqlError, refuse
from crm_sync.sandbox.soql.escapes import unescaped
from crm_sync.sandbox.soql.tree import Kind, Literal

__all__ = ["Family", "Value", "evaluate", "family"]

Value = str | int | float | Span | None


@dataclass(frozen=True)
class Family:
    """Types that compare alike: the name messages use and the literals they take."""

    name: str
    kinds: frozenset[Kind]
    quoted: bool = False


_TEXT = Family("string", frozenset({Kind.STRING}), quoted=True)
_ID = Family("ID", frozenset({Kind.STRING}), quoted=True)
_NUMBER = Family("double", frozenset({Kind.NUMBER}))
_FAMILIES = {
    "boolean": Family("boolean", frozenset({Kind.BOOLEAN})),
    "currency": Family("double", frozenset({Kind.NUMBER, Kind.CURRENCY})),
    "date": Family("date", frozenset({Kind.DATE, Kind.PERIOD})),
    "datetime": Family("dateTime", frozenset({Kind.DATETIME, Kind.PERIOD})),
    "double": _NUMBER,
    "id": _ID,
    "int": Family("int", frozenset({Kind.NUMBER})),
    "percent": _NUMBER,
    "reference": _ID,
    "time": Family("time", frozenset({Kind.TIME})),
}
_WHOLE = re.compile(r"[+-]?\d{1,18}")


def family(field: Field) -> Family:
    """Return how a field compares; all that is not listed compares as text."""
    return _FAMILIES.get(field.type, _TEXT)


def evaluate(text: str, field: Field, literal: Literal, today: date, at: int) -> Value:
    """Return what a literal stands for beside a field; None is null, and so is an empty text.

    Raises SoqlError, placed at the field, when the literal is of another type.
    """
    if literal.kind is Kind.NULL:
        return None
    days = _days(text, literal, today)
    if not _fits(field, literal):
        raise _misfit(text, field, at)
    return days if days is not None else _plain(text, field, literal)


def _fits(field: Field, literal: Literal) -> bool:
    if field.type == "int" and "." in literal.text:
        return False
    return literal.kind in family(field).kinds


def _days(text: str, literal: Literal, today: date) -> Span | None:
    if literal.kind is Kind.BIND:
        raise refuse(text, literal.at, BIND_REFUSED)
    if literal.kind is not Kind.PERIOD:
        return None
    try:
        days = span(literal.text, literal.count, today)
    except (OverflowError, ValueError):
        raise _bad(text, literal) from None
    if days is None:
        raise refuse(text, literal.at, BIND_REFUSED)
    return days


def _plain(text: str, field: Field, literal: Literal) -> Value:
    if literal.kind is Kind.STRING:
        value = unescaped(text, literal)
        return _record_id(text, value, literal) if family(field) is _ID else value or None
    if literal.kind is Kind.BOOLEAN:
        return int(literal.text.lower() == "true")
    if literal.kind in {Kind.NUMBER, Kind.CURRENCY}:
        digits = literal.text[3:] if literal.kind is Kind.CURRENCY else literal.text
        return int(digits) if _WHOLE.fullmatch(digits) else float(digits)
    return _moment(text, literal)


def _moment(text: str, literal: Literal) -> str:
    try:
        if literal.kind is Kind.DATE:
            return date.fromisoformat(literal.text).isoformat()
        if literal.kind is Kind.TIME:
            clock = time.fromisoformat(_milliseconds(literal.text.upper().removesuffix("Z")))
            return clock.isoformat("milliseconds") + "Z"
        instant = datetime.fromisoformat(_milliseconds(literal.text.upper())).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(text, literal) from None
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _milliseconds(written: str) -> str:
    return re.sub(r"\.(\d+)", lambda found: "." + found[1][:3].ljust(3, "0"), written)


def _record_id(text: str, value: str, literal: Literal) -> str | None:
    full = full_id(value)
    if value and full is None:
        what = f"invalid ID field: {value}"
        raise refuse(text, literal.at, what, "INVALID_QUERY_FILTER_OPERATOR")
    return full


def _bad(text: str, literal: Literal) -> SoqlError:
    written = literal.text if literal.count is None else f"{literal.text}:{literal.count}"
    return refuse(text, literal.at, f"Invalid {literal.kind} literal: {written}")


def _misfit(text: str, field: Field, at: int) -> SoqlError:
    kind = family(field)
    quotes = "should be enclosed in quotes" if kind.quoted else "should not be enclosed in quotes"
    what = (
        f"value of filter criterion for field '{field.name}' must be of type {kind.name} and "
        f"{quotes}"
    )
    return refuse(text, at, what, "INVALID_FIELD")
