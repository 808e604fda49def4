"""A rule's `when`: read it, check its types, and compile it to several readings of one meaning."""

from lifecycle.conditions.columns import DTYPES, read_columns
from lifecycle.conditions.functions import FUNCTIONS, Function, functions
from lifecycle.conditions.native import Facts, Reading, read_native
from lifecycle.conditions.parse import Mistake, parse
from lifecycle.conditions.tree import Node, conjuncts, fact_names, function_names, parameter_names
from lifecycle.conditions.types import (
    LARGEST,
    FactType,
    Parameters,
    ParameterSchema,
    ParameterType,
    Schema,
    Value,
    ValueType,
    may_be,
)

__all__ = [
    "DTYPES",
    "FUNCTIONS",
    "LARGEST",
    "FactType",
    "Facts",
    "Function",
    "Mistake",
    "Node",
    "ParameterSchema",
    "ParameterType",
    "Parameters",
    "Reading",
    "Schema",
    "Value",
    "ValueType",
    "conjuncts",
    "fact_names",
    "function_names",
    "functions",
    "may_be",
    "parameter_names",
    "parse",
    "read_columns",
    "read_native",
]
