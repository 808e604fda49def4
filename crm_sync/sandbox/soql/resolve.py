"""Which column a dotted path means, and the joins it takes to get there."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_sync.sandbox.schema import Field, Schema, SObject
from crm_sync.sandbox.soql.errors import SoqlError, refuse, too_complicated
from crm_sync.sandbox.soql.nodes import Node
from crm_sync.sandbox.soql.tree import Name, Source

__all__ = ["HELP", "Column", "Scope", "object_named"]

_MOST_LEVELS = 5
_MOST_JOINS = 55
HELP = "Please reference your WSDL or the describe call for the appropriate names."


@dataclass(frozen=True)
class Column:
    """A field of a record that a statement reads."""

    node: Node
    field: Field

    @property
    def sql(self) -> str:
        """Return the SQL of its value."""
        return self.node.sql(self.field)


def object_named(schema: Schema, text: str, name: Name) -> SObject:
    """Return the object that FROM names; raises SoqlError when the org has none of that name."""
    found = schema.object(name.text)
    if found is None:
        what = (
            f"sObject type '{name.text}' is not supported. If you are attempting to use a custom "
            f"object, be sure to append the '__c' after the entity name. {HELP}"
        )
        raise refuse(text, name.at, what, "INVALID_TYPE")
    return found


class Scope:
    """The names that are known between one FROM and its end, and the SQL after FROM."""

    def __init__(
        self, text: str, schema: Schema, root: SObject, sources: Sequence[Source], table: str = "t"
    ) -> None:
        self.text = text
        self.schema = schema
        self.root = Node((root,), f'{table}0."Id"', f"{table}0", ())
        self._table = table
        self._followed: dict[tuple[str, ...], Node] = {}
        self._joins: list[str] = []
        first, *others = sources
        self._named = {} if first.alias is None else {first.alias.text.lower(): self.root}
        # a child relationship may stand for its object, as in (SELECT Contacts.Id FROM Contacts)
        self._known = {root.name.lower(), first.name.parts[-1].lower()}
        for source in others:
            self._add(source)

    @property
    def sql(self) -> str:
        """Return what follows FROM: the object's table and the joins that paths needed."""
        table = f'"{self.root.objects[0].name}" AS {self.root.alias}'
        return " ".join([table, *self._joins])

    def column(self, name: Name) -> Column:
        """Return the field a path means; raises SoqlError when there is none."""
        *way, last = name.parts
        return self.field_of(self._walk(way, name.at), last, name.at)

    def field_of(self, node: Node, name: str, at: int) -> Column:
        """Return a field of a record; raises SoqlError when it has none of that name."""
        field = node.field(name)
        if field is None:
            what = (
                f"No such column '{name}' on entity '{node.entity}'. If you are attempting to use "
                f"a custom field, be sure to append the '__c' after the custom field name. {HELP}"
            )
            raise refuse(self.text, at, what, "INVALID_FIELD")
        return Column(node, field)

    def relationship(self, name: Name) -> Node:
        """Return the record a whole path leads to."""
        return self._walk(list(name.parts), name.at)

    def is_root(self, way: list[str]) -> bool:
        """Say whether a way (often empty) leads to the statement's own object."""
        return self._start(way) == (self.root, [])

    def node_at(self, path: tuple[str, ...]) -> Node:
        """Return the record at a path that was followed before."""
        return self._followed[path] if path else self.root

    def joined(self, sobject: SObject, id_sql: str, path: tuple[str, ...]) -> Node:
        """Join the object's row with that id and return it."""
        if len(self._joins) >= _MOST_JOINS:
            raise too_complicated()
        alias = f"{self._table}{len(self._joins) + 1}"
        self._joins.append(f'LEFT JOIN "{sobject.name}" AS {alias} ON {alias}."Id" = {id_sql}')
        return Node((sobject,), f'{alias}."Id"', alias, path)

    def _walk(self, way: list[str], at: int) -> Node:
        node, rest = self._start(way)
        if len(rest) > _MOST_LEVELS:
            what = (
                f"SOQL statements cannot query relationships more than {_MOST_LEVELS} levels away "
                "from the root entity object."
            )
            raise refuse(self.text, at, what)
        for name in rest:
            node = self._follow(node, name, at)
        return node

    def _start(self, way: list[str]) -> tuple[Node, list[str]]:
        first = way[0].lower() if way else ""
        if first in self._named:
            return self._named[first], way[1:]
        if first in self._known and self.root.reference(first) is None:
            return self.root, way[1:]
        return self.root, way

    def _follow(self, node: Node, name: str, at: int) -> Node:
        reference = node.reference(name)
        targets = () if reference is None else self._targets(reference)
        if reference is None or not targets:
            raise self._no_relationship(name, at)
        path = (*node.path, reference.relationship_name or name)
        if path not in self._followed:
            id_sql = node.sql(reference)
            many = len(reference.reference_to) > 1
            self._followed[path] = (
                Node(targets, id_sql, None, path) if many else self.joined(targets[0], id_sql, path)
            )
        return self._followed[path]

    def _targets(self, reference: Field) -> tuple[SObject, ...]:
        found = (self.schema.object(name) for name in reference.reference_to)
        return tuple(each for each in found if each is not None)

    def _no_relationship(self, name: str, at: int) -> SoqlError:
        what = (
            f"Didn't understand relationship '{name}' in field path. If you are attempting to use "
            f"a custom relationship, be sure to append the '__r' after the custom relationship "
            f"name. {HELP}"
        )
        return refuse(self.text, at, what, "INVALID_FIELD")

    def _add(self, source: Source) -> None:
        """Give a further name of FROM (`FROM Contact c, c.Account a`) to a related record."""
        parts = list(source.name.parts)
        if len(parts) == 1 or parts[0].lower() not in self._named.keys() | self._known:
            what = (
                "A driving SObject type has already been set, all other entity types in the FROM "
                "clause must be relationships to the initial object. The driving object is "
                f"{self.root.entity}."
            )
            raise refuse(self.text, source.name.at, what)
        alias = parts[-1] if source.alias is None else source.alias.text
        self._named[alias.lower()] = self._walk(parts, source.name.at)
