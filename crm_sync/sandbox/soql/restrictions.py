"""Objects that an org does not let be queried in every way."""

from collections.abc import Iterator

from crm_sync.sandbox.schema import SObject
from crm_sync.sandbox.soql.errors import SoqlError, refuse
from crm_sync.sandbox.soql.tree import AllOf, Comparison, Condition, Name

__all__ = ["check_inner_object", "check_where"]

_NOT_IN_SEMI_JOINS = frozenset({"ContentDocumentLink", "Event", "Task"})
_LINK_KEYS = frozenset({"contentdocumentid", "id", "linkedentityid"})


def check_where(sobject: SObject, where: Condition | None) -> None:
    """Raise SoqlError for a statement over an object whose rows must be asked for by id."""
    if sobject.name != "ContentDocumentLink":
        return
    tested = (each.left.text.lower() for each in _tests(where) if isinstance(each.left, Name))
    if not any(name.rpartition(".")[2] in _LINK_KEYS for name in tested):
        what = (
            "Implementation restriction: ContentDocumentLink requires a filter by a single Id on "
            "ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using "
            "the IN operator."
        )
        raise SoqlError("MALFORMED_QUERY", what)


def check_inner_object(text: str, sobject: SObject, at: int) -> None:
    """Raise SoqlError for an object that no semi join selects from."""
    if sobject.name in _NOT_IN_SEMI_JOINS:
        what = f"Entity '{sobject.name}' is not supported for semi join inner selects"
        raise refuse(text, at, what)


def _tests(where: Condition | None) -> Iterator[Comparison]:
    """Yield the tests by = or IN that every row must pass."""
    if isinstance(where, Comparison) and where.operator in {"=", "IN"}:
        yield where
    elif isinstance(where, AllOf):
        for part in where.parts:
            yield from _tests(part)
