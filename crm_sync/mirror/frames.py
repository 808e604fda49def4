"""A page of records as a frame: a column for each field, every value as the database holds it.

REST gives JSON and bulk jobs give CSV; both become the same frame. A text that is empty is none:
Salesforce knows no other. NUL, which PostgreSQL cannot keep, is left out of texts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from crm_sync.errors import CrmUnreadable
from crm_sync.mirror.kinds import Kind, instant_text

__all__ = ["frame_of_csv", "frame_of_rows"]

_DTYPES: dict[Kind, type[pl.DataType]] = {
    Kind.TEXT: pl.String,
    Kind.INTEGER: pl.Int64,
    Kind.NUMBER: pl.Float64,
    Kind.BOOLEAN: pl.Int64,
    Kind.DATE: pl.String,
    Kind.INSTANT: pl.String,
}
_NUL = b"\x00"
_TRUTHS = {"true": 1, "false": 0}


def frame_of_rows(
    rows: Sequence[Mapping[str, Any]], fields: Mapping[str, Kind], where: str | None = None
) -> pl.DataFrame:
    """Return records as JSON gives them, `where` they are from.

    Raises CrmUnreadable for a value of a foreign type.
    """
    try:
        columns = [
            _column(name, kind, (row.get(name) for row in rows)) for name, kind in fields.items()
        ]
        return _clean(pl.DataFrame(columns), fields)
    except (ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise _foreign(error, where) from error


def frame_of_csv(
    text: bytes, fields: Mapping[str, Kind], rows: int, where: str | None = None
) -> pl.DataFrame:
    """Return records as a bulk job gives them: CSV in UTF-8 with a head, `rows` of them.

    Raises CrmUnreadable when rows or columns are missing, or a value has a foreign type.
    """
    if not rows:
        return frame_of_rows((), fields)
    try:
        _check_whole(text)
        if _NUL in text:
            text = text.replace(_NUL, b"")
        read = pl.read_csv(text, infer_schema=False)
        if read.height != rows or not set(fields) <= set(read.columns):
            raise ValueError(f"{read.height} of {rows} rows, columns {read.columns}")
        return _clean(read.select(_from_text(name, kind) for name, kind in fields.items()), fields)
    except (ValueError, TypeError, pl.exceptions.PolarsError) as error:
        raise _foreign(error, where) from error


def _check_whole(text: bytes) -> None:
    """Raise ValueError when the text ends within a row, which a reader of CSV may not notice."""
    if not text.endswith(b"\n") or text.count(b'"') % 2:
        raise ValueError("the page of CSV was cut")


def _column(name: str, kind: Kind, values: Iterable[Any]) -> pl.Series:
    change = _CHANGES[kind]
    made = [None if value is None else change(value) for value in values]
    return pl.Series(name, made, dtype=_DTYPES[kind], strict=True)


def _as_text(value: Any) -> str:
    return (value if isinstance(value, str) else str(value)).replace("\x00", "")


_CHANGES: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _as_text,
    Kind.INTEGER: int,
    Kind.NUMBER: float,
    Kind.BOOLEAN: int,
    Kind.DATE: _as_text,
    Kind.INSTANT: _as_text,
}


def _from_text(name: str, kind: Kind) -> pl.Expr:
    column = pl.col(name)
    match kind:
        case Kind.INTEGER:
            return column.replace("", None).cast(pl.Float64).cast(pl.Int64)
        case Kind.NUMBER:
            return column.replace("", None).cast(pl.Float64)
        case Kind.BOOLEAN:
            known = column.replace("", None).str.to_lowercase()
            return known.replace_strict(_TRUTHS, return_dtype=pl.Int64)
    return column


def _clean(frame: pl.DataFrame, fields: Mapping[str, Kind]) -> pl.DataFrame:
    """Return the frame with texts and instants in the form that the mirror keeps."""
    return frame.with_columns(_kept(frame[name], kind) for name, kind in fields.items())


def _kept(column: pl.Series, kind: Kind) -> pl.Series:
    if column.dtype != pl.String:
        return column
    if (column == "").any():
        column = column.set(column == "", None)
    return _instants(column) if kind is Kind.INSTANT else column


def _instants(column: pl.Series) -> pl.Series:
    """Return instants as the mirror writes them; Salesforce writes `+0000` in JSON, `Z` in CSV."""
    if (column.str.ends_with("+0000") & (column.str.len_bytes() == 28)).all():
        return column.str.slice(0, 23) + "Z"
    if (column.str.ends_with("Z") & (column.str.len_bytes() == 24)).all():
        return column
    kept = (None if each is None else instant_text(datetime.fromisoformat(each)) for each in column)
    return pl.Series(column.name, list(kept), dtype=pl.String)


def _foreign(error: Exception, where: str | None) -> CrmUnreadable:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    return CrmUnreadable(
        f"The CRM gave records that cannot be read: {said}",
        where=where,
        remedy="Nothing of them was stored. Run again: it goes on from there. If it stays, report "
        "it.",
    )
