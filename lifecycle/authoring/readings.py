"""A rule as the engines read it, to print: what was compiled from its condition."""

import json
from collections.abc import Callable, Mapping

from lifecycle.authoring.scope import is_at
from lifecycle.conditions import Parameters, read_columns
from lifecycle.conditions.tree import And
from lifecycle.deciding import durable_definition
from lifecycle.proving import prover_needed
from lifecycle.rulebook import Rule

__all__ = ["READINGS", "Reading"]

Reading = Callable[[Rule, Parameters], str]
"""Prints a rule, with the parameters of a day."""


def _durable(rule: Rule, parameters: Parameters) -> str:
    return json.dumps(durable_definition(rule, parameters), indent=2, ensure_ascii=False)


def _polars(rule: Rule, parameters: Parameters) -> str:
    stage = (is_at(rule.stage),) if rule.stage else ()
    return str(read_columns(And((*stage, *rule.conditions)), parameters))


def _z3(rule: Rule, parameters: Parameters) -> str:
    with prover_needed():
        from lifecycle.authoring.formulas import formula_of
    return formula_of(rule, parameters)


READINGS: Mapping[str, Reading] = {"durable": _durable, "polars": _polars, "z3": _z3}
"""By name. A further reading is one more entry."""
