"""Whether a plug-in's functions are declared fully, and give columns of the type they declare."""

from collections.abc import Iterator

import polars as pl

from lifecycle.conditions import DTYPES, Function
from lifecycle.extending.names import is_name
from lifecycle.extending.samples import EDGES
from lifecycle.extending.trial import Trial
from lifecycle.plugins import Plugin, adding

__all__ = ["check_calls", "check_functions"]

_MOST = 300
"""Combinations of values on which a function is tried whenever a command begins."""


def check_functions(plugin: Plugin) -> Iterator[str]:
    """Yield what is wrong with the functions of a plug-in."""
    for name, function in plugin.named_functions.items():
        if not is_name(name.partition(".")[2]):
            yield f"the function {name}() needs a name of small letters, digits and _"
        if not function.meaning.strip():
            yield f"the function {name}() says nothing of its meaning"
        if function.takes:
            yield from _columns(name, function)
        else:
            yield f"the function {name}() takes nothing: what is always the same is a parameter"


def _columns(name: str, function: Function) -> Iterator[str]:
    schema = {f"a{at}": DTYPES[kind] for at, kind in enumerate(function.takes)}
    try:
        computed = function.columns(*map(pl.col, schema)).alias("result")
        found = pl.DataFrame(schema=schema).select(computed).schema["result"]
    except Exception as error:  # noqa: BLE001 - the plug-in's own code: it may raise anything
        said = f"{type(error).__name__}: {error}"
        yield f"the function {name}() cannot be computed in columns: {said}"
        return
    if found != DTYPES[function.gives]:
        yield (
            f"the function {name}() is declared to give a {function.gives}, and gives {found} in "
            f"columns: add .cast(pl.{DTYPES[function.gives]})"
        )


def check_calls(plugin: Plugin) -> Iterator[str]:
    """Yield for each function the first call that fails, or says something else in columns."""
    with adding([plugin]):
        for name, function in plugin.named_functions.items():
            trial = Trial(name, function, EDGES, _MOST)
            compared = (each for given in trial.calls() for each in trial.compared(*given))
            wrong = next((told for _, _, told in compared if told is not None), None)
            if wrong is not None:
                yield wrong
