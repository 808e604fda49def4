"""Exchange rates that the rules bring along: exchange_rates.yaml, US$ for one unit by day."""

import math
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from lifecycle.rulebook.errors import Mistakes
from lifecycle.rulebook.model import RateText
from lifecycle.rulebook.written import Written
from partner_lifecycle.strict_yaml import Document

__all__ = ["read_rates"]

_REMEDY = "write {2026-01-01: 1.12}: US$ for one unit, from that day on"
_REPLACES = "replaces"


def read_rates(document: Document, layer: str, mistakes: Mistakes) -> dict[str, Written[RateText]]:
    """Return the rates of each currency in the file."""
    data = {} if document.data is None else document.data
    if not isinstance(data, dict):
        what = "this is not a table of currencies"
        mistakes.append(document.problem((), what, "write `EUR: {2026-01-01: 1.12}`"))
        return {}
    found = {}
    for currency, given in data.items():
        if not re.fullmatch("[A-Z]{3}", str(currency)):
            what = f"{currency} is not a currency"
            mistakes.append(document.problem((str(currency),), what, "write its ISO code, as EUR"))
        elif not isinstance(given, dict):
            what = f"{currency}: this is not a table of rates"
            mistakes.append(document.problem((currency,), what, _REMEDY))
        else:
            for key in _wrong(given):
                what = f"{currency}: this is not a rate from a day on"
                mistakes.append(document.problem((currency, str(key)), what, _REMEDY))
            text = _text(given)
            found[currency] = Written(currency, text, document, (currency,), layer)
    return found


def _wrong(given: dict[Any, Any]) -> Iterator[Any]:
    for key, value in given.items():
        if value is not True if key == _REPLACES else not _is_rate(key, value):
            yield key


def _is_rate(day: Any, rate: Any) -> bool:
    return type(day) is date and type(rate) in (int, float) and 0 < rate < math.inf


def _text(given: dict[Any, Any]) -> RateText:
    by_day = {day: Decimal(str(rate)) for day, rate in given.items() if _is_rate(day, rate)}
    return RateText(by_day=by_day, replaces=given.get(_REPLACES) is True or None)
