"""Turns what the database hands over into dates, instants and booleans, strictly."""

from collections.abc import Mapping
from functools import cache

import polars as pl
import structlog

from partner_lifecycle.views import ColumnType
from partners.errors import StoreError
from partners.store.shapes import FRAMES, STORED

__all__ = ["typed", "unreadable"]

_log = structlog.get_logger(__name__)
_WRITTEN = (ColumnType.DATE, ColumnType.INSTANT, ColumnType.BOOLEAN)
"""What databases hand over in another form than it has."""


def typed(view: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the types of SCHEMAS.

    A text that is no date, or a number that is no boolean, becomes null, and is counted in a
    warning. Raises StoreError when a column holds values of another type.
    """
    _expect_stored_types(view, frame, FRAMES[view])
    parsers = _parsers(view)
    parsed = frame.with_columns(parsers.values())
    for name in parsers:
        lost = parsed[name].null_count() - frame[name].null_count()
        if lost:
            _log.warning("store.unparsable_values", view=view, column=name, count=lost)
    return parsed


def unreadable(view: str, said: str) -> StoreError:
    """Return the error for a view or table that does not hold what it should."""
    return StoreError(
        f"{view!r} cannot be read from the store: {said}",
        where=view,
        remedy="run `partners sync` once, which builds the views anew; if that does not help, "
        "the profile fills a column with values of another type",
    )


def _expect_stored_types(view: str, frame: pl.DataFrame, columns: Mapping[str, ColumnType]) -> None:
    expected = {name: STORED[kind].dtype for name, kind in columns.items()}
    wrong = [name for name, dtype in expected.items() if frame.schema[name] != dtype]
    if wrong:
        found = ", ".join(f"{n} holds {frame.schema[n]}, not {expected[n]}" for n in wrong)
        raise unreadable(view, found)


@cache
def _parsers(view: str) -> Mapping[str, pl.Expr]:
    """Return what turns columns into what they stand for; the others come as they are."""
    columns = FRAMES[view].items()
    return {name: _parsed(pl.col(name), name, kind) for name, kind in columns if kind in _WRITTEN}


def _parsed(column: pl.Expr, name: str, kind: ColumnType) -> pl.Expr:
    if kind is ColumnType.DATE:
        return _of_length(column, "2026-11-21").str.to_date("%Y-%m-%d", strict=False)
    if kind is ColumnType.INSTANT:
        return _of_length(column, "2026-11-21T09:30:00.000Z").str.to_datetime(
            "%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms", time_zone="UTC", strict=False
        )
    return pl.when(column.is_in([0, 1])).then(column == 1).alias(name)


def _of_length(column: pl.Expr, example: str) -> pl.Expr:
    """Return null for what is longer or shorter: `2026-1-1` is no date here."""
    return pl.when(column.str.len_bytes() == len(example)).then(column)
