"""Whether a plug-in's facts can be computed, and give what they declare: tried on no rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from lifecycle.conditions import DTYPES, Value, ValueType
from lifecycle.extending.names import is_name
from lifecycle.facts import FactSpec
from lifecycle.facts.table import Expression, Table
from lifecycle.plugins import Plugin

__all__ = ["check_facts"]

_DAY = date(2026, 1, 1)
_PYTHON = {
    ValueType.TEXT: str,
    ValueType.NUMBER: int,
    ValueType.BOOLEAN: bool,
    ValueType.DATE: date,
}


def check_facts(plugin: Plugin, schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    """Yield what is wrong with the facts of a plug-in; `schemas` are the frames by name."""
    names = Counter(name for table in plugin.facts for name in table.facts)
    yield from (f"the fact {name} is declared twice" for name, times in names.items() if times > 1)
    known = [name for name, schema in schemas.items() if "partner_id" in schema]
    for table in plugin.facts:
        if table.view in known:
            rows = pl.LazyFrame(schema=schemas[table.view])
            for spec, expression in table.facts.values():
                yield from _declared(spec)
                yield from _computed(spec, expression, table, rows)
        else:
            yield (
                f"its facts {', '.join(table.facts)} ask the view {table.view}: "
                f"there are {', '.join(sorted(known))}"
            )


def _declared(spec: FactSpec) -> Iterator[str]:
    if not is_name(spec.name.partition(".")[2]):
        yield f"the fact {spec.name} needs a name of small letters, digits and _"
    if not spec.meaning.strip():
        yield f"the fact {spec.name} says nothing of its meaning"
    if spec.default is not None and not _is(spec.default, spec.type.type):
        yield f"the fact {spec.name} is a {spec.type.type}, and its default {spec.default!r} is not"


def _is(value: Value, kind: ValueType) -> bool:
    return isinstance(value, _PYTHON[kind]) and isinstance(value, bool) is (
        kind is ValueType.BOOLEAN
    )


def _computed(
    spec: FactSpec, expression: Expression, table: Table, rows: pl.LazyFrame
) -> Iterator[str]:
    try:
        arranged = table.arrange(rows, _DAY).group_by("partner_id")
        found = arranged.agg(expression(_DAY).alias(spec.name)).collect().schema[spec.name]
    except Exception as error:  # noqa: BLE001 - the plug-in's own code: it may raise anything
        yield f"the fact {spec.name} cannot be computed: {_said(error)}"
        return
    if not _fits(found, spec.type.type):
        yield (
            f"the fact {spec.name} is declared a {spec.type.type}, and its expression gives "
            f"{found} for each partner"
        )


def _said(error: Exception) -> str:
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {first}"


def _fits(found: pl.DataType, kind: ValueType) -> bool:
    if kind is ValueType.NUMBER:
        return found.is_integer()
    return found == DTYPES[kind]
