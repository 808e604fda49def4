"""Whether a plug-in's functions say the same in every reading, tried at the edges. Needs z3."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product

import polars as pl
import z3

from lifecycle.conditions import (
    DTYPES,
    LARGEST,
    FactType,
    Function,
    Value,
    ValueType,
    read_columns,
    read_native,
)
from lifecycle.conditions.proofs import read_proofs
from lifecycle.conditions.terms import constant, equal
from lifecycle.conditions.tree import Call, Fact, Literal
from lifecycle.plugins import Plugin, adding

__all__ = ["SAMPLES", "disagreements"]

SAMPLES: Mapping[ValueType, Sequence[Value]] = {
    ValueType.TEXT: (
        "",
        "a",
        "A",
        "ab",
        "a b",
        "Ünïcödé",
        "é",
        "日本",
        "𝔘",
        '"',
        "\\",
        "a\nb",
        ".",
    ),
    ValueType.NUMBER: (0, 1, -1, 2, 3, 7, 12, 100, 10**9, LARGEST, -LARGEST),
    ValueType.BOOLEAN: (True, False),
    ValueType.DATE: (
        *(date(2026, month, 1) for month in range(1, 13)),
        *(date(2025, 12, 31), date(2024, 2, 29), date(1969, 12, 31), date(1900, 2, 28)),
        *(date.min, date.max),
    ),
}
"""What every function is tried on, in every combination, and beside it what is missing."""


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
            for told in _Trial(name, function, values).differences()
        ]


class _Trial:
    """One function, called with facts `a0`, `a1` ... and, where it wants one, a literal last."""

    def __init__(
        self, name: str, function: Function, values: Mapping[ValueType, Sequence[Value]]
    ) -> None:
        self.name = name
        self.function = function
        self.values = values
        self.facts = {f"a{at}": kind for at, kind in enumerate(self._computed())}

    def _computed(self) -> Sequence[ValueType]:
        takes = self.function.takes
        return takes[:-1] if self.function.literal_last else takes

    def differences(self) -> Iterator[str]:
        each = [(None, *self.values[kind]) for kind in self.facts.values()]
        rows = [dict(zip(self.facts, row, strict=True)) for row in product(*each)]
        for call, last in self._calls():
            native, columns = self._native(call, rows), self._columns(call, rows)
            for row, expected, found in zip(rows, native, columns, strict=True):
                written = f"{self.name}({', '.join(map(repr, [*row.values(), *last]))})"
                if not _may_be(expected, self.function.gives):
                    yield f"{written}: native says {expected!r}, which no value of its type is"
                elif found != expected:
                    yield f"{written}: native says {expected!r}, columns say {found!r}"
                elif not self._proves(call, row, expected):
                    yield f"{written}: native says {expected!r}, proofs say something else"

    def _calls(self) -> Iterator[tuple[Call, tuple[Value, ...]]]:
        facts = tuple(Fact(name, kind) for name, kind in self.facts.items())
        if not self.function.literal_last:
            yield Call(self.name, facts, self.function.gives), ()
            return
        kind = self.function.takes[-1]
        for value in self.values[kind]:
            yield Call(self.name, (*facts, Literal(value, kind)), self.function.gives), (value,)

    def _native(self, call: Call, rows: Sequence[Mapping[str, Value]]) -> list[Value]:
        native = read_native(call, {})
        return [native(row) for row in rows]

    def _columns(self, call: Call, rows: Sequence[Mapping[str, Value]]) -> list[Value]:
        schema = {name: DTYPES[kind] for name, kind in self.facts.items()}
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        found = frame.with_columns(read_columns(call, {}).alias("result"))["result"]
        return list(found.to_list())

    def _proves(self, call: Call, row: Mapping[str, Value], expected: Value) -> bool:
        facts = {name: constant(row[name], FactType(kind)) for name, kind in self.facts.items()}
        found, wanted = (
            read_proofs(call, facts, {}),
            constant(expected, FactType(self.function.gives)),
        )
        same = z3.If(wanted.known, equal(found, wanted), True)
        return bool(z3.is_true(z3.simplify(z3.And(found.known == wanted.known, same))))


def _may_be(value: Value, kind: ValueType) -> bool:
    """Return whether a value is of a type: missing, or not too large and no number for a truth."""
    if value is None:
        return True
    if kind is ValueType.NUMBER:
        return type(value) is int and abs(value) <= LARGEST
    types = {ValueType.TEXT: str, ValueType.BOOLEAN: bool, ValueType.DATE: date}
    return isinstance(value, types[kind])
