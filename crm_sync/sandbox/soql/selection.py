"""What SELECT names, as the columns of the SQL and the reader of a row."""

from dataclasses import dataclass, field

from crm_sync.sandbox.soql.errors import refuse
from crm_sync.sandbox.soql.expressions import Expression, express, unknown
from crm_sync.sandbox.soql.nodes import Node
from crm_sync.sandbox.soql.resolve import Scope, object_named
from crm_sync.sandbox.soql.shape import (
    Reader,
    file_reader,
    formatted_reader,
    record_reader,
    value_reader,
)
from crm_sync.sandbox.soql.tree import Item, Name, TypeOf

__all__ = ["Selection"]


@dataclass
class _Record:
    """A record of the result being put together: readers and records by name, in order."""

    node: Node
    parts: "dict[str, Reader | _Record]" = field(default_factory=dict)


class Selection:
    """Collects columns and readers for the things selected in one scope."""

    def __init__(self, scope: Scope, base: str) -> None:
        self._places: dict[str, int] = {}
        self._scope = scope
        self._base = base
        self._top = _Record(scope.root)
        self.id_place = self.column(scope.root.id)

    @property
    def columns(self) -> list[str]:
        """Return the SQL of every column in the order of the row."""
        return list(self._places)

    def column(self, sql: str) -> int:
        """Return the place of a column, which is added when it is new."""
        return self._places.setdefault(sql, len(self._places))

    def add_item(self, item: Item) -> None:
        """Select a field or function; raises SoqlError for what a record cannot show."""
        if item.alias is not None and isinstance(item.what, Name):
            what = "only aggregate expressions use field aliasing"
            raise refuse(self._scope.text, item.what.at, what)
        value = express(self._scope, item.what)
        if value.function == "CONVERTTIMEZONE":  # stands only inside a date function
            raise unknown(self._scope, value.at)
        if item.alias is not None:
            self._put(self._top, item.alias.text, item.alias, self._reader(value, self._top.node))
            return
        record = self._record(value.path, value.written)
        self._put(record, value.field.name, value.written, self._reader(value, record.node))

    def add_child(self, name: str, written: Name, reader: Reader) -> None:
        """Select a child relationship."""
        self._put(self._top, name, written, reader)

    def add_typeof(self, chosen: TypeOf) -> None:
        """Select fields that depend on the object a record turns out to be of."""
        node = self._scope.relationship(chosen.path)
        if node.alias is not None:
            what = f"TYPEOF requires a polymorphic relationship: '{chosen.path.text}'"
            raise refuse(self._scope.text, chosen.path.at, what)
        readers = dict(self._branch(node, each.sobject, each.names) for each in chosen.whens)
        otherwise = self._fields(node, chosen.otherwise) if chosen.otherwise else _nothing
        place = self.column(node.id)
        parent = self._record(node.path[:-1], chosen.path)
        self._put(
            parent,
            node.path[-1],
            chosen.path,
            lambda row: readers.get((row[place] or "")[:3], otherwise)(row),
        )

    def reader(self) -> Reader:
        """Return the reader of a whole row."""
        return self._finished(self._top)

    def _branch(self, node: Node, sobject: Name, names: tuple[Name, ...]) -> tuple[str, Reader]:
        found = object_named(self._scope.schema, self._scope.text, sobject)
        if found not in node.objects:
            what = f"'{found.name}' is not a type of relationship '{node.path[-1]}' in TYPEOF"
            raise refuse(self._scope.text, sobject.at, what)
        typed = self._scope.joined(found, node.id, node.path)
        return found.key_prefix, self._fields(typed, names)

    def _fields(self, node: Node, names: tuple[Name, ...]) -> Reader:
        record = _Record(node)
        for name in names:
            column = self._scope.field_of(node, name.text, name.at)
            value = Expression(column.sql, column.field, node.path, name, name.at)
            self._put(record, column.field.name, name, self._reader(value, node))
        return self._finished(record)

    def _record(self, path: tuple[str, ...], written: Name) -> _Record:
        record = self._top
        for depth, name in enumerate(path, start=1):
            found = record.parts.get(name)
            if not isinstance(found, _Record):
                found = _Record(self._scope.node_at(path[:depth]))
                self._put(record, name, written, found)
            record = found
        return record

    def _put(self, record: _Record, key: str, written: Name, part: Reader | _Record) -> None:
        if key.lower() in map(str.lower, record.parts):
            what = f"duplicate field selected: {written.text}"
            raise refuse(self._scope.text, written.at, what, "INVALID_FIELD")
        record.parts[key] = part

    def _reader(self, value: Expression, node: Node) -> Reader:
        if value.field.type == "base64":  # the content is fetched from the address shown
            address = f"{self._base}/{node.entity}"
            return file_reader(address, value.field.name, self.column(node.id))
        read = formatted_reader if value.formatted else value_reader
        return read(value.field, self.column(value.sql))

    def _finished(self, record: _Record) -> Reader:
        parts = [
            (name, self._finished(part) if isinstance(part, _Record) else part)
            for name, part in record.parts.items()
        ]
        node = record.node
        names = {each.key_prefix: each.name for each in node.objects}
        objects = names if node.alias is None else {"": node.objects[0].name}
        return record_reader(self._base, node.entity, objects, self.column(node.id), parts)


def _nothing(_row: object) -> None:
    return None
