"""What a rule may ask: one small Polars expression per fact, one code path for one and for all."""

from lifecycle.facts.matrix import FRAMES, Frames, build_matrix, fact_schema, fact_specs
from lifecycle.facts.rows import ROW_KINDS, RowKind, build_rows, row_schema, row_specs
from lifecycle.facts.standing import STAGES
from lifecycle.facts.table import FactSpec, value_type

__all__ = [
    "FRAMES",
    "ROW_KINDS",
    "STAGES",
    "FactSpec",
    "Frames",
    "RowKind",
    "build_matrix",
    "build_rows",
    "fact_schema",
    "fact_specs",
    "row_schema",
    "row_specs",
    "value_type",
]
