"""A rule as the prover reads it, to print: SMT-LIB, which any solver takes. Needs z3."""

from collections.abc import Iterator, Mapping, Sequence

import z3

from lifecycle.authoring.scope import is_at
from lifecycle.conditions import Node, Parameters
from lifecycle.conditions.proofs import read_proofs
from lifecycle.conditions.terms import Term, holds, symbol
from lifecycle.conditions.tree import Fact, walk
from lifecycle.conditions.types import FactType
from lifecycle.rulebook import Rule

__all__ = ["formula_of"]

_HEAD = (
    "days are counted from 1 January of the year 1",
    "a fact has a value, and whether `... is known`; what is missing makes a comparison false",
)


def formula_of(rule: Rule, parameters: Parameters) -> str:
    """Return what must be true of a partner for the rule to hold, one assertion per condition."""
    conditions = [*([is_at(rule.stage)] if rule.stage else []), *rule.conditions]
    facts = {name: symbol(name, kind) for name, kind in _facts(conditions)}
    solver = z3.Solver()
    for each in conditions:
        solver.add(_short(holds(read_proofs(each, facts, parameters))))
    comments = [f"; {line}" for line in (*_HEAD, *_enumerations(facts))]
    return "\n".join([*comments, solver.sexpr().rstrip()])


def _short(formula: z3.BoolRef) -> z3.BoolRef:
    """Return the same without what is always true, comparisons left as they are written."""
    return z3.simplify(formula, elim_and=False, arith_lhs=False, local_ctx=True)


def _facts(conditions: Sequence[Node]) -> Iterator[tuple[str, FactType]]:
    for node in conditions:
        for part in walk(node):
            if isinstance(part, Fact):
                yield part.name, FactType(part.type, part.values)


def _enumerations(facts: Mapping[str, Term]) -> Iterator[str]:
    for name, term in sorted(facts.items()):
        if term.values:
            values = ", ".join(f"{at} {value}" for at, value in enumerate(term.values))
            yield f"{name}: {values}"
