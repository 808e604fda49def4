"""The exchange rates that the rules bring along, as the mirror takes them."""

from crm_sync.mirror import ExchangeRate
from lifecycle.rulebook import Rulebook

__all__ = ["exchange_rates"]


def exchange_rates(rulebook: Rulebook) -> list[ExchangeRate]:
    """Return the rulebook's rates: US$ per unit, by currency and first day."""
    return [
        ExchangeRate(currency, day, rate)
        for currency, by_day in rulebook.rates.items()
        for day, rate in by_day.items()
    ]
