"""Invented partners with rows of every kind: much is missing, much lies at an edge."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from partner_lifecycle.views import VIEWS, Column, ColumnType

__all__ = ["random_rows"]

_PARTNERS = 200


def random_rows(seed: int, today: date) -> dict[str, list[dict[str, Any]]]:
    """Return rows by view for some partners, with days around today."""
    random = Random(seed)  # noqa: S311 - invented data
    ids = [f"P{number}" for number in range(_PARTNERS)]
    rows = {
        view: [_row(random, today, view, f"{view}{number}", ids) for number in range(_PARTNERS * 2)]
        for view in VIEWS
    }
    rows["partner"] = [{**row, "id": each} for row, each in zip(rows["partner"], ids, strict=False)]
    for credit in rows["gift_credit"]:
        credit["gift_id"] = random.choice(rows["gift"])["id"]
    return rows


def _row(random: Random, today: date, view: str, key: str, ids: Sequence[str]) -> dict[str, Any]:
    row = {name: _value(random, today, column) for name, column in VIEWS[view].columns.items()}
    owner = {"partner_id": random.choice(ids)} if "partner_id" in row else {}
    return {**row, "id": key, **owner}


def _value(random: Random, today: date, column: Column) -> Any:
    if random.random() < 0.25:
        return None
    day = today + timedelta(days=random.choice((0, -1, 1, random.randint(-800, 400))))
    instant = datetime(day.year, day.month, day.day, tzinfo=UTC)
    number = random.choice((0, 1, 2, random.randint(0, 10**8)))
    values = {
        ColumnType.TEXT: random.choice(column.values or ("a", "b", "é")),
        ColumnType.INTEGER: number,
        ColumnType.CENTS: number,
        ColumnType.SHARE: random.random(),
        ColumnType.DATE: day,
        ColumnType.INSTANT: instant,
        ColumnType.BOOLEAN: random.random() < 0.6,
    }
    return values[column.type]
