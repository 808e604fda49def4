"""A profile that has been read and checked: what to ask the org for, and how to fill the views."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from crm_sync.profiles.conditions import references
from crm_sync.profiles.document import Appears, Document, Follow, Newest, Source, expressions
from crm_sync.profiles.names import split

__all__ = ["Profile", "aliases", "fields_of"]

# What every object is asked for when it has it: the key, the cursor's stamps, what a delete and a
# merge leave behind. History objects have CreatedDate and no SystemModstamp.
ALWAYS = ("Id", "SystemModstamp", "CreatedDate", "IsDeleted", "MasterRecordId")


@dataclass(frozen=True)
class Profile:
    """Which objects and fields an org has and how they fill the views.

    `name` is the profile's name or file; `currency` the ISO code of orgs with one currency.
    """

    name: str
    document: Document
    currency: str

    @property
    def views(self) -> Mapping[str, list[Source]]:
        """Return the sources of each view; their rows together are the view."""
        return self.document.views

    @property
    def appears(self) -> Appears:
        """Return what staff find in the CRM."""
        return self.document.appears

    @cached_property
    def objects(self) -> Mapping[str, tuple[str, ...]]:
        """Return the API fields that each object is asked for, sorted after those always asked."""
        wanted: dict[str, set[str]] = {name: set() for name in self.document.objects}
        for sources in self.views.values():
            for source in sources:
                for name, field in fields_of(source):
                    wanted[name].add(field)
        return MappingProxyType(
            {name: (*ALWAYS, *sorted(wanted[name] - set(ALWAYS))) for name in sorted(wanted)}
        )

    def is_optional(self, name: str, field: str | None = None) -> bool:
        """Tell whether an org may lack the object, or a field of it."""
        if field in ALWAYS[1:]:
            return True
        optional = self.document.objects[name].optional
        return optional is True or (isinstance(optional, list) and field in optional)


def aliases(source: Source) -> Mapping[str | None, str]:
    """Return the object behind each name that a source's references may start with."""
    named: dict[str | None, str] = {None: source.object}
    if source.name:
        named[source.name] = source.object
    for alias, join in source.join.items():
        named[alias] = join.to if isinstance(join, Follow) else join.newest
    return MappingProxyType(named)


def fields_of(source: Source) -> Iterator[tuple[str, str]]:
    """Return (object, field) for everything that a source reads."""
    named = aliases(source)
    for reference in _references(source):
        alias, field = split(reference)
        yield named[alias], field
    for join in source.join.values():
        if isinstance(join, Newest):
            inner = references(join.where) if join.where else ()
            yield from ((join.newest, field) for field in (join.by, join.at, *inner))


def _references(source: Source) -> Iterator[str]:
    for expression in source.columns.values():
        yield from expressions(expression)
    if source.where:
        yield from references(source.where)
    for join in source.join.values():
        if isinstance(join, Follow):
            yield join.follow
