"""ORDER BY as SQL: texts by letter whatever case and accent, missing values first in ASC."""

from crm_sync.sandbox.soql.checks import check_sortable
from crm_sync.sandbox.soql.expressions import Expression
from crm_sync.sandbox.soql.literals import family
from crm_sync.sandbox.soql.texts import SORTED
from crm_sync.sandbox.soql.tree import Ordering

__all__ = ["order_key"]


def order_key(text: str, key: Expression, ordering: Ordering) -> str:
    """Return one key of the SQL's ORDER BY; raises SoqlError for a field that cannot be sorted."""
    check_sortable(text, key)
    nulls_first = ordering.nulls_first
    if nulls_first is None:
        nulls_first = not ordering.descending
    sql = f"{SORTED}({key.sql})" if family(key.field).name == "string" else key.sql
    direction = "DESC" if ordering.descending else "ASC"
    return f"{sql} {direction} NULLS {'FIRST' if nulls_first else 'LAST'}"
