"""What a field or function means: its SQL, its type, and where it goes in the result."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crm_sync.sandbox.schema import Field
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.resolve import Scope
from crm_sync.sandbox.soql.tree import Call, Literal, Name, Operand

__all__ = ["AGGREGATES", "DATE_FUNCTIONS", "Expression", "express", "unknown"]

_NUMBERS = frozenset({"int", "double", "currency", "percent"})
_DAYS = frozenset({"date", "datetime"})
_UNCOUNTABLE = frozenset(
    {"address", "anyType", "base64", "boolean", "encryptedstring", "location", "multipicklist"}
)
AGGREGATES = frozenset({"AVG", "COUNT", "COUNT_DISTINCT", "MAX", "MIN", "SUM"})

_YEAR = "CAST(substr({0}, 1, 4) AS INTEGER)"
_MONTH = "CAST(substr({0}, 6, 2) AS INTEGER)"
_DAY = "CAST(substr({0}, 9, 2) AS INTEGER)"
_QUARTER = f"({_MONTH} + 2) / 3"
_DAY_OF_YEAR = "CAST(strftime('%j', substr({0}, 1, 10)) AS INTEGER)"
DATE_FUNCTIONS = {
    "CALENDAR_MONTH": _MONTH,
    "CALENDAR_QUARTER": _QUARTER,
    "CALENDAR_YEAR": _YEAR,
    "DAY_IN_MONTH": _DAY,
    "DAY_IN_WEEK": "CAST(strftime('%w', substr({0}, 1, 10)) AS INTEGER) + 1",
    "DAY_IN_YEAR": _DAY_OF_YEAR,
    "DAY_ONLY": "substr({0}, 1, 10)",
    "FISCAL_MONTH": _MONTH,
    "FISCAL_QUARTER": _QUARTER,
    "FISCAL_YEAR": _YEAR,
    "HOUR_IN_DAY": "CAST(substr({0}, 12, 2) AS INTEGER)",
    "WEEK_IN_MONTH": f"({_DAY} - 1) / 7 + 1",
    "WEEK_IN_YEAR": f"({_DAY_OF_YEAR} - 1) / 7 + 1",
}
_OF_INSTANTS = frozenset({"DAY_ONLY", "HOUR_IN_DAY"})


@dataclass(frozen=True)
class Expression:
    """A value of a row or group. `field` gives its name and type.

    `path` leads to its record in the result, `written` is the path as the statement has it,
    `function` the outermost function and `formatted` whether it is shown as text for people.
    """

    sql: str
    field: Field
    path: tuple[str, ...]
    written: Name
    at: int
    function: str | None = None
    formatted: bool = False

    @property
    def aggregate(self) -> bool:
        """Whether it is computed from many rows."""
        return self.function in AGGREGATES


def express(scope: Scope, operand: Operand) -> Expression:
    """Return what a field or function means; raises SoqlError when it means nothing."""
    if isinstance(operand, Name):
        column = scope.column(operand)
        node = column.node
        return Expression(column.sql, column.field, node.path, operand, operand.at)
    argument = express(scope, _argument(scope, operand))
    if argument.function and (operand.name, argument.function) not in _nestable(argument):
        raise unknown(scope, operand.at)
    return replace(_apply(scope, operand, argument), at=operand.at)


def unknown(scope: Scope, at: int) -> SoqlError:
    """Return the error for a function that may not stand at this place."""
    return refuse(scope.text, scope.text.find("(", at), "unexpected token: '('")


def _nestable(inner: Expression) -> set[tuple[str, str]]:
    name = inner.function or ""
    outer = {"FORMAT"}
    if name == "CONVERTTIMEZONE":
        outer = set(DATE_FUNCTIONS)
    elif name == "CONVERTCURRENCY":
        outer |= AGGREGATES
    return {(each, name) for each in outer}


def _argument(scope: Scope, call: Call) -> Operand:
    first, *others = call.arguments
    if isinstance(first, Literal):
        raise refuse(scope.text, first.at, f"unexpected token: '{first.text}'")
    if others:
        comma = scope.text.rfind(",", 0, others[0].at)
        raise refuse(scope.text, comma, "expecting a right parentheses, found ','")
    return first


def _apply(scope: Scope, call: Call, argument: Expression) -> Expression:
    if call.name in AGGREGATES:
        return _aggregate(scope, call, argument)
    if call.name in DATE_FUNCTIONS:
        return _date_part(scope, call, argument)
    if call.name not in _PLAIN:
        raise unknown(scope, call.at)
    if not _PLAIN[call.name](argument.field):
        raise _unfit(scope, call, argument)
    if call.name == "GROUPING":
        argument = replace(argument, field=Field(argument.field.name, "int"))
    formatted = argument.formatted or call.name == "FORMAT"
    inner = argument.function if argument.aggregate else call.name
    return replace(argument, function=inner, formatted=formatted)


def _aggregate(scope: Scope, call: Call, argument: Expression) -> Expression:
    numeric = argument.field.type in _NUMBERS
    countable = argument.field.filterable and argument.field.type not in _UNCOUNTABLE
    if not (numeric or (countable and call.name not in {"SUM", "AVG"})):
        what = f"field {argument.written.text} does not support aggregate operator {call.name}"
        raise refuse(scope.text, call.at, what)
    if call.name == "COUNT_DISTINCT":
        sql = f"COUNT(DISTINCT {argument.sql})"
    else:
        sql = f"{call.name}({argument.sql})"
    return replace(argument, sql=sql, field=_counted(call.name, argument.field), function=call.name)


def _counted(name: str, field: Field) -> Field:
    if name in {"MIN", "MAX", "SUM"}:
        return field
    return Field(field.name, "double" if name == "AVG" else "int")


def _date_part(scope: Scope, call: Call, argument: Expression) -> Expression:
    accepted = {"datetime"} if call.name in _OF_INSTANTS else _DAYS
    if argument.field.type not in accepted:
        raise _unfit(scope, call, argument)
    field = Field(argument.field.name, "date" if call.name == "DAY_ONLY" else "int")
    sql = f"({DATE_FUNCTIONS[call.name].format(argument.sql)})"
    return replace(argument, sql=sql, field=field, function=call.name)


def _unfit(scope: Scope, call: Call, argument: Expression) -> SoqlError:
    what = f"field {argument.written.text} does not support function {call.name}"
    return refuse(scope.text, call.at, what)


_PLAIN: dict[str, Callable[[Field], bool]] = {
    "CONVERTCURRENCY": lambda field: field.type == "currency",
    "CONVERTTIMEZONE": lambda field: field.type == "datetime",
    "FORMAT": lambda field: field.type in _NUMBERS | _DAYS | {"time"},
    "GROUPING": lambda field: field.groupable,
    "TOLABEL": lambda field: field.type in {"picklist", "multipicklist", "combobox", "string"},
}
