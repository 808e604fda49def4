"""Record types: a file knows them by its own ids or by developer name, the org by its ids."""

from collections.abc import Iterable
from typing import Any

from crm_sync.sandbox.loading.table import Table
from crm_sync.sandbox.org import Org

__all__ = ["RecordTypes", "is_record_type_table"]

_SUFFIX = "_rt_mapping"


def is_record_type_table(table: Table) -> bool:
    """Say whether a table gives the developer names of another table's record types."""
    return table.name.endswith(_SUFFIX)


class RecordTypes:
    """Finds record types, and collects those that the org lacks as `new` records to load."""

    def __init__(self, org: Org, tables: Iterable[Table]) -> None:
        self._names = {
            (table.name.removesuffix(_SUFFIX), str(row["record_type_id"])): row["developer_name"]
            for table in tables
            if is_record_type_table(table)
            for _, row in table.rows
        }
        statement = 'SELECT "SobjectType", "DeveloperName", "Id" FROM "RecordType"'
        with org.storage.reading() as connection:
            rows = connection.execute(statement).fetchall()
        self._known: dict[tuple[str, str], Any] = {(kind, name): each for kind, name, each in rows}
        self._ids = {each for _, _, each in rows}
        self.new: list[dict[str, Any]] = []

    def find(self, table: str, sobject: str, value: str) -> Any:
        """Return the id of a record type, or a reference to one of `new`."""
        if value in self._ids:
            return value
        name = str(self._names.get((table, value)) or value)
        if (sobject, name) not in self._known:
            local = f"{sobject}/{name}"
            self._known[sobject, name] = {"_ref": f"RecordType:{local}"}
            self.new.append(
                {
                    "_id": local,
                    "SobjectType": sobject,
                    "DeveloperName": name,
                    "Name": name.replace("_", " "),
                    "IsActive": True,
                }
            )
        return self._known[sobject, name]
