"""An imaginary partner about whom everything is known, for letters that nobody gets."""

from collections.abc import Mapping
from datetime import date, timedelta

from lifecycle.conditions import Value

__all__ = ["example_facts"]

_NAMES = {
    "corporation": "Northwind Shipping",
    "foundation": "The Harbour Light Foundation",
    "hnwi": "Lucía Núñez",
    "public": "Lucía Núñez",
}


def example_facts(audience: str, today: date) -> Mapping[str, Value]:
    """Return what the rules would know of an imaginary partner of an audience on a day."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return {
        "today": today,
        "partner.id": "the partner",
        "contact.id": "the person",
        "row.id": "the gift, or other row",
        "agreement.id": "the agreement",
        "verdict.id": "the due diligence",
        "partner.name": _NAMES[audience],
        "partner.audience": audience,
        "contact.name": "Lucía Núñez",
        "contact.first_name": "Lucía",
        "contact.last_name": "Núñez",
        "contact.salutation": "Ms.",
        "contact.email": "lucia@example.org",
        "agreement.start_date": ago(400),
        "agreement.end_date": ago(-330),
        "agreement.anniversary": ago(35),
        "agreement.countries": "Kenya;Peru",
        "verdict.conditions_due": ago(-60),
        "touch.last_date": ago(20),
        "touch.last_outbound_date": ago(20),
        "gift.count": 3,
        "gift.credited_count": 4,
        "gift.credited_usd": 61_000,
        "gift.first_date": ago(1200),
        "gift.last_date": ago(20),
        "row.kind": "cash",
        "row.amount": 1_250_050,
        "row.currency": "EUR",
        "row.date": ago(20),
        "row.due_date": ago(-10),
        "row.start_date": ago(400),
        "row.end_date": ago(-330),
    }
