"""Turn tables into records that an org can load: objects, fields and references found by name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.ids import full_id
from crm_sync.sandbox.loading.cells import read_cell
from crm_sync.sandbox.loading.mapping import MappedTable
from crm_sync.sandbox.loading.names import find_field, find_object
from crm_sync.sandbox.loading.record_types import RecordTypes, is_record_type_table
from crm_sync.sandbox.loading.table import Table
from crm_sync.sandbox.org import Org
from crm_sync.sandbox.schema import Field, SObject

__all__ = ["Translation"]


class Translation:
    """The records of some tables by object, and what of the tables was left out and why."""

    def __init__(
        self, org: Org, tables: Sequence[Table], mapping: Mapping[str, MappedTable]
    ) -> None:
        self.records: dict[str, list[dict[str, Any]]] = {}
        self.skipped: dict[str, str] = {}
        self.dangling: Counter[str] = Counter()
        self._org = org
        self._mapping = mapping
        self._types = RecordTypes(org, tables)
        self._objects = self._find_objects(tables)
        self._keys = {table.name: _keys(table) for table in tables if table.name in self._objects}
        for table in tables:
            if table.name in self._objects:
                self._translate(table, self._objects[table.name])
        if self._types.new:
            self.records["RecordType"] = [*self._types.new, *self.records.get("RecordType", ())]

    def _find_objects(self, tables: Sequence[Table]) -> dict[str, SObject]:
        found: dict[str, SObject] = {}
        for table in tables:
            if is_record_type_table(table):
                continue
            mapped = self._mapping.get(table.name)
            name = mapped.sobject if mapped else table.name
            sobject = find_object(self._org.schema, name)
            if sobject is None:
                self.skipped[table.name] = f"the org has no object {name}"
            else:
                found[table.name] = sobject
        return found

    def _translate(self, table: Table, sobject: SObject) -> None:
        fields = self._find_fields(table, sobject)
        records = self.records.setdefault(sobject.name, [])
        for local, row in table.rows:
            record: dict[str, Any] = {"_id": f"{table.name}/{local}"}
            for column, field in fields.items():
                value = row.get(column)
                if value is None or value == "":
                    continue
                record[field.name] = self._value(table, sobject, column, field, value)
            records.append(record)

    def _find_fields(self, table: Table, sobject: SObject) -> dict[str, Field]:
        mapped = self._mapping.get(table.name)
        found: dict[str, Field] = {}
        for column in table.columns:
            name = mapped.names.get(column.lower(), column) if mapped else column
            field = find_field(sobject, name)
            if field is None:
                self.skipped[f"{table.name}.{column}"] = f"{sobject.name} has no field {name}"
            else:
                found[column] = field
        return found

    def _value(self, table: Table, sobject: SObject, column: str, field: Field, value: Any) -> Any:
        if field.name == "RecordTypeId":
            return self._types.find(table.name, sobject.name, str(value))
        if not field.reference_to:
            return read_cell(field, value)
        found = self._reference(table, field, value)
        if found is None:
            self.dangling[f"{table.name}.{column}"] += 1
        return found

    def _reference(self, table: Table, field: Field, value: Any) -> Any:
        """Return a reference to the one record that a local id means, or a real id, or None."""
        targets = self._targets(table, field)
        local = str(value)
        if isinstance(value, Mapping):
            targets = [str(value.get("_table"))]
            local = str(value.get("id"))
        elif (split := local.replace("-", ":").partition(":"))[0] in self._keys and split[1]:
            targets, local = [split[0]], split[2]
        found = [name for name in targets if local in self._keys.get(name, ())]
        if len(found) == 1:
            return {"_ref": f"{self._objects[found[0]].name}:{found[0]}/{local}"}
        return full_id(local) if not found and self._exists(field, local) else None

    def _targets(self, table: Table, field: Field) -> list[str]:
        mapped = self._mapping.get(table.name)
        for name in (field.name, field.name.partition("__")[2]):
            if mapped and name in mapped.targets:
                return list(mapped.targets[name])
        return [
            name for name, sobject in self._objects.items() if sobject.name in field.reference_to
        ]

    def _exists(self, field: Field, value: str) -> bool:
        record_id = full_id(value)
        parent = self._org.schema.by_prefix.get((record_id or "")[:3])
        if parent is None or parent.name not in field.reference_to:
            return False
        statement = f'SELECT 1 FROM "{parent.name}" WHERE "Id" = ?'
        with self._org.storage.reading() as connection:
            return connection.execute(statement, [record_id]).fetchone() is not None


def _keys(table: Table) -> frozenset[str]:
    """Return a table's local ids; raises SandboxError when one stands twice."""
    keys = Counter(local for local, _ in table.rows)
    twice = next((local for local, count in keys.items() if count > 1), None)
    if twice is not None:
        raise SandboxError(
            f"The id {twice} stands for {keys[twice]} records.",
            where=f"table {table.name}",
            remedy="Give every record an id of its own.",
        )
    return frozenset(keys)
