"""A partner that may be any partner: its facts, a row of each kind, and what rules had acted on."""

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

__all__ = ["AnyPartner"]


@dataclass(frozen=True)
class AnyPartner:
    """The unknowns of a proof: every partner that the axioms allow, and no other."""

    rulebook: Rulebook

    @cached_property
    def facts(self) -> Terms:
        """Return the facts before the sweep."""
        return {name: symbol(name, kind) for name, kind in fact_schema().items()}

    @cached_property
    def rows(self) -> Mapping[RowKind, Terms]:
        """Return one row of each kind that some rule looks at; one is enough to act on."""
        return {
            kind: {name: symbol(f"{kind} {name}", of) for name, of in row_schema(kind).items()}
            for kind in sorted({rule.for_each for rule in self.rulebook.rules if rule.for_each})
        }

    @cached_property
    def has_row(self) -> Mapping[RowKind, z3.BoolRef]:
        """Return whether there is such a row at all."""
        return {kind: z3.Bool(f"has a {kind}") for kind in self.rows}

    @cached_property
    def acted(self) -> Terms:
        """Return what each moving rule with an anchor of its own last acted on."""
        anchored = [each.id for each in self.rulebook.rules if each.once_per and each.then.move_to]
        return {rule: symbol(f"acted {rule}", self._kind_of(rule)) for rule in anchored}

    def case_in(self, model: z3.ModelRef) -> Case:
        """Return the partner that a model describes."""
        rows = {
            kind: [_values(model, row, row_schema(kind))]
            for kind, row in self.rows.items()
            if z3.is_true(model.eval(self.has_row[kind], model_completion=True))
        }
        acted = {
            rule: value_in(model, term, self._kind_of(rule)) for rule, term in self.acted.items()
        }
        known = {rule: as_text(value) for rule, value in acted.items() if value is not None}
        return Case(_values(model, self.facts, fact_schema()), rows, known)

    def _kind_of(self, rule: str) -> FactType:
        return {**fact_schema(), **self.rulebook.notes}[str(self.rulebook.by_id[rule].once_per)]

    def allowed(self) -> Iterator[z3.BoolRef]:
        """Yield what is true of every partner."""
        yield from _within(self.facts, fact_schema())
        yield from (_read(axiom, self.facts, fact_schema()) for axiom in axioms())
        for kind, row in self.rows.items():
            schema: dict[str, FactType] = {**fact_schema(), **row_schema(kind)}
            yield from _within(row, row_schema(kind))
            beside = {**self.facts, **row}
            true = [_read(axiom, beside, schema) for axiom in row_axioms(kind)]
            yield z3.Implies(self.has_row[kind], z3.And(true))


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
