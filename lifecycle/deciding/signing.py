"""A text for each partner that differs when its outcome does, as columns.

It says where the partner rests, which rules hold there and on which anchor, and which conditions
of the rules that would move it on, resume it or conclude something hold, as that is what staff see
as missing.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from lifecycle.conditions import Node, Parameters, fact_names, read_columns
from lifecycle.deciding.resting import anchor_column
from lifecycle.facts import RowKind
from lifecycle.rulebook import Rule

__all__ = ["signed", "worth_a_look"]

_BITS = 62
_ROW, _TODAY = "row.", "today"


def signed(
    stage: str,
    state: pl.DataFrame,
    rows: Mapping[RowKind, pl.DataFrame],
    rules: Sequence[Rule],
    parameters: Parameters,
) -> pl.DataFrame:
    """Return `state`, partners who rest at `stage`, with the column `signature`."""
    here = [rule for rule in rules if rule.for_each is None and rule.applies_at(stage)]
    acting = {rule.id: rule for rule in here if not rule.then.move_to}
    holds = {name: _holds(rule.when, parameters) for name, rule in acting.items()}
    lacks = {
        f"{rule.id}.{place}": ~_holds(node, parameters)
        for rule in here
        if rule.then.move_to or rule.then.resume or rule.then.set
        for place, node in enumerate(rule.conditions)
    }
    beside = state.with_columns(condition.alias(name) for name, condition in holds.items())
    names = [*_names(beside, {name: pl.col(name) for name in holds}), *_names(state, lacks)]
    parts = [pl.lit(stage), pl.col("suspended"), pl.col("visit"), *map(pl.lit, names)]
    parts += [_spoken(rule) for rule in acting.values() if rule.once_per]
    for kind, frame in rows.items():
        asking = [rule for rule in rules if rule.for_each == kind and rule.applies_at(stage)]
        spoken = _spoken_of_rows(state, frame, asking, parameters)
        spoken = spoken.rename({"spoken": f"spoken.{kind}"})
        beside = beside.join(spoken, on="partner.id", how="left", maintain_order="left")
        parts.append(pl.col(f"spoken.{kind}").fill_null(""))
    signature = beside.select(pl.concat_str(parts, separator="\n").alias("signature"))
    return state.with_columns(signature.to_series())


def worth_a_look(rules: Sequence[Rule], parameters: Parameters) -> pl.Expr:
    """Return which rows some rule may hold for, judged by what it asks of the row alone."""
    each = [pl.all_horizontal([pl.lit(True), *_of_row_alone(rule, parameters)]) for rule in rules]
    return pl.any_horizontal(each)


def _of_row_alone(rule: Rule, parameters: Parameters) -> list[pl.Expr]:
    return [
        _holds(node, parameters)
        for node in rule.conditions
        if all(name.startswith(_ROW) or name == _TODAY for name in fact_names(node))
    ]


def _holds(node: Node, parameters: Parameters) -> pl.Expr:
    return read_columns(node, parameters).fill_null(False)


def _names(state: pl.DataFrame, conditions: Mapping[str, pl.Expr]) -> list[pl.Series]:
    """Return for each partner the names of the conditions that hold, some dozen in each column.

    They are counted as bits first: few combinations come up, and only those are put into words.
    """
    parts = [[*conditions][at : at + _BITS] for at in range(0, len(conditions), _BITS)]
    return [_named(state, part, conditions) for part in parts]


def _named(
    state: pl.DataFrame, names: Sequence[str], conditions: Mapping[str, pl.Expr]
) -> pl.Series:
    each = [conditions[name].cast(pl.Int64) * (1 << bit) for bit, name in enumerate(names)]
    bits = state.select(pl.sum_horizontal(each)).to_series()
    words = {
        value: " ".join(name for bit, name in enumerate(names) if value >> bit & 1)
        for value in bits.unique()
    }
    return bits.replace_strict(words, return_dtype=pl.String)


def _spoken(rule: Rule) -> pl.Expr:
    return pl.when(rule.id).then(anchor_column(rule).fill_null("-")).otherwise(pl.lit(""))


def _spoken_of_rows(
    state: pl.DataFrame, rows: pl.DataFrame, rules: Sequence[Rule], parameters: Parameters
) -> pl.DataFrame:
    """Return per partner what rules say of its rows; a partner of whom nothing is said has none."""
    beside = rows.drop(_TODAY).join(state, on="partner.id", how="inner").sort("row.id")
    said = [
        pl.when(_holds(rule.when, parameters)).then(
            pl.format(f"{rule.id} {{}} {{}}", "row.id", anchor_column(rule).fill_null("-"))
        )
        for rule in rules
    ]
    spoken = pl.concat_str(said, separator=" ", ignore_nulls=True) if said else pl.lit("")
    told = beside.select("partner.id", spoken.alias("spoken")).filter(pl.col("spoken") != "")
    return told.group_by("partner.id", maintain_order=True).agg(pl.col("spoken").str.join("\n"))
