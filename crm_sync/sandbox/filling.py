"""Fill an org with very many invented accounts and their opportunities, holding none in memory.

For measuring: the values look like those of an org, but no roll-up is counted and no name is kept.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from crm_sync.sandbox.ids import make_id
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.records import Transaction
from crm_sync.sandbox.values import instant

__all__ = ["fill"]

_AT_ONCE = 50_000
_OF_ONE_STAMP = 200  # what one call of a bulk load writes
_SPAN = timedelta(days=1_000)
_COUNTRIES = ("Kenya", "Switzerland", "Panama", "Thailand", "Senegal", "France", "Japan")
_INDUSTRIES = ("Banking", "Energy", "Retail", "Technology", "Transportation")
# stage: probability, category, closed, won
_STAGES = (
    ("Prospecting", 10, "Pipeline", 0, 0),
    ("Pledged", 90, "Commit", 0, 0),
    ("Closed Won", 100, "Closed", 1, 1),
    ("Closed Lost", 0, "Omitted", 1, 0),
)

Row = dict[str, Any]


def fill(org: Org, accounts: int, opportunities: int) -> None:
    """Add accounts, and opportunities spread evenly over them, of the last thousand days.

    Some 200 of each share a SystemModstamp, as after a bulk load.
    """
    with org.writing() as transaction:
        first = transaction.sequences.reserve("001", accounts)
        _store(transaction, "Account", _accounts(transaction, first, accounts))
    with org.writing() as transaction:
        rows = _opportunities(transaction, first, accounts, opportunities if accounts else 0)
        _store(transaction, "Opportunity", rows)


def _store(transaction: Transaction, name: str, rows: Iterator[Row]) -> None:
    columns = transaction.sobject(name).columns
    while chunk := list(islice(rows, _AT_ONCE)):
        names = [each for each in chunk[0] if each in columns]
        listed = ", ".join(f'"{each}"' for each in names)
        statement = f'INSERT INTO "{name}" ({listed}) VALUES ({", ".join("?" * len(names))})'
        values: Iterable[list[Any]] = ([row[each] for each in names] for row in chunk)
        transaction.connection.executemany(statement, values)


def _accounts(transaction: Transaction, first: int, count: int) -> Iterator[Row]:
    stamps = _stamps(transaction.now, count)
    for number, stamp in zip(range(count), stamps, strict=True):
        yield {
            "Id": make_id("001", first + number),
            "Name": f"Partner {number:07} Foundation",
            "Type": "Customer" if number % 3 else "Prospect",
            "Industry": _INDUSTRIES[number % 5],
            "BillingStreet": f"{number % 900} Main Street\nFloor {number % 20}",
            "BillingCity": f"City {number % 5_000}",
            "BillingCountry": _COUNTRIES[number % 7],
            "Phone": f"+41 22 {number % 10_000_000:07}",
            "Website": f"https://partner{number}.example.org",
            "NumberOfEmployees": number % 50_000,
            "AnnualRevenue": float(number % 90_000 * 1_000),
            "Description": f'Says "we care", since {1900 + number % 120}.',
            **_system(transaction, stamp),
        }


def _opportunities(
    transaction: Transaction, first_account: int, accounts: int, count: int
) -> Iterator[Row]:
    first = transaction.sequences.reserve("006", count)
    stamps = _stamps(transaction.now, count)
    for number, stamp in zip(range(count), stamps, strict=True):
        stage, probability, category, closed, won = _STAGES[number % 4]
        amount = float(number % 100_000)
        yield {
            "Id": make_id("006", first + number),
            "AccountId": make_id("001", first_account + number * accounts // count),
            "Name": f"Gift {number:07}",
            "StageName": stage,
            "Probability": float(probability),
            "ForecastCategory": category,
            "IsClosed": closed,
            "IsWon": won,
            "Amount": amount,
            "ExpectedRevenue": amount * probability / 100,
            "CloseDate": stamp[:10],
            "Type": "New Business" if number % 2 else "Existing Business",
            "LeadSource": "Web" if number % 3 else None,
            "Description": f"For school {number % 1_000}",
            **_system(transaction, stamp),
        }


def _system(transaction: Transaction, stamp: str) -> Row:
    user = transaction.user_id
    return {
        "OwnerId": user,
        "CurrencyIsoCode": "USD",
        "CreatedDate": stamp,
        "CreatedById": user,
        "LastModifiedDate": stamp,
        "LastModifiedById": user,
        "SystemModstamp": stamp,
    }


def _stamps(now: datetime, count: int) -> Iterator[str]:
    """Yield a stamp for each of so many records, the last of them now."""
    groups = -(-count // _OF_ONE_STAMP)
    for group in range(groups):
        stamp = instant(now - _SPAN * ((groups - 1 - group) / groups))
        for _ in range(min(_OF_ONE_STAMP, count - group * _OF_ONE_STAMP)):
            yield stamp
