"""A rule as the engine reads it, and the rulebook: rules, parameters and clauses together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from lifecycle.conditions import FactType, Node, Parameters, conjuncts, fact_names
from lifecycle.facts import RowKind
from lifecycle.plugins import Plugin
from lifecycle.rulebook.layer import BASE, RuleLayer
from lifecycle.rulebook.model import Accepted, ClauseText, RuleText, Then
from lifecycle.rulebook.overriding import OVERRIDDEN
from lifecycle.rulebook.parameters import Parameter, on_day
from lifecycle.rulebook.relying import digest_with, relied_on, versions_of
from lifecycle.rulebook.sources import Layer
from lifecycle.rulebook.strata import Strata, in_strata
from partner_lifecycle import PartnerLifecycleError
from partner_lifecycle.names import did_you_mean

__all__ = ["Rule", "RuleUnknown", "Rulebook", "sealed"]


class RuleUnknown(PartnerLifecycleError):
    """There is no such rule."""


@dataclass(frozen=True)
class Rule:
    """One rule. `stage` is None for a rule that applies at every stage."""

    id: str
    name: str
    stage: str | None
    cite: tuple[str, ...]
    because: str
    text: str
    when: Node
    then: Then
    once_per: str | None = None
    for_each: RowKind | None = None
    priority: int = 0
    max_actions: int | None = None
    aliases: tuple[str, ...] = ()
    accept: tuple[Accepted, ...] = ()
    override: tuple[str, ...] = ()
    """The levels of approval that may set the rule aside for a partner."""
    file: str = ""
    line: int = 0
    layer: str = BASE
    replaces: str | None = None
    """The layer whose rule of the same id it stands instead of."""

    @cached_property
    def conditions(self) -> tuple[Node, ...]:
        """Return the conditions that must all hold."""
        return conjuncts(self.when)

    @cached_property
    def own_conditions(self) -> tuple[Node, ...]:
        """Return them without the one that nobody has set the rule aside."""
        return tuple(node for node in self.conditions if fact_names(node) != {OVERRIDDEN})

    @property
    def concludes(self) -> bool:
        """Return whether the rule is read before others move or act: it says what they may ask."""
        return bool(self.then.suspend or self.then.resume or self.then.set)

    def applies_at(self, stage: str) -> bool:
        """Return whether the rule looks at partners of this stage."""
        return self.stage is None or self.stage == stage


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules in order of precedence: highest priority first, then as the files have them.

    One rulebook is equal to itself only, so that what is made of it once can be kept for it.
    """

    rules: tuple[Rule, ...]
    parameters: Mapping[str, Parameter]
    clauses: Mapping[str, ClauseText]
    digest: str
    """SHA-256 of the files and of the plug-ins that their rules rely on, so that a decision says by
    which rules it was made."""
    notes: Mapping[str, FactType] = field(default_factory=dict)
    """What rules conclude (`set`), by name."""
    sources: Sequence[Layer] = field(default=(), repr=False)
    """The files it was read from, folder by folder: whoever has them can decide again by it."""
    layers: tuple[RuleLayer, ...] = ()
    """The folders it was read from, the base first."""
    rates: Mapping[str, Mapping[date, Decimal]] = field(default_factory=dict)
    """US$ for one unit of a currency, by the day from which they hold."""
    overlaid: tuple[RuleText, ...] = ()
    """Rules that a layer retired or replaced, as they were written."""
    by_id: Mapping[str, Rule] = field(init=False, repr=False)
    strata: Strata = field(init=False, repr=False)
    renamed: Mapping[str, str] = field(init=False, repr=False)
    """The present id of each rule that once had another."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})
        object.__setattr__(self, "strata", in_strata(self.rules))
        aliases = {old: rule.id for rule in self.rules for old in rule.aliases}
        object.__setattr__(self, "renamed", aliases)

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """Return the plug-ins in force whose facts or functions its rules ask."""
        return relied_on((rule.when, rule.once_per) for rule in self.rules)

    def find(self, wanted: str) -> Rule:
        """Return a rule by its id, its name or an id it once had; raise RuleUnknown."""
        for rule in self.rules:
            if wanted in (rule.id, rule.name, *rule.aliases):
                return rule
        known = [*self.by_id, *(rule.name for rule in self.rules)]
        remedy = did_you_mean(wanted, known, "see `partners rules list`")
        raise RuleUnknown(f"There is no rule {wanted}.", remedy=remedy)

    def without(self, ids: Collection[str]) -> "Rulebook":
        """Return the rulebook without some rules."""
        kept = tuple(rule for rule in self.rules if rule.id not in ids)
        return replace(self, rules=kept)

    def on(self, day: date) -> Parameters:
        """Return the parameters' values on a day; raise ParameterTooEarly before the first."""
        return on_day(self.parameters, day)


def sealed(rulebook: Rulebook) -> Rulebook:
    """Return the rulebook with the plug-ins that it relies on in its digest."""
    return replace(rulebook, digest=digest_with(rulebook.digest, versions_of(rulebook.plugins)))
