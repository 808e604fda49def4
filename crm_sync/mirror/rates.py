"""Exchange rates: what a unit of a currency was worth in US$ from a day on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete

from crm_sync.mirror.storing import upsert_rows
from crm_sync.mirror.tables import exchange_rate

if TYPE_CHECKING:
    from crm_sync.salesforce import Session

__all__ = ["ExchangeRate", "rates_of_org", "store_rates"]

# An org's plain rates have no first day; they hold for everything before its dated ones.
_ALWAYS = date(1900, 1, 1)


@dataclass(frozen=True)
class ExchangeRate:
    """One unit of `currency` was worth `usd_per_unit` US$ from `valid_from` on."""

    currency: str
    valid_from: date
    usd_per_unit: Decimal


def store_rates(
    connection: Connection,
    rates: Iterable[ExchangeRate],
    *,
    instead: Iterable[ExchangeRate] = (),
) -> None:
    """Replace all rates. Those of `instead` are for currencies that `rates` says nothing of."""
    chosen = list(rates)
    known = {rate.currency for rate in chosen}
    chosen += [rate for rate in instead if rate.currency not in known]
    connection.execute(delete(exchange_rate))
    upsert_rows(
        connection,
        exchange_rate,
        [(rate.currency, rate.valid_from.isoformat(), float(rate.usd_per_unit)) for rate in chosen],
    )


def rates_of_org(session: "Session", names: frozenset[str]) -> list[ExchangeRate]:
    """Return the rates that an org with several currencies keeps; none where it has one.

    Salesforce keeps units of a currency per unit of the corporate one, so a rate in US$ needs the
    US$ among the currencies.
    """
    if "CurrencyType" not in names:
        return []
    plain = [
        (row["IsoCode"], _ALWAYS, row["ConversionRate"])
        for row in _rows(session, "SELECT IsoCode, ConversionRate FROM CurrencyType")
    ]
    dated = [
        (row["IsoCode"], date.fromisoformat(row["StartDate"]), row["ConversionRate"])
        for row in _dated(session, names)
    ]
    return _in_usd([*plain, *dated])


def _dated(session: "Session", names: frozenset[str]) -> list[Mapping[str, Any]]:
    if "DatedConversionRate" not in names:
        return []
    return _rows(session, "SELECT IsoCode, StartDate, ConversionRate FROM DatedConversionRate")


def _rows(session: "Session", soql: str) -> list[Mapping[str, Any]]:
    return [row for page in session.pages(soql) for row in page]


def _in_usd(rates: list[tuple[str, date, float]]) -> list[ExchangeRate]:
    dollars = sorted((day, Decimal(str(rate))) for code, day, rate in rates if code == "USD")
    found = []
    for code, day, rate in rates:
        known = [each for valid_from, each in dollars if valid_from <= day]
        if code != "USD" and known and rate:
            found.append(ExchangeRate(code, day, known[-1] / Decimal(str(rate))))
    return found
