"""All that a plug-in is declared with, and what holds it to what the library relies on."""

from lifecycle.conditions import Function, ValueType
from lifecycle.extending.checking import check_plugin
from lifecycle.facts.table import Table
from lifecycle.plugins import Plugin, PluginError
from partner_lifecycle.views import VIEWS, ColumnType

__all__ = [
    "VIEWS",
    "ColumnType",
    "Function",
    "Plugin",
    "PluginError",
    "Table",
    "ValueType",
    "check_plugin",
]
