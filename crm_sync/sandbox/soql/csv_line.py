"""A row as one line of CSV, built by SQLite itself: all is quoted, an empty cell is null."""

import sqlite3
from collections.abc import Sequence

from crm_sync.sandbox.soql.expressions import Expression

__all__ = ["line_sql", "quoted_line", "teach_numbers"]

_JAVA = "soql_java"
_PLAIN_FROM, _PLAIN_TO = 1e-3, 1e7
_NUMBERS = frozenset({"currency", "double", "percent"})
_WITHOUT_QUOTES = _NUMBERS | {"boolean", "date", "datetime", "id", "int", "reference", "time"}
_MOST_ARGUMENTS = 100  # SQLite's functions take 127


def line_sql(values: Sequence[Expression], delimiter: str, ending: str) -> str:
    """Return the SQL of a row's line, as bytes; the connection must know `teach_numbers`."""
    quick = _printed([_cell(each) for each in values], delimiter, ending)
    free = [each.sql for each in values if each.field.type not in _WITHOUT_QUOTES]
    if not free:
        return f"CAST({quick} AS BLOB)"
    # printf stops at a NUL, which an org may hold; it is still twice as fast as the other way.
    tests = " OR ".join(f"instr({sql}, char(0))" for sql in free)
    slow = _joined([_text(each) for each in values], delimiter, ending)
    return f"CAST(CASE WHEN {tests} THEN {slow} ELSE {quick} END AS BLOB)"


def quoted_line(cells: Sequence[str], delimiter: str, ending: str) -> bytes:
    """Return texts as one line."""
    quoted = ('"' + each.replace('"', '""') + '"' for each in cells)
    return (delimiter.join(quoted) + ending).encode()


def teach_numbers(connection: sqlite3.Connection) -> None:
    """Give the connection the function that `line_sql` calls for large and small numbers."""
    connection.create_function(_JAVA, 1, _java, deterministic=True)


def _cell(value: Expression) -> tuple[str, str]:
    """Return how printf writes a cell (%s writes nothing for null), and the SQL of what."""
    if value.field.type not in _WITHOUT_QUOTES:
        return '"%w"', f"coalesce({value.sql}, '')"
    if value.field.type == "datetime" and not (value.field.nillable or value.path):
        return '"%.23sZ"', value.sql
    return '"%s"', _text(value)


def _text(value: Expression) -> str:
    """Return the SQL of a cell's text."""
    sql, kind = value.sql, value.field.type
    if kind == "boolean":
        return f"CASE {sql} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END"
    if kind == "datetime":
        return f"substr({sql}, 1, 23) || 'Z'"
    if kind in _NUMBERS:
        plain = f"{sql} >= 1e-3 AND {sql} < 1e7 OR {sql} = 0"
        return f"CASE WHEN {plain} THEN {sql} WHEN {sql} IS NOT NULL THEN {_JAVA}({sql}) END"
    return sql


def _printed(cells: Sequence[tuple[str, str]], delimiter: str, ending: str) -> str:
    parts = []
    for start in range(0, len(cells), _MOST_ARGUMENTS):
        some = cells[start : start + _MOST_ARGUMENTS]
        form = ("" if start == 0 else delimiter) + delimiter.join(form for form, _ in some)
        end = ending if start + len(some) == len(cells) else ""
        parts.append(f"printf('{form}{end}', {', '.join(sql for _, sql in some)})")
    return " || ".join(parts)


def _joined(cells: Sequence[str], delimiter: str, ending: str) -> str:
    quoted = (f"""'"' || replace(coalesce({each}, ''), '"', '""') || '"'""" for each in cells)
    return f" || '{delimiter}' || ".join(quoted) + f" || '{ending}'"


def _java(value: float) -> str:
    """Return a number as Java writes it: 1.39E8 from ten millions on, and under a thousandth."""
    if _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return str(value)
    mantissa, exponent = f"{value:.14e}".split("e")
    digits = mantissa.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits.endswith(".") else f"{digits}E{int(exponent)}"
