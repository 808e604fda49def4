"""From a JSON value to what is stored: each describe type has one strict reader.

Stored are: boolean 0 or 1, whole numbers as int, other numbers as float, a date as `YYYY-MM-DD`, an
instant as `YYYY-MM-DDTHH:MM:SS.mmm+0000` (UTC), several picklist values as `a;b`, all else as text.
"""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from crm_sync.sandbox.errors import OrgError, ParserError
from crm_sync.sandbox.ids import full_id
from crm_sync.sandbox.schema import Field

__all__ = ["Stored", "instant", "read_value"]

Stored = str | int | float | None

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z?")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_INT_RANGE = 2**31
_JSON_NAMES = {
    str: "VALUE_STRING",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}


def read_value(field: Field, value: object) -> Stored:
    """Return the stored form of a JSON value; blank text is null.

    Raises ParserError for a value of the wrong JSON type, OrgError for one that the field refuses.
    """
    if value is None or value == "":
        if field.type == "boolean":
            raise _wrong(field, value)
        return None
    return _READERS.get(field.type, _text)(field, value)


def instant(moment: datetime) -> str:
    """Return the stored form of an aware moment: UTC, and whole seconds, as an org keeps it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def _wrong(field: Field, value: object) -> ParserError:
    if isinstance(value, bool):
        seen = f"VALUE_{str(value).upper()} value {str(value).lower()}"
    else:
        seen = f"{_JSON_NAMES.get(type(value), 'null')} value {'null' if value is None else value}"
    return ParserError(
        f"Cannot deserialize instance of {field.type} from {seen} or request may be missing a "
        f"required field at [line:1, column:1] (field {field.name})"
    )


def _text(field: Field, value: object) -> Stored:
    if not isinstance(value, str):
        raise _wrong(field, value)
    text = value.strip()
    if field.length and len(text) > field.length:
        raise OrgError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})",
            [field.name],
        )
    return text or None


def _boolean(field: Field, value: object) -> Stored:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return int(value.lower() == "true")
    raise _wrong(field, value)


def _number(field: Field, value: object) -> Stored:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise _wrong(field, value)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise _wrong(field, value) from error
    if not number.is_finite():
        raise _wrong(field, value)
    digits = (field.precision or 18) - field.scale
    if abs(number) >= Decimal(10) ** digits:
        raise _outside(field, value)
    return float(number.quantize(Decimal(1).scaleb(-field.scale), ROUND_HALF_UP))


def _whole(field: Field, value: object) -> Stored:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+(\.0+)?", value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(field, value)
    if not math.isfinite(value) or value != int(value):
        raise _wrong(field, value)
    if not -_INT_RANGE <= value < _INT_RANGE:
        raise _outside(field, value)
    return int(value)


def _outside(field: Field, value: object) -> OrgError:
    message = f"{field.label}: value outside of valid range on numeric field: {value}"
    return OrgError("NUMBER_OUTSIDE_VALID_RANGE", message, [field.name])


def _date(field: Field, value: object) -> Stored:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _wrong(field, value)
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise _wrong(field, value) from error


def _datetime(field: Field, value: object) -> Stored:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise _wrong(field, value)
    try:
        moment = datetime.fromisoformat(value)
        return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise _wrong(field, value) from error


def _time(field: Field, value: object) -> Stored:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise _wrong(field, value)
    try:
        return time.fromisoformat(value.removesuffix("Z")).isoformat("milliseconds") + "Z"
    except ValueError as error:
        raise _wrong(field, value) from error


def _picklist(field: Field, value: object) -> Stored:
    text = _text(field, value)
    return text if text is None else _allowed(field, str(text))


def _multipicklist(field: Field, value: object) -> Stored:
    text = _text(field, value)
    if text is None:
        return None
    chosen = {_allowed(field, each.strip()) for each in str(text).split(";") if each.strip()}
    order = {name: place for place, name in enumerate(field.picklist)}
    return ";".join(sorted(chosen, key=lambda each: (order.get(each, len(order)), each))) or None


def _allowed(field: Field, text: str) -> str:
    if text in field.picklist:
        return text
    found = next((each for each in field.picklist if each.lower() == text.lower()), None)
    if found is None and field.restricted:
        raise OrgError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {text}",
            [field.name],
        )
    return found or text


def _reference(field: Field, value: object) -> Stored:
    if not isinstance(value, str):
        raise _wrong(field, value)
    found = full_id(value.strip())
    if found is None:
        message = f"{field.label} ID: id value of incorrect type: {value}"
        raise OrgError("MALFORMED_ID", message, [field.name])
    return found


def _email(field: Field, value: object) -> Stored:
    text = _text(field, value)
    if text is not None and not _EMAIL.fullmatch(str(text)):
        message = f"{field.label}: invalid email address: {text}"
        raise OrgError("INVALID_EMAIL_ADDRESS", message, [field.name])
    return text


def _ids(field: Field, value: object) -> Stored:
    if not isinstance(value, list):
        raise _wrong(field, value)
    return ";".join(str(_reference(field, each)) for each in value) or None


_READERS: dict[str, Callable[[Field, object], Stored]] = {
    "JunctionIdList": _ids,
    "boolean": _boolean,
    "currency": _number,
    "date": _date,
    "datetime": _datetime,
    "double": _number,
    "email": _email,
    "id": _reference,
    "int": _whole,
    "multipicklist": _multipicklist,
    "percent": _number,
    "picklist": _picklist,
    "reference": _reference,
    "time": _time,
}
