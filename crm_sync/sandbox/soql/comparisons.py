"""One test as SQL. No test is unknown: one of a missing value fails, and its negation holds."""

import json
from collections.abc import Callable, Sequence

from crm_sync.sandbox.soql.dates import Span
from crm_sync.sandbox.soql.expressions import Expression
from crm_sync.sandbox.soql.literals import Value, family
from crm_sync.sandbox.soql.texts import LOWER

__all__ = ["compare", "in_list", "includes", "like", "negated"]

_MIDNIGHT = "T00:00:00.000+0000"
_NEVER = "0"

Bind = Callable[[Value], str]


def negated(test: str) -> str:
    """Return the SQL that holds where the test fails."""
    return f"({test}) IS NOT TRUE"


def compare(left: Expression, operator: str, value: Value, bind: Bind) -> str:
    """Return the SQL of a test by = != < <= > >=; `bind` keeps a value and returns its mark."""
    if operator == "!=":
        return negated(compare(left, "=", value, bind))
    if isinstance(value, Span):
        return _compare_span(left, operator, value, bind)
    if left.field.type == "boolean":
        return f"COALESCE({left.sql}, 0) {operator} {bind(value or 0)}"
    if value is None:
        return _is_missing(left) if operator == "=" else _NEVER
    if left.field.type == "multipicklist":
        return f"{_chosen(left, str(value), bind)} AND length({left.sql}) = {bind(len(str(value)))}"
    sql, [shown] = _folded(left, [value])
    return f"{sql} {operator} {bind(shown)}"


def in_list(left: Expression, values: Sequence[Value], bind: Bind) -> str:
    """Return the SQL of a test by IN."""
    apart = left.field.type in {"boolean", "multipicklist"}
    plain = [each for each in values if not (apart or isinstance(each, Span | None))]
    single = [each for each in values if apart or isinstance(each, Span | None)]
    tests = [compare(left, "=", each, bind) for each in single]
    if plain:
        sql, shown = _folded(left, plain)
        tests.append(f"{sql} IN (SELECT value FROM json_each({bind(json.dumps(shown))}))")
    return _any(tests)


def like(left: Expression, pattern: str, bind: Bind) -> str:
    """Return the SQL of LIKE, which tells no case apart."""
    if pattern.isascii():
        return f"{left.sql} LIKE {bind(pattern)} ESCAPE '\\'"
    return f"{LOWER}({left.sql}) LIKE {bind(pattern.lower())} ESCAPE '\\'"


def includes(left: Expression, values: Sequence[Value], bind: Bind) -> str:
    """Return the SQL of INCLUDES: any of the values, each of which (`a;b`) is chosen in full."""
    tests = [
        _is_missing(left) if each is None else f"({_chosen(left, str(each), bind)})"
        for each in values
    ]
    return _any(tests)


def _any(tests: Sequence[str]) -> str:
    return tests[0] if len(tests) == 1 else f"({' OR '.join(tests)})"


def _is_missing(left: Expression) -> str:
    if family(left.field).name == "string":
        return f"IFNULL({left.sql}, '') = ''"
    return f"{left.sql} IS NULL"


def _folded(left: Expression, values: Sequence[Value]) -> tuple[str, list[Value]]:
    """Return the SQL and the values so that texts which differ only in case are equal."""
    if family(left.field).name != "string":
        return left.sql, list(values)
    texts = [str(each) for each in values]
    if all(each.isascii() for each in texts):
        return f"{left.sql} COLLATE NOCASE", list(texts)
    return f"{LOWER}({left.sql})", [each.lower() for each in texts]


def _compare_span(left: Expression, operator: str, days: Span, bind: Bind) -> str:
    clock = _MIDNIGHT if left.field.type == "datetime" else ""
    start, end = days.start.isoformat() + clock, days.end.isoformat() + clock
    if operator == "=":
        return f"({left.sql} >= {bind(start)} AND {left.sql} < {bind(end)})"
    if operator in {"<", ">="} or days.open_ended:
        return f"{left.sql} {operator} {bind(start)}"
    return f"{left.sql} {'<' if operator == '<=' else '>='} {bind(end)}"


def _chosen(left: Expression, value: str, bind: Bind) -> str:
    lower = "lower" if value.isascii() else LOWER
    parts = [f";{part.strip().lower()};" for part in value.split(";") if part.strip()]
    tests = [f"instr(';' || {lower}({left.sql}) || ';', {bind(part)}) > 0" for part in parts]
    return " AND ".join(tests) or _NEVER
