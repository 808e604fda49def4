"""Hold a plug-in to what the library relies on, before any rule asks it anything."""

from collections.abc import Iterator, Mapping

import polars as pl

from lifecycle.conditions import Function, fact_names, parse
from lifecycle.extending.fact_checks import check_facts
from lifecycle.extending.function_checks import check_calls, check_functions
from lifecycle.extending.names import check_name
from lifecycle.facts import fact_schema
from lifecycle.facts.table import Table
from lifecycle.plugins import Plugin, PluginError, adding

__all__ = ["check_plugin"]


def check_plugin(plugin: Plugin, schemas: Mapping[str, pl.Schema]) -> None:
    """Raise PluginError with every mistake in a plug-in.

    `schemas` are the frames that facts may read, by name; its facts are tried on empty ones.
    """
    # A wrong name or a fact that cannot be computed makes the rest meaningless.
    for check in (_shapes, _names, _readings, _calls, _axioms):
        found = list(check(plugin, schemas))
        if found:
            count = "a mistake" if len(found) == 1 else f"{len(found)} mistakes"
            listed = "".join(f"\n  - {mistake}" for mistake in found)
            raise PluginError(
                f"The plug-in {plugin.name} has {count}:{listed}",
                where=plugin.entry or str(plugin),
                remedy="put it right, or take the package out: pip uninstall "
                f"{plugin.package or plugin.name}",
            )


def _shapes(plugin: Plugin, _schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    for table in plugin.facts:
        if not isinstance(table, Table):
            yield f"its facts are tables, and {table!r} is none"
    for name, function in plugin.functions.items():
        if not isinstance(function, Function):
            yield f"its function {name} is a {type(function).__name__}: declare a Function"


def _names(plugin: Plugin, _schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    yield from check_name(plugin.name)
    for table in plugin.facts:
        if table.name != plugin.name:
            yield (
                f"its facts {', '.join(table.facts)} are not under its own name: "
                f'write Table("{plugin.name}", "{table.view}", ...)'
            )


def _readings(plugin: Plugin, schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    yield from check_facts(plugin, schemas)
    yield from check_functions(plugin)
    if plugin.rules is not None and not any(plugin.rules.glob("*.yaml")):
        yield f"its folder of rules {plugin.rules} has no rule files: are they in the package?"


def _calls(plugin: Plugin, _schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    yield from check_calls(plugin)


def _axioms(plugin: Plugin, _schemas: Mapping[str, pl.Schema]) -> Iterator[str]:
    with adding([plugin]):
        schema = fact_schema()
        read = {text: parse(text, schema, {}) for text in plugin.axioms}
    for text, (tree, mistakes) in read.items():
        yield from (
            f"its axiom `{text}`: {each.what}{f'; {each.remedy}' if each.remedy else ''}"
            for each in mistakes
        )
        if tree is not None and not any(
            name.startswith(f"{plugin.name}.") for name in fact_names(tree)
        ):
            yield f"its axiom `{text}` speaks of none of its own facts: leave it out"
