"""Values from the CRM, made harmless: what a letter may read of them, and in which form."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime

from lifecycle.drafting.errors import DraftRefused
from partner_lifecycle.views import ColumnType

__all__ = ["JOINERS", "LONGEST", "Read", "clean", "reader"]

LONGEST = 200  # characters of one value in a letter
_ELLIPSIS = "…"
JOINERS = "\u200c\u200d"  # Persian and Indic spelling needs them; they reorder nothing
_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]*://|\bmailto:", re.IGNORECASE)

Read = Callable[[Mapping[str, object]], object]  # None: missing


def clean(value: str) -> str:
    """Return one line of visible characters, at most LONGEST, that no program takes for a link.

    Control, zero-width and direction-changing characters go; so does the `https://` of an address,
    because mail programs turn it into a link.
    """
    if not (value.isprintable() and len(value) <= LONGEST):
        value = " ".join(value[: 8 * LONGEST].split())
        value = "".join(c for c in value if unicodedata.category(c)[0] != "C" or c in JOINERS)
        if len(value) > LONGEST:
            value = value[: LONGEST - 1].rstrip() + _ELLIPSIS
    if ":" in value:
        value = _SCHEME.sub("", value)
    return value.strip()


def _text(value: object) -> str | None:
    return clean(value) or None if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _date(value: object) -> date | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _boolean(value: object) -> bool | None:
    return bool(value) if value in (0, 1) else None


_FORMS: Mapping[ColumnType, Callable[[object], object]] = {
    ColumnType.TEXT: _text,
    ColumnType.INTEGER: _whole,
    ColumnType.CENTS: _whole,
    ColumnType.DATE: _date,
    ColumnType.INSTANT: _date,
    ColumnType.BOOLEAN: _boolean,
}


def reader(name: str, kind: ColumnType) -> Read:
    """Return a function that reads field `name` of a draft's values: clean, typed, None if missing.

    Dates may come as dates or ISO texts. The function raises DraftRefused for a wrong type.
    """
    form = _FORMS[kind]

    def read(values: Mapping[str, object]) -> object:
        value = values.get(name)
        if value is None or value == "":
            return None
        try:
            shaped = form(value)
        except ValueError:
            shaped = None
        if shaped is None and kind is not ColumnType.TEXT:
            raise DraftRefused(f"{name} holds something that is no {kind.value}.", name)
        return shaped

    return read
