"""A partner that may be any partner: its facts, its rows, and what rules had acted on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import z3

from lifecycle.conditions import FactType, Schema, Value, parse
from lifecycle.conditions.proofs import Terms, read_proofs
from lifecycle.conditions.terms import Term, holds, possible, symbol, value_in
from lifecycle.deciding import Case
from lifecycle.deciding.anchors import as_text
from lifecycle.facts import RowKind, fact_schema, row_schema
from lifecycle.facts.axioms import Axiom, axioms, row_axioms
from lifecycle.rulebook import Rulebook

__all__ = ["AnyPartner", "Row"]


@dataclass(frozen=True)
class Row:
    """A row that may be any, or not be there."""

    exists: z3.BoolRef
    facts: Terms

    def is_in(self, model: z3.ModelRef) -> bool:
        """Return whether the row is there in a model."""
        return bool(z3.is_true(model.eval(self.exists, model_completion=True)))


@dataclass(frozen=True)
class AnyPartner:
    """The unknowns of a proof: every partner that the axioms allow, and no other."""

    rulebook: Rulebook

    @cached_property
    def facts(self) -> Terms:
        """Return the facts before the sweep."""
        return {name: symbol(name, kind) for name, kind in fact_schema().items()}

    @cached_property
    def rows(self) -> Mapping[RowKind, tuple[Row, ...]]:
        """Return rows of each kind, one for each rule that looks at them.

        No partner with more rows can do more: every rule that fires keeps a row to fire on.
        """
        looking = Counter(rule.for_each for rule in self.rulebook.rules if rule.for_each)
        return {
            kind: tuple(_any_row(kind, number) for number in range(1, looking[kind] + 1))
            for kind in sorted(looking)
        }

    @cached_property
    def acted(self) -> Terms:
        """Return what each moving rule with an anchor of its own last acted on."""
        anchored = [each.id for each in self.rulebook.rules if each.once_per and each.then.move_to]
        return {rule: symbol(f"acted {rule}", self._kind_of(rule)) for rule in anchored}

    def case_in(self, model: z3.ModelRef) -> Case:
        """Return the partner that a model describes."""
        rows = {
            kind: [
                _values(model, row.facts, row_schema(kind)) for row in several if row.is_in(model)
            ]
            for kind, several in self.rows.items()
        }
        acted = {
            rule: value_in(model, term, self._kind_of(rule)) for rule, term in self.acted.items()
        }
        known = {
            rule: frozenset([as_text(value)]) for rule, value in acted.items() if value is not None
        }
        return Case(_values(model, self.facts, fact_schema()), rows, known)

    def _kind_of(self, rule: str) -> FactType:
        return {**fact_schema(), **self.rulebook.notes}[str(self.rulebook.by_id[rule].once_per)]

    def allowed(self) -> Iterator[z3.BoolRef]:
        """Yield what is true of every partner."""
        yield from _within(self.facts, fact_schema())
        yield from (_read(axiom, self.facts, fact_schema()) for axiom in axioms())
        for kind, several in self.rows.items():
            for row in several:
                yield z3.Implies(row.exists, self._beside(kind, row))

    def _beside(self, kind: RowKind, row: Row) -> z3.BoolRef:
        facts, schema = {**self.facts, **row.facts}, {**fact_schema(), **row_schema(kind)}
        true = [_read(axiom, facts, schema) for axiom in row_axioms(kind)]
        return z3.And([*_within(row.facts, row_schema(kind)), *true])


def _any_row(kind: RowKind, number: int) -> Row:
    facts = {name: symbol(f"{kind} {number} {name}", of) for name, of in row_schema(kind).items()}
    return Row(z3.Bool(f"there is a {kind} {number}"), facts)


def _values(model: z3.ModelRef, terms: Terms, schema: Schema) -> dict[str, Value]:
    return {name: value_in(model, term, schema[name]) for name, term in terms.items()}


def _within(terms: Mapping[str, Term], schema: Schema) -> Iterator[z3.BoolRef]:
    for name, term in terms.items():
        yield possible(term, schema[name])


def _read(axiom: Axiom, facts: Terms, schema: Schema) -> z3.BoolRef:
    tree, mistakes = parse(axiom.text, schema, {})
    if tree is None:
        raise TypeError(f"{axiom.name}: {mistakes[0].what}")
    return holds(read_proofs(tree, facts, {}))
