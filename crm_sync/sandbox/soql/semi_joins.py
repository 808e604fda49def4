"""The statement inside IN ( ... ): where it may stand and what it may select."""

from dataclasses import dataclass, replace

from crm_sync.sandbox.soql.context import Context
from crm_sync.sandbox.soql.errors import refuse
from crm_sync.sandbox.soql.expressions import Expression, express
from crm_sync.sandbox.soql.literals import family
from crm_sync.sandbox.soql.resolve import Scope, object_named
from crm_sync.sandbox.soql.restrictions import check_inner_object
from crm_sync.sandbox.soql.tree import SemiJoin

__all__ = ["Inside", "inner_scope", "inner_selected"]

_MOST = 2
_ONLY_TOP = (
    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested "
    "WHERE expressions."
)
_NOT_WITH_OR = "Semi join sub-selects are not allowed with the 'OR' operator"


@dataclass(frozen=True)
class Inside:
    """Where a test stands: how deep, and whether under OR, under something else, or a subselect."""

    depth: int = 0
    under_or: bool = False
    nested: bool = False
    in_subselect: bool = False

    def deeper(self) -> "Inside":
        """Return the place of a part of AND."""
        return replace(self, depth=self.depth + 1)

    def alternative(self) -> "Inside":
        """Return the place of a part of OR."""
        return replace(self, depth=self.depth + 1, under_or=True, nested=self.depth > 0)

    def negation(self) -> "Inside":
        """Return the place of what NOT negates."""
        return replace(self, depth=self.depth + 1, nested=True)

    def check(self, text: str, left: Expression, join: SemiJoin, count: int) -> None:
        """Raise SoqlError where no subselect may stand."""
        if self.in_subselect:
            raise refuse(text, left.at, "Nesting of semi join sub-selects is not supported")
        if self.nested or self.under_or:
            raise refuse(text, left.at, _ONLY_TOP if self.nested else _NOT_WITH_OR)
        if family(left.field).name != "ID":
            what = (
                "The left operand field in the where expression for outer query should be an id "
                f"field, cannot use: '{left.field.name}'"
            )
            raise refuse(text, left.at, what)
        if count > _MOST:
            raise refuse(text, join.at, f"Cannot have more than {_MOST} semi join sub-selects")


def inner_scope(context: Context, outer: Scope, join: SemiJoin) -> Scope:
    """Return the scope of the subselect; its object must be another one than the outer."""
    source = join.sources[0].name
    sobject = object_named(context.schema, context.text, source)
    if sobject is outer.root.objects[0]:
        what = "The inner and outer selects should not be on the same object type"
        raise refuse(context.text, source.at, what)
    check_inner_object(context.text, sobject, source.at)
    return Scope(context.text, context.schema, sobject, join.sources, table="s")


def inner_selected(scope: Scope, join: SemiJoin) -> Expression:
    """Return what the subselect selects: an id."""
    selected = express(scope, join.selected)
    if family(selected.field).name != "ID" or selected.function:
        what = (
            f"Semi join sub-selects can only query id fields, cannot use: '{selected.written.text}'"
        )
        raise refuse(scope.text, selected.at, what)
    return selected
