"""What a profile's shape cannot say: names that must exist, values that a view's column knows."""

from collections.abc import Iterator
from typing import Any

from crm_sync.profiles.conditions import references
from crm_sync.profiles.document import (
    Coalesce,
    Constant,
    Document,
    Follow,
    Map,
    Source,
    When,
    expressions,
)
from crm_sync.profiles.names import did_you_mean, split
from crm_sync.profiles.profile import aliases
from partner_lifecycle.views import VIEWS, Column, ColumnType

__all__ = ["check"]

Place = tuple[object, ...]
Mistake = tuple[Place, str, str]


def check(document: Document) -> Iterator[Mistake]:
    """Return each mistake as (place, what, remedy)."""
    for name, sources in document.views.items():
        if name not in VIEWS:
            yield ("views", name), f"there is no view `{name}`", did_you_mean(name, VIEWS)
            continue
        for position, source in enumerate(sources):
            place = ("views", name, position)
            yield from _objects(document, source, place)
            yield from _references(source, place)
            yield from _columns(name, source, (*place, "columns"))
    for name in VIEWS.keys() - document.views.keys():
        yield ("views",), f"the view `{name}` is missing", f"write `{name}: []` if there is none"


def _objects(document: Document, source: Source, place: Place) -> Iterator[Mistake]:
    used: dict[Place, str] = {("from",): source.object}
    for alias, join in source.join.items():
        if isinstance(join, Follow):
            used["join", alias, "to"] = join.to
        else:
            used["join", alias, "newest"] = join.newest
    for where, name in used.items():
        if name not in document.objects:
            what = f"`{name}` is not listed under `objects`"
            yield (*place, *where), what, did_you_mean(name, document.objects)


def _references(source: Source, place: Place) -> Iterator[Mistake]:
    known = aliases(source)
    used: list[tuple[Place, str]] = []
    for column, expression in source.columns.items():
        used += [(("columns", column), each) for each in expressions(expression)]
    if source.where:
        used += [(("where",), each) for each in references(source.where)]
    for alias, join in source.join.items():
        if isinstance(join, Follow):
            used.append((("join", alias, "follow"), join.follow))
    for where, reference in used:
        alias_used, _ = split(reference)
        if alias_used not in known:
            names = [each for each in known if each]
            what = f"`{reference}`: no join is called `{alias_used}`"
            yield (*place, *where), what, did_you_mean(str(alias_used), names)


def _columns(view: str, source: Source, place: Place) -> Iterator[Mistake]:
    known = VIEWS[view].columns
    for column, expression in source.columns.items():
        if column in known:
            yield from _values(known[column], expression, (*place, column))
        else:
            what = f"the view `{view}` has no column `{column}`"
            yield (*place, column), what, did_you_mean(column, known)
    for needed in known.keys() & {"id", "partner_id"}:
        if not isinstance(source.columns.get(needed), str):
            # A partner's rows are found through an index on this one field.
            at = (*place, needed) if needed in source.columns else place
            yield at, f"`{needed}` must be one field", f"write `{needed}: Field`"


def _values(column: Column, expression: Any, place: Place) -> Iterator[Mistake]:
    """Check that whatever is written out is something the column may hold."""
    match expression:
        case Constant(constant=value):
            yield from _value(column, value, (*place, "constant"))
        case Map(values=values, otherwise=otherwise):
            for key, value in values.items():
                yield from _value(column, value, (*place, "values", key))
            if otherwise is not None:
                yield from _value(column, otherwise, (*place, "else"))
        case Coalesce(coalesce=parts):
            for position, part in enumerate(parts):
                yield from _values(column, part, (*place, "coalesce", position))
        case When(then=inner):
            yield from _values(column, inner, (*place, "then"))


def _value(column: Column, value: object, place: Place) -> Iterator[Mistake]:
    if column.values and value not in column.values:
        what = f"`{column.name}` cannot be `{value}`"
        yield place, what, did_you_mean(str(value), column.values)
    expected = {
        ColumnType.BOOLEAN: bool,
        ColumnType.INTEGER: int,
        ColumnType.CENTS: int,
        ColumnType.SHARE: int,
    }.get(column.type, str)
    if type(value) is not expected:
        yield place, f"`{column.name}` takes {column.type.value}, not `{value}`", ""
