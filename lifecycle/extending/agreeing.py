"""Whether a plug-in's functions say the same in every reading, tried at the edges. Needs z3."""

from collections.abc import Iterator, Mapping, Sequence

import z3

from lifecycle.conditions import FactType, Value, ValueType
from lifecycle.conditions.proofs import read_proofs
from lifecycle.conditions.terms import constant, equal
from lifecycle.conditions.tree import Call
from lifecycle.extending.samples import SAMPLES
from lifecycle.extending.trial import Row, Trial
from lifecycle.plugins import Plugin, adding

__all__ = ["disagreements"]


def disagreements(
    plugin: Plugin, samples: Mapping[ValueType, Sequence[Value]] | None = None
) -> list[str]:
    """Return a sentence for every call that the readings of a function compute differently.

    `samples` are further values to try, by type. durable_rules is handed what native computes.
    """
    more = samples or {}
    values = {kind: (*each, *more.get(kind, ())) for kind, each in SAMPLES.items()}
    with adding([plugin]):
        return [
            told
            for name, function in plugin.named_functions.items()
            for told in _differences(Trial(name, function, values))
        ]


def _differences(trial: Trial) -> Iterator[str]:
    for call, last in trial.calls():
        for row, said, wrong in trial.compared(call, last):
            if wrong is not None:
                yield wrong
            elif not _proves(trial, call, row, said):
                yield f"{trial.written(row, last, said)}, proofs say something else"


def _proves(trial: Trial, call: Call, row: Row, expected: Value) -> bool:
    facts = {name: constant(row[name], FactType(kind)) for name, kind in trial.facts.items()}
    found = read_proofs(call, facts, {})
    wanted = constant(expected, FactType(trial.function.gives))
    same = z3.If(wanted.known, equal(found, wanted), True)
    return bool(z3.is_true(z3.simplify(z3.And(found.known == wanted.known, same))))
