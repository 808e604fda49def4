"""A profile's conditions in SQL. A missing value equals only `null`; `not` of unknown is true."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from crm_sync.mirror.kinds import Kind
from crm_sync.profiles.conditions import AllOf, AnyOf, Condition, Equals, Not, Same

__all__ = ["FieldOf", "compile_condition", "plain"]

# From a reference to the field and its kind, None where the org does not have it.
FieldOf = Callable[[str], tuple[ColumnElement[Any], Kind] | None]


def compile_condition(condition: Condition, field_of: FieldOf) -> ColumnElement[bool]:
    """Return the condition in SQL."""
    match condition:
        case Equals(field, values):
            return _equals(field_of(field), values)
        case Same(field, other):
            one, two = field_of(field), field_of(other)
            return one[0] == two[0] if one and two else false()
        case Not(inner):
            return compile_condition(inner, field_of).is_not(true())
        case AllOf(parts):
            return and_(*(compile_condition(part, field_of) for part in parts))
        case AnyOf(parts):
            return or_(*(compile_condition(part, field_of) for part in parts))


def plain(value: Any) -> Any:
    """Return a value as the mirror keeps it: truths are 0 and 1."""
    return int(value) if isinstance(value, bool) else value


def _equals(
    found: tuple[ColumnElement[Any], Kind] | None, values: tuple[Any, ...]
) -> ColumnElement[bool]:
    if found is None:
        return true() if None in values else false()
    known = [plain(each) for each in values if each is not None]
    among = found[0] == known[0] if len(known) == 1 else found[0].in_(known)
    if None not in values:
        return among
    return or_(among, found[0].is_(None)) if known else found[0].is_(None)
