"""How a value is written out: money, dates, numbers, plurals and lists, by language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_symbol, is_currency

from lifecycle.drafting.language import Language
from partner_lifecycle.views import ColumnType

__all__ = ["FILTERS", "PLURAL_FORMS", "Filter", "listed", "longdate", "money", "number", "plural"]

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
_DIGITS = "default"  # babel writes Arabic in Latin digits unless told to use the locale's own


@lru_cache(maxsize=4096)
def _money(cents: int, currency: str, locale: str) -> str:
    parsed = Locale.parse(locale)
    pattern = parsed.currency_formats["standard"].pattern
    if get_currency_symbol(currency, parsed)[-1].isalpha():  # CHF 1, not CHF1
        pattern = pattern.replace("¤#", "¤\u00a0#")
    whole = cents % 100 == 0
    return format_currency(
        Decimal(cents).scaleb(-2),
        currency,
        format=pattern.replace(".00", "") if whole else pattern,
        currency_digits=not whole,
        locale=parsed,
        numbering_system=_DIGITS,
    )


def money(cents: int, language: Language, currency: str) -> str:
    """Return cents as an amount: `US$1,250`, `1 250,50 €`. Raises ValueError on no currency."""
    if not is_currency(currency):
        raise ValueError(f"{currency!r} is no ISO code of a currency")
    return _money(cents, currency, str(language.locale))


@lru_cache(maxsize=4096)
def longdate(day: date, language: Language) -> str:
    """Return a date in words: `21 November 2026`, `21 de noviembre de 2026`."""
    written = format_date(day, "long", locale=language.locale)
    return "1er" + written[1:] if language.code == "fr" and day.day == 1 else written


def number(value: int, language: Language) -> str:
    """Return a whole number with the language's grouping."""
    return format_decimal(value, locale=language.locale, numbering_system=_DIGITS)


def plural(value: int, language: Language, **forms: str) -> str:
    """Return the form for this number (`one`, `other` ...), `#` in it being the number."""
    form = forms.get(str(language.locale.plural_form(value)), forms["other"])
    return form.replace("#", number(value, language))


def listed(value: str, language: Language) -> str:
    """Return names separated by `;` as a sentence has them: `Kenya, Mali and Peru`."""
    names = [name.strip() for name in value.split(";") if name.strip()]
    return format_list(names, locale=language.locale)


@dataclass(frozen=True)
class Filter:
    """A filter that authors may use: its function and the types it takes."""

    function: Callable[..., str]
    takes: frozenset[ColumnType]


_DATES = frozenset({ColumnType.DATE, ColumnType.INSTANT})
_CENTS = frozenset({ColumnType.CENTS})
_COUNTS = frozenset({ColumnType.INTEGER})

FILTERS: Mapping[str, Filter] = MappingProxyType(
    {
        "money": Filter(money, _CENTS),
        "usd": Filter(lambda cents, language: money(cents, language, "USD"), _CENTS),
        "longdate": Filter(longdate, _DATES),
        "number": Filter(number, _COUNTS),
        "plural": Filter(plural, _COUNTS),
        "list": Filter(listed, frozenset({ColumnType.TEXT})),
    }
)
