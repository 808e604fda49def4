"""From a source of a profile to one SELECT over the mirror, the same for every database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    null,
    select,
)

from crm_sync.mirror.columns import sql_type, value_of, whole
from crm_sync.mirror.filtering import compile_condition, plain
from crm_sync.mirror.joining import Joined
from crm_sync.mirror.layout import Present
from crm_sync.mirror.tables import exchange_rate
from crm_sync.profiles.conditions import Condition
from crm_sync.profiles.document import (
    Coalesce,
    Constant,
    Currency,
    Map,
    Ratio,
    Source,
    Test,
    Usd,
    When,
)
from partner_lifecycle.views import Column, ColumnType, View

__all__ = ["compile_source"]

Element = ColumnElement[Any]
_AMOUNT = Column("amount", ColumnType.SHARE, "a plain number")
_WORD = Column("word", ColumnType.TEXT, "any text")
_FLAG = Column("flag", ColumnType.BOOLEAN, "0 or 1")
_DAY = Column("day", ColumnType.DATE, "a day")
_LAST_DAY = "9999-12-31"


def compile_source(
    source: Source, view: View, present: Present, currency: str
) -> Select[Any] | None:
    """Return the SELECT of a source's rows with all columns of the view.

    None when there can be no rows: the org lacks the source's object, one that must be joined, or
    the field that says whose the row is.
    """
    if source.object not in present:
        return None
    joined = Joined(source, present)
    owner = source.columns.get("partner_id", "Id")
    whose = joined.field(owner) if isinstance(owner, str) else None
    if not joined.possible or whose is None:
        return None
    return _Compiler(source, joined, currency).rows(view).where(whose[0].is_not(None))


class _Compiler:
    """The expressions of one source, on its joined tables."""

    def __init__(self, source: Source, joined: Joined, currency: str) -> None:
        self._source = source
        self._joined = joined
        self._currency = currency

    def rows(self, view: View) -> Select[Any]:
        columns = [
            self._expression(self._source.columns.get(name), column).label(name)
            for name, column in view.columns.items()
        ]
        rows = select(*columns).select_from(self._joined.rows)
        if self._source.where:
            rows = rows.where(self._condition(self._source.where))
        return rows

    def _expression(self, expression: Any, column: Column) -> Element:
        """Return the SQL of an expression for a column of the view (None: an empty one)."""
        rules: dict[type, Callable[[Any, Column], Element]] = {
            str: self._value,
            Constant: self._constant,
            Map: self._map,
            Coalesce: self._coalesce,
            Test: self._test,
            When: self._when,
            Ratio: self._ratio,
            Currency: self._own_code,
            Usd: self._usd,
        }
        return _empty(column) if expression is None else rules[type(expression)](expression, column)

    def _value(self, reference: str, column: Column) -> Element:
        found = self._joined.field(reference)
        return _empty(column) if found is None else value_of(*found, column)

    def _constant(self, given: Constant, _: Column) -> Element:
        return _literal(given.constant)

    def _map(self, given: Map, _: Column) -> Element:
        words = isinstance(next(iter(given.values)), str)
        read = self._expression(given.map, _WORD if words else _FLAG)
        whens = [(read == _literal(key), _literal(value)) for key, value in given.values.items()]
        return case(*whens, else_=null() if given.otherwise is None else _literal(given.otherwise))

    def _coalesce(self, given: Coalesce, column: Column) -> Element:
        parts = [self._expression(part, column) for part in given.coalesce]
        return parts[0] if len(parts) == 1 else func.coalesce(*parts)

    def _test(self, given: Test, _: Column) -> Element:
        return case((self._condition(given.test), 1), else_=0)

    def _when(self, given: When, column: Column) -> Element:
        return case((self._condition(given.when), self._expression(given.then, column)))

    def _ratio(self, given: Ratio, _: Column) -> Element:
        above, below = given.ratio
        return self._expression(above, _AMOUNT) / func.nullif(self._expression(below, _AMOUNT), 0.0)

    def _own_code(self, given: Currency, _: Column) -> Element:
        return self._code(given.currency)

    def _condition(self, condition: Condition) -> ColumnElement[bool]:
        return compile_condition(condition, self._joined.field)

    def _code(self, field: str | None) -> Element:
        found = self._joined.field(field) if field else None
        return func.coalesce(found[0], self._currency) if found else literal(self._currency)

    def _usd(self, given: Usd, _: Column) -> Element:
        amount = self._expression(given.usd.amount, _AMOUNT)
        code = self._code(given.usd.currency)
        day = func.coalesce(self._expression(given.usd.on, _DAY), _LAST_DAY)
        rate = (
            select(exchange_rate.c.usd_per_unit)
            .where(exchange_rate.c.currency == code, exchange_rate.c.valid_from <= day)
            .order_by(exchange_rate.c.valid_from.desc())
            .limit(1)
            .correlate_except(exchange_rate)
            .scalar_subquery()
        )
        worth = case((code == "USD", 1.0), else_=rate)
        return whole(amount * worth * 100)


def _literal(value: Any) -> Element:
    return literal(plain(value))


def _empty(column: Column) -> Element:
    return cast(null(), sql_type(column))
