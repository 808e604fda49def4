"""What objects and fields an org has: the model that queries, records and describe all read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from crm_sync.metadata import Field

__all__ = ["Field", "SObject", "Schema"]

_COMPOUND = frozenset({"address", "location"})


@dataclass(frozen=True, eq=False)
class SObject:
    """One object: its names, key prefix (first three characters of its ids) and fields.

    `fields` is keyed by lower-case name and keeps the order in which describe lists them.
    """

    name: str
    label: str
    plural: str
    key_prefix: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    createable: bool = True
    updateable: bool = True

    @cached_property
    def columns(self) -> Mapping[str, Field]:
        """Return the fields that are stored, by API name (an address as a whole is not)."""
        stored = (each for each in self.fields.values() if each.type not in _COMPOUND)
        return MappingProxyType({each.name: each for each in stored})

    @cached_property
    def auto_numbers(self) -> tuple[tuple[str, str], ...]:
        """Return (field, pattern) of the fields that the org numbers by itself."""
        found = ((each.name, each.auto_number) for each in self.fields.values())
        return tuple((name, pattern) for name, pattern in found if pattern)

    @property
    def custom(self) -> bool:
        """Whether somebody added the object to the org."""
        return self.name.endswith("__c")

    def field(self, name: str) -> Field | None:
        """Return the field of that name in any case, or None."""
        return self.fields.get(name.lower())


@dataclass(frozen=True, eq=False)
class Schema:
    """All objects of an org, keyed by lower-case name in alphabetical order."""

    objects: Mapping[str, SObject]

    def object(self, name: str) -> SObject | None:
        """Return the object of that name in any case, or None."""
        return self.objects.get(name.lower())

    def children(self, parent_name: str) -> Mapping[str, tuple[SObject, Field]]:
        """Return what refers to an object, by lower-case child relationship name."""
        return self._children.get(parent_name.lower(), MappingProxyType({}))

    @cached_property
    def by_prefix(self) -> Mapping[str, SObject]:
        """Return the objects by the first three characters of their ids."""
        objects = reversed(list(self.objects.values()))
        return MappingProxyType({each.key_prefix: each for each in objects})

    @cached_property
    def _children(self) -> Mapping[str, Mapping[str, tuple[SObject, Field]]]:
        found: dict[str, dict[str, tuple[SObject, Field]]] = {}
        for child, reference, parent in _references(self.objects.values()):
            if reference.child_relationship:
                name = reference.child_relationship.lower()
                found.setdefault(parent.lower(), {})[name] = (child, reference)
        return MappingProxyType({parent: MappingProxyType(of) for parent, of in found.items()})


def _references(objects: Iterable[SObject]) -> Iterable[tuple[SObject, Field, str]]:
    for child in objects:
        for reference in child.fields.values():
            for parent in reference.reference_to:
                yield child, reference, parent
