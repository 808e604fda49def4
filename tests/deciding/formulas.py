"""The formulas of a sweep, evaluated on one partner's facts. Needs z3."""

from dataclasses import replace
from datetime import date

import z3

from lifecycle.conditions import ValueType
from lifecycle.conditions.terms import constant, equal
from lifecycle.facts import fact_schema, row_schema
from lifecycle.proving import invariant_specs
from lifecycle.proving.following import Follower
from lifecycle.proving.outcome import Outcome
from lifecycle.proving.partner import AnyPartner

__all__ = ["Formulas"]

_READ = {
    ValueType.NUMBER: int,
    ValueType.DATE: date.fromisoformat,
    ValueType.BOOLEAN: lambda text: text == "true",
    ValueType.TEXT: str,
}
_NOT_NATIVE = ("suspending", "resuming", "changes_again")
"""What native does not say of a single decision."""


class Formulas:
    """Formulas for one rulebook on one day."""

    def __init__(self, rulebook, day):
        self._rulebook = rulebook
        self._anybody = AnyPartner(rulebook)
        self._said = Outcome(self._anybody, Follower(rulebook, rulebook.on(day)))
        self._kinds = {
            name: spec.type
            for name, spec in invariant_specs(rulebook).items()
            if name not in self._anybody.facts
            and name not in _NOT_NATIVE
            and not name.startswith("note.")
        }

    def few_rows(self, case):
        """Return the case as the formulas see it: no more rows than rules that look at them."""
        rows = self._anybody.rows
        few = {kind: each[: len(rows.get(kind, ()))] for kind, each in case.rows.items()}
        return replace(case, rows=few)

    def native(self, case, decision):
        """Return what native decided, under the names of invariants."""
        rules = self._rulebook.by_id
        moved = [move for move in decision.moves if move.rule_id]
        fired = {firing.rule_id for firing in decision.firings}
        drafting = {rules[each].then.draft for each in fired} - {None}
        letters = set() if decision.suppressed_by else drafting
        return {
            "stage_before": case.facts["stage"],
            "suspended_before": case.facts["suspended"],
            "stage_after": decision.stage,
            "suspended_after": decision.suspended,
            "moved": bool(moved),
            "drafted": bool(letters),
            **{f"entered.{move.stage_to}": True for move in moved},
            **{f"drafted.{purpose}": True for purpose in letters},
            **{f"fired.{each}": True for each in fired},
        }

    def differ(self, case, decision):
        """Return the names under which the formulas say something else than native decided."""
        expected = self.native(case, decision)
        pairs = list(self._values(case))

        def same(names):
            each = [
                equal(self._said[name], constant(expected.get(name, False), self._kinds[name]))
                for name in names
            ]
            return z3.is_true(z3.simplify(z3.substitute(z3.And(each), *pairs)))

        return [] if same(self._kinds) else [name for name in self._kinds if not same([name])]

    def _values(self, case):
        kinds = {**fact_schema(), **self._rulebook.notes}
        anchors = {rule: kinds[self._rulebook.by_id[rule].once_per] for rule in self._anybody.acted}
        given = [
            (self._anybody.facts, case.facts, fact_schema()),
            (self._anybody.acted, self._acted(case, anchors), anchors),
        ]
        for kind, unknown in self._anybody.rows.items():
            rows = case.rows.get(kind, [])
            for at, row in enumerate(unknown):
                yield row.exists, z3.BoolVal(at < len(rows))
                given.append((row.facts, rows[at] if at < len(rows) else {}, row_schema(kind)))
        for unknown, values, schema in given:
            for name, term in unknown.items():
                known = constant(values.get(name), schema[name])
                yield term.value, known.value
                yield term.known, known.known

    def _acted(self, case, anchors):
        """Return what rules acted on as values: native keeps them as texts."""
        return {
            rule: _READ[kind.type](*case.acted[rule])
            for rule, kind in anchors.items()
            if rule in case.acted
        }
