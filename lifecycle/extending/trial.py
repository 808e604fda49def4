"""One function of a plug-in, called with all combinations of some values."""

from collections.abc import Iterator, Mapping
from itertools import islice, product

import polars as pl

from lifecycle.conditions import DTYPES, Function, Value, ValueType, may_be, read_columns
from lifecycle.conditions.tree import Call, Fact, Literal
from lifecycle.extending.samples import Samples

__all__ = ["Row", "Trial"]

Row = Mapping[str, Value]


class Trial:
    """Calls a function with facts `a0`, `a1` ... and, where it wants one, a literal last.

    With `most`, that many combinations at most. Its plug-in must be in force.
    """

    def __init__(
        self, name: str, function: Function, values: Samples, most: int | None = None
    ) -> None:
        self.name = name
        self.function = function
        self.values = values
        takes = function.takes[:-1] if function.literal_last else function.takes
        self.facts = {f"a{at}": kind for at, kind in enumerate(takes)}
        every = product(*((None, *values[kind]) for kind in takes))
        self.rows = [dict(zip(self.facts, row, strict=True)) for row in islice(every, most)]

    def calls(self) -> Iterator[tuple[Call, tuple[Value, ...]]]:
        """Yield each call with the literal in it, which is the same for all rows."""
        facts = tuple(Fact(name, kind) for name, kind in self.facts.items())
        if not self.function.literal_last:
            yield Call(self.name, facts, self.function.gives), ()
            return
        kind = self.function.takes[-1]
        for value in self.values[kind]:
            yield Call(self.name, (*facts, Literal(value, kind)), self.function.gives), (value,)

    def compared(
        self, call: Call, last: tuple[Value, ...]
    ) -> Iterator[tuple[Row, Value, str | None]]:
        """Yield each row with what native says, and what is wrong with it; None if nothing is."""
        try:
            columns = self._columns(call)
        except Exception as error:  # noqa: BLE001 - the plug-in's own code: it may raise anything
            yield {}, None, f"{self.name}() fails in columns: {_said(error)}"
            return
        for row, found in zip(self.rows, columns, strict=True):
            try:
                said = self._native(row, last)
            except Exception as error:  # noqa: BLE001 - as above
                yield row, None, f"{self._written(row, last)}: native fails: {_said(error)}"
            else:
                yield row, said, self._wrong(row, last, said, found)

    def _wrong(self, row: Row, last: tuple[Value, ...], said: Value, found: Value) -> str | None:
        told = self.written(row, last, said)
        if not may_be(said, self.function.gives):
            kind = self.function.gives
            noun = "whole number up to 2^53" if kind is ValueType.NUMBER else kind
            return f"{told}, which is no {noun}"
        return f"{told}, columns say {found!r}" if found != said else None

    def written(self, row: Row, last: tuple[Value, ...], said: Value) -> str:
        """Return a call as a rule would write it, and what native says."""
        return f"{self._written(row, last)}: native says {said!r}"

    def _written(self, row: Row, last: tuple[Value, ...]) -> str:
        return f"{self.name}({', '.join(map(repr, [*row.values(), *last]))})"

    def _native(self, row: Row, last: tuple[Value, ...]) -> Value:
        given = (*row.values(), *last)
        return None if None in given else self.function.native(*given)

    def _columns(self, call: Call) -> list[Value]:
        schema = {name: DTYPES[kind] for name, kind in self.facts.items()}
        frame = pl.DataFrame(self.rows, schema=schema, orient="row")
        found = frame.with_columns(read_columns(call, {}).alias("result"))["result"]
        return list(found.to_list())


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().partition(chr(10))[0]}"
