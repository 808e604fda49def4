"""What conditions ask of quantities, put side by side: ranges, texts, what is known or missing."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from lifecycle.authoring.quantities import Limits
from lifecycle.authoring.together import counted_by, known_with, may_be_missing
from lifecycle.conditions import Value

__all__ = ["Asked", "Domain", "Texts"]


@dataclass(frozen=True)
class Texts:
    """Texts (or true and false) that a value may be: some, or any but some."""

    some: frozenset[Value] | None = None
    without: frozenset[Value] = frozenset()

    def both(self, other: "Texts") -> "Texts":
        """Return what is among both."""
        some = self.some if other.some is None else other.some
        if self.some is not None and other.some is not None:
            some = self.some & other.some
        return Texts(some, self.without | other.without)

    @property
    def empty(self) -> bool:
        """Return whether no text is left."""
        return self.some is not None and not self.some - self.without


@dataclass(frozen=True)
class Domain:
    """What a quantity may be, and whether it may instead be missing because one of `facts` is."""

    range: "Limits | Texts"
    missing: bool
    facts: frozenset[Hashable]

    def both(self, other: "Domain") -> "Domain":
        """Return what both allow."""
        assert type(self.range) is type(other.range)  # noqa: S101 - a quantity has one type
        both = self.range.both(other.range)  # type: ignore[arg-type]
        return Domain(both, self.missing and other.missing, self.facts | other.facts)


@dataclass(frozen=True)
class Asked:
    """What is asked so far of each quantity, and of what is known or missing."""

    domains: Mapping[Hashable, Domain] = field(default_factory=dict)
    known: frozenset[Hashable] = frozenset()
    missing: frozenset[Hashable] = frozenset()

    def of(self, quantity: Hashable, domain: Domain) -> "Asked":
        """Return this and one thing more about a quantity."""
        before = self.domains.get(quantity)
        after = domain if before is None else before.both(domain)
        known = self if domain.missing else self.knowing(domain.facts)
        return Asked({**known.domains, quantity: after}, known.known, known.missing)

    def knowing(self, facts: frozenset[Hashable]) -> "Asked":
        """Return this, with some facts known."""
        asked = Asked(self.domains, self.known.union(*map(known_with, facts)), self.missing)
        for counter in {counted_by(name) for name in facts} - {None}:
            some = Domain(Limits(1), False, frozenset([str(counter)]))
            asked = asked.of(frozenset([(counter, 1)]), some)
        return asked

    def lacking(self, name: str) -> "Asked":
        """Return this, with a fact missing."""
        return Asked(self.domains, self.known, self.missing | {name})

    @property
    def contradicts(self) -> bool:
        """Return whether it asks for what cannot be."""
        missing = self.missing
        if not missing.isdisjoint(self.known) or not all(map(may_be_missing, missing)):
            return True
        return any(self._impossible(domain) for domain in self.domains.values())

    def _impossible(self, domain: Domain) -> bool:
        if domain.missing and any(map(may_be_missing, domain.facts - self.known)):
            return False
        return domain.range.empty or not domain.facts.isdisjoint(self.missing)
