"""Which fields and operators a test may use."""

from crm_sync.sandbox.soql.errors import refuse
from crm_sync.sandbox.soql.expressions import Expression
from crm_sync.sandbox.soql.literals import family

__all__ = ["check_filterable", "check_groupable", "check_operator", "check_sortable"]

_ORDER = frozenset({"<", "<=", ">", ">="})
_CHOICE = frozenset({"INCLUDES", "EXCLUDES"})
_ONLY_EQUAL = frozenset({"boolean", "multipicklist"})


def check_filterable(text: str, left: Expression) -> None:
    """Raise SoqlError for a field that cannot be filtered."""
    if left.field.type == "address":
        what = "Address fields can only be filtered using Distance expressions"
        raise refuse(text, left.at, what, "INVALID_FIELD")
    if not (left.field.filterable or left.aggregate):
        raise refuse(text, left.at, _cannot(left, "filtered"), "INVALID_FIELD")


def check_sortable(text: str, key: Expression) -> None:
    """Raise SoqlError for a field that cannot be sorted."""
    if not (key.field.sortable or key.aggregate):
        raise refuse(text, key.at, _cannot(key, "sorted"))


def check_groupable(text: str, key: Expression) -> None:
    """Raise SoqlError for a field that cannot be grouped."""
    if not key.field.groupable:
        raise refuse(text, key.at, _cannot(key, "grouped"))


def check_operator(text: str, left: Expression, operator: str) -> None:
    """Raise SoqlError for an operator that the field's type does not take."""
    kind = left.field.type
    if operator in _CHOICE and kind != "multipicklist":
        what = f"{operator.lower()} operator is only valid on multipicklist fields"
    elif operator in _ORDER and kind in _ONLY_EQUAL:
        what = f"invalid operator on {kind} field"
    elif operator == "LIKE" and (family(left.field).name != "string" or kind == "multipicklist"):
        what = f"invalid operator on {_spoken(left)} field"
    else:
        return
    raise refuse(text, left.at, what, "INVALID_QUERY_FILTER_OPERATOR")


def _spoken(left: Expression) -> str:
    kind = family(left.field).name
    return left.field.type if kind == "string" else kind.lower() if kind == "ID" else kind


def _cannot(expression: Expression, done: str) -> str:
    return f"field '{expression.field.name}' can not be {done} in a query call"
