"""WHERE and HAVING as SQL, with the checks that an org makes of every test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crm_sync.sandbox.soql.checks import check_filterable, check_operator
from crm_sync.sandbox.soql.comparisons import compare, in_list, includes, like, negated
from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.errors import too_complicated
from crm_sync.sandbox.soql.escapes import pattern
from crm_sync.sandbox.soql.expressions import Expression, express
from crm_sync.sandbox.soql.literals import Value, evaluate
from crm_sync.sandbox.soql.resolve import Scope
from crm_sync.sandbox.soql.semi_joins import Inside, inner_scope, inner_selected
from crm_sync.sandbox.soql.tree import (
    AnyOf,
    Comparison,
    Condition,
    Kind,
    Literal,
    Negated,
    SemiJoin,
)

__all__ = ["Conditions"]

_DEEPEST = 20
_LISTS = {"IN": in_list, "NOT IN": in_list, "INCLUDES": includes, "EXCLUDES": includes}
_NEGATIVE = frozenset({"NOT IN", "EXCLUDES"})


@dataclass
class Conditions:
    """Compiles conditions in one scope; `values` are the parameters in the order of the SQL.

    `admit` returns what stands for a tested field and refuses what may not be tested here:
    aggregates in WHERE, ungrouped fields in HAVING.
    """

    context: Context
    scope: Scope
    admit: Callable[[Expression], Expression]
    values: list[Value] = field(default_factory=list)
    _semi_joins: int = 0

    def sql(self, condition: Condition, inside: Inside = Inside()) -> str:  # noqa: B008 - frozen
        """Return the SQL of a condition; raises SoqlError when an org would refuse it."""
        if inside.depth > _DEEPEST:
            raise too_complicated()
        if isinstance(condition, Comparison):
            return self._comparison(condition, inside)
        if isinstance(condition, Negated):
            return negated(self.sql(condition.part, inside.negation()))
        if isinstance(condition, AnyOf):
            parts = [self.sql(part, inside.alternative()) for part in condition.parts]
            return _balanced(parts, " OR ")
        return _balanced([self.sql(part, inside.deeper()) for part in condition.parts], " AND ")

    def bind(self, value: Value) -> str:
        """Keep a parameter and return its mark."""
        self.values.append(value)
        return "?"

    def _comparison(self, test: Comparison, inside: Inside) -> str:
        left = express(self.scope, test.left)
        check_filterable(self.scope.text, left)
        left = self.admit(left)
        if isinstance(test.right, SemiJoin):
            positive = self._semi_join(left, test.right, inside)
        else:
            check_operator(self.scope.text, left, test.operator)
            positive = self._tested(left, test.operator, test.right)
        return negated(positive) if test.operator in _NEGATIVE else positive

    def _tested(self, left: Expression, operator: str, right: Literal | tuple[Literal, ...]) -> str:
        if isinstance(right, tuple):
            return _LISTS[operator](left, [self._value(left, each) for each in right], self.bind)
        if operator in _LISTS:  # IN :variable
            self._value(left, right)
        if operator == "LIKE" and right.kind is Kind.STRING:
            return like(left, pattern(self.scope.text, right), self.bind)
        value = self._value(left, right)
        return compare(left, "<" if operator == "LIKE" else operator, value, self.bind)

    def _value(self, left: Expression, literal: Literal) -> Value:
        return evaluate(self.scope.text, left.field, literal, self.context.today, left.at)

    def _semi_join(self, left: Expression, join: SemiJoin, inside: Inside) -> str:
        self._semi_joins += 1
        inside.check(self.scope.text, left, join, self._semi_joins)
        scope = inner_scope(self.context, self.scope, join)
        selected = inner_selected(scope, join)
        inner = Conditions(self.context, scope, self.admit, self.values)
        tests = [f"{selected.sql} IS NOT NULL", *self.context.hidden(scope)]
        if join.where is not None:
            tests.append(inner.sql(join.where, Inside(in_subselect=True)))
        return f"{left.sql} IN (SELECT {selected.sql} FROM {scope.sql} WHERE {' AND '.join(tests)})"


def _balanced(parts: Sequence[str], word: str) -> str:
    """Join many tests as a shallow tree: SQLite limits the depth of an expression."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return f"({_balanced(parts[:middle], word)}{word}{_balanced(parts[middle:], word)})"
