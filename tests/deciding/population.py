"""Random partners with random rows, much of it missing, for whole-rulebook tests."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from partner_lifecycle.views import VIEWS, Column, ColumnType

TODAY = date(2026, 6, 15)


def random_rows(seed: int, partners: int) -> dict[str, list[dict[str, Any]]]:
    """Return rows by view for some partners."""
    random = Random(seed)
    ids = [f"P{number:04}" for number in range(partners)]
    rows = {
        view: [_row(random, view, number, ids) for number in range(partners * 2)]
        for view in VIEWS
        if view != "partner"
    }
    rows["partner"] = [{**_row(random, "partner", 0, ids), "id": each} for each in ids]
    for row in rows["partner"]:
        row["parent_id"] = random.choice([None, None, *ids[:20]])
    for row in rows["gift_credit"]:
        row["gift_id"] = random.choice(rows["gift"])["id"]
    rows["screening_hit"] = [
        {
            "id": n,
            "partner_id": random.choice(ids),
            "status": random.choice(["open", "closed"]),
            "opened_at": _at(random),
        }
        for n in range(partners // 20)
    ]
    rows["override"] = [
        {
            "partner_id": random.choice(ids),
            "rule_id": f"AA{random.randint(1, 9):02}",
            "at": _at(random),
            "until": random.choice([None, TODAY, TODAY - timedelta(days=1)]),
            "withdrawn_at": random.choice([None, None, _at(random)]),
        }
        for _ in range(partners)
    ]
    return rows


def _at(random: Random) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(
        days=random.randint(-5, 300)
    )


def _row(random: Random, view: str, number: int, ids: list[str]) -> Mapping[str, Any]:
    row = {name: _value(random, column) for name, column in VIEWS[view].columns.items()}
    row["id"] = f"{view}{number:05}"
    if "partner_id" in row:
        row["partner_id"] = random.choice(ids)
    return row


def _value(random: Random, column: Column) -> Any:
    if random.random() < 0.25:
        return None
    days = timedelta(days=random.randint(-700, 300))
    match column.type:
        case ColumnType.TEXT:
            return random.choice(column.values or ("a", "b", "é"))
        case ColumnType.INTEGER:
            return random.randint(0, 5)
        case ColumnType.CENTS:
            return random.randint(0, 10**8)
        case ColumnType.DATE:
            return TODAY + days
        case ColumnType.INSTANT:
            return datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) + days
        case ColumnType.BOOLEAN:
            return random.random() < 0.6
    return random.random()
