"""The records of a child relationship, looked up for many parents at once."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_sync.sandbox.soql.limits import Window
from crm_sync.sandbox.soql.literals import Value
from crm_sync.sandbox.soql.shape import Reader, Row

__all__ = ["Children", "children_sql"]


@dataclass
class Children:
    """A compiled child relationship; every row of its SQL ends with the parent's id."""

    sql: str
    values: Sequence[Value]
    read: Reader
    id_place: int
    children: Sequence["Children"]
    found: dict[str, list[Any]] = field(default_factory=dict)

    def load(self, connection: sqlite3.Connection, parents: Sequence[str]) -> None:
        """Look up the children of these parents, and theirs in turn."""
        self.found = {}
        rows = connection.execute(self.sql, [json.dumps(parents), *self.values]).fetchall()
        for children in self.children:
            children.load(connection, [row[self.id_place] for row in rows])
        for row in rows:
            self.found.setdefault(row[-1], []).append(self.read(row))

    def reader(self, id_place: int) -> Reader:
        """Return what reads a parent's children from those that were looked up."""

        def read(row: Row) -> Any:
            records = self.found.get(row[id_place])
            if not records:
                return None
            return {"totalSize": len(records), "done": True, "records": records}

        return read


def children_sql(
    columns: Sequence[str], body: str, parent: str, order: Sequence[str], wanted: Window
) -> str:
    """Return the SQL that gives the wanted children of each parent, in order."""
    order_by = f" ORDER BY {', '.join(order)}" if order else ""
    if wanted == Window():
        return f"SELECT {', '.join(columns)}, {parent} {body}{order_by}"
    named = ", ".join(f"{sql} AS c{place}" for place, sql in enumerate(columns))
    names = ", ".join(f"c{place}" for place in range(len(columns)))
    numbered = f"ROW_NUMBER() OVER (PARTITION BY {parent}{order_by}) AS place"
    last = "" if wanted.most < 0 else f" AND place <= {wanted.skip + wanted.most}"
    return (
        f"SELECT {names}, parent FROM (SELECT {named}, {numbered}, {parent} AS parent {body}) "
        f"WHERE place > {wanted.skip}{last} ORDER BY place"
    )
