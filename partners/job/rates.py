"""Exchange rates that the rules bring along: rules/exchange_rates.yaml."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from crm_sync.mirror import ExchangeRate
from partner_lifecycle import Problems
from partner_lifecycle.strict_yaml import read_yaml

__all__ = ["read_rates"]


def read_rates(folder: Path) -> list[ExchangeRate]:
    """Return the rates of a rules folder: US$ per unit, by currency and first day; none if absent.

    Raises Problems, naming file, line and column, for anything that is not such a rate.
    """
    file = folder / "exchange_rates.yaml"
    if not file.is_file():
        return []
    document = read_yaml(file)
    problems, rates = [], []
    for currency, by_day in (document.data or {}).items():
        for day, rate in by_day.items() if isinstance(by_day, dict) else [(None, by_day)]:
            number = isinstance(rate, int | float) and not isinstance(rate, bool) and rate > 0
            if isinstance(day, date) and number:
                rates.append(ExchangeRate(currency, day, Decimal(str(rate))))
            else:
                what = f"{currency}: this is not a rate"
                remedy = "write {2026-01-01: 1.12}: US$ for one unit, from that day on"
                problems.append(document.problem((currency,), what, remedy))
    if problems:
        raise Problems(f"{file} cannot be used", problems)
    return rates
