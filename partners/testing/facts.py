"""The facts of a plug-in for rows that a test writes down, and its axioms for invented ones."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from lifecycle.conditions import parse, read_native
from lifecycle.extending import check_plugin
from lifecycle.facts import FRAMES, build_matrix, fact_schema
from lifecycle.plugins import Plugin, adding
from partners.store import SCHEMAS
from partners.testing.population import random_rows

__all__ = ["TODAY", "broken_axioms", "facts_of"]

TODAY = date(2026, 6, 15)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def facts_of(plugin: Plugin, today: date = TODAY, **rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return the facts of partner P, with rows by view (gift=[{...}], ...) that belong to it.

    Raises PluginError when the plug-in could not be installed as it is.
    """
    owned = {
        view: [
            {**({} if view == "partner" else {"id": f"{view}{at}", "partner_id": "P"}), **row}
            for at, row in enumerate(each)
        ]
        for view, each in rows.items()
    }
    (facts,) = _facts(plugin, {"partner": [{"id": "P"}], **owned}, today)
    return facts


def broken_axioms(plugin: Plugin, seeds: Sequence[int] = range(4)) -> list[str]:
    """Return the axioms that some invented partner breaks, each with the facts that break it.

    An axiom that does not hold makes proofs worthless. Raises PluginError as `facts_of` does.
    """
    partners = [
        facts for seed in seeds for facts in _facts(plugin, random_rows(seed, TODAY), TODAY)
    ]
    with adding([plugin]):
        read = {text: parse(text, fact_schema(), {})[0] for text in plugin.axioms}
    found = []
    for text, tree in read.items():
        holds = read_native(tree, {}) if tree is not None else None
        wrong = next((facts for facts in partners if holds and not holds(facts)), None)
        if wrong is not None:
            own = {name: value for name, value in wrong.items() if name in text}
            found.append(f"`{text}` does not hold where {own}")
    return found


def _facts(plugin: Plugin, rows: Rows, today: date) -> list[dict[str, Any]]:
    check_plugin(plugin, SCHEMAS)
    frames = {view: pl.DataFrame(list(rows.get(view, [])), schema=SCHEMAS[view]) for view in FRAMES}
    with adding([plugin]):
        return build_matrix(frames, today).to_dicts()
