"""What can be read as a frame, with the exact type of every column on the way and at the end."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from partner_lifecycle.views import VIEWS, ColumnType

__all__ = ["FRAMES", "SCHEMAS", "STORED", "Stored"]

_TEXT, _WHOLE = ColumnType.TEXT, ColumnType.INTEGER
_DAY, _INSTANT, _YES = ColumnType.DATE, ColumnType.INSTANT, ColumnType.BOOLEAN

FRAMES: Mapping[str, Mapping[str, ColumnType]] = MappingProxyType(
    {name: {c.name: c.type for c in view.columns.values()} for name, view in VIEWS.items()}
    | {
        "standing": {
            "partner_id": _TEXT,
            "stage": _TEXT,
            "since": _DAY,
            "visit": _WHOLE,
            "suspended": _YES,
            "held": _YES,
            "set_from": _TEXT,
            "outcome_hash": _TEXT,
            "crm_stage_seen": _TEXT,
            "review_on": _DAY,
        },
        "screening_hit": {
            "id": _WHOLE,
            "partner_id": _TEXT,
            "list_name": _TEXT,
            "entry": _TEXT,
            "status": _TEXT,
            "opened_at": _INSTANT,
            "closed_at": _INSTANT,
            "opened_by": _TEXT,
            "closed_by": _TEXT,
            "reason": _TEXT,
        },
        "override": {
            "partner_id": _TEXT,
            "rule_id": _TEXT,
            "at": _INSTANT,
            "until": _DAY,
            "withdrawn_at": _INSTANT,
        },
        "draft": {"partner_id": _TEXT, "status": _TEXT, "changed_at": _INSTANT},
        "partner_alias": {"old_id": _TEXT, "id": _TEXT},
    }
)
"""The views, and what rules ask of our own tables."""


class Stored(NamedTuple):
    """How a column comes from the database: its type, a literal of it, and SQL's name for it."""

    dtype: pl.DataType
    literal: str
    sql: str


_AS_TEXT = Stored(pl.String(), "'x'", "TEXT")
_AS_WHOLE = Stored(pl.Int64(), "0", "BIGINT")

STORED: Mapping[ColumnType, Stored] = MappingProxyType(
    {
        ColumnType.TEXT: _AS_TEXT,
        ColumnType.DATE: _AS_TEXT,
        ColumnType.INSTANT: _AS_TEXT,
        ColumnType.INTEGER: _AS_WHOLE,
        ColumnType.CENTS: _AS_WHOLE,
        ColumnType.BOOLEAN: _AS_WHOLE,
        ColumnType.SHARE: Stored(pl.Float64(), "0.5", "DOUBLE PRECISION"),
    }
)

_READ: Mapping[ColumnType, pl.DataType] = {
    kind: stored.dtype for kind, stored in STORED.items()
} | {
    ColumnType.DATE: pl.Date(),
    ColumnType.INSTANT: pl.Datetime("ms", "UTC"),
    ColumnType.BOOLEAN: pl.Boolean(),
}

SCHEMAS: Mapping[str, pl.Schema] = MappingProxyType(
    {
        name: pl.Schema({column: _READ[kind] for column, kind in columns.items()})
        for name, columns in FRAMES.items()
    }
)
"""The exact types of each frame that `read_frame` returns."""
