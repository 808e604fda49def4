"""Decide everybody at once, as columns, and find whose outcome has changed.

A sweep moves a partner until nothing fires, each stage at most once, so that a second sweep over
the same facts changes nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lifecycle.conditions import FUNCTIONS, fact_names, function_names
from lifecycle.deciding.resting import Resting, acted_column
from lifecycle.deciding.signing import signed, worth_a_look
from lifecycle.facts import Frames, RowKind, build_matrix, build_rows
from lifecycle.plugins import PluginError
from lifecycle.rulebook import Rule, Rulebook

__all__ = ["Sweep", "Sweeper", "sweep"]

Rows = Mapping[RowKind, pl.DataFrame]
_NEEDED = (
    "partner.id",
    "stage",
    "stage_before",
    "suspended",
    "since",
    "days_in_stage",
    "visit",
    "set_from",
    "today",
    "moved_by_person",
    "touched",
    "held",
    "outcome_hash",
)


@dataclass(frozen=True)
class Sweep:
    """Every partner before and after the rules of a day.

    `matrix` has the facts before; `outcome` has partner.id, stage, suspended, visit, outcome_hash
    and `changed`, in the same order, and `still` for those whose stage a person set and rules leave
    alone; `rows` has the rows of each kind for which some rule may hold.
    """

    day: date
    matrix: pl.DataFrame
    outcome: pl.DataFrame
    rows: Mapping[RowKind, pl.DataFrame]


def sweep(rulebook: Rulebook, frames: Frames, acted: pl.DataFrame, day: date) -> Sweep:
    """Decide every partner in `frames` on `day`.

    `acted` has rule_id, partner_id and anchor: what each rule last acted on, for the partner and
    for each one merged into it. Raises ParameterTooEarly when a parameter has no value yet on that
    day.
    """
    return Sweeper(rulebook, day)(frames, acted)


class Sweeper:
    """Decides many partners at once by one rulebook on one day, as often as it is called.

    Raises ParameterTooEarly when a parameter has no value yet on that day.
    """

    def __init__(self, rulebook: Rulebook, day: date) -> None:
        self.day = day
        self._rules = rulebook.rules
        self._parameters = rulebook.on(day)
        self._resting = Resting(rulebook, self._parameters, day)
        asked = {name for rule in rulebook.rules for name in _asked(rule)}
        self._facts = {*_NEEDED, *asked} - set(rulebook.notes)
        called = {name for rule in rulebook.rules for name in function_names(rule.when)}
        self._of_plugins = sorted(called - FUNCTIONS.keys())
        self._kinds: dict[RowKind, list[Rule]] = {}
        for rule in rulebook.rules:
            if rule.for_each:
                self._kinds.setdefault(rule.for_each, []).append(rule)

    def __call__(
        self, frames: Frames, acted: pl.DataFrame, partners: pl.Series | None = None
    ) -> Sweep:
        """Decide every partner in `frames`, or only those of `partners`; `acted` as for `sweep`."""
        return self.decide(build_matrix(frames, self.day, partners), self.rows(frames), acted)

    def decide(self, matrix: pl.DataFrame, rows: Rows, acted: pl.DataFrame) -> Sweep:
        """Decide the partners whose facts `matrix` has; `rows` as `rows` gives them.

        Raises PluginError when what a plug-in's function makes of them cannot be computed.
        """
        try:
            return self._decided(matrix, rows, acted)
        except pl.exceptions.PolarsError as error:
            if not self._of_plugins:
                raise
            asked = " or ".join(f"{name}()" for name in self._of_plugins)
            what = f"{asked} of a plug-in failed in columns: {type(error).__name__}: {error}"
            raise PluginError(what, remedy="put it right, or uninstall the plug-in") from error

    def _decided(self, matrix: pl.DataFrame, rows: Rows, acted: pl.DataFrame) -> Sweep:
        state = matrix.select(name for name in matrix.columns if name in self._facts)
        state = _with_acted(state.with_row_index("place"), self._rules, acted)
        outcome = self._outcomes(self._left_alone(state, rows), rows)
        return Sweep(self.day, matrix, outcome.drop("place"), rows)

    def _left_alone(
        self, state: pl.DataFrame, rows: Mapping[RowKind, pl.DataFrame]
    ) -> pl.DataFrame:
        """Add `still`: a stage that a person has just set, or set before and nothing changed since.

        What a person decides holds until there is something new to decide on.
        """
        state = state.with_columns(pl.col("moved_by_person").alias("still"))
        held = state.filter("held", ~pl.col("still"))
        if not held.height:
            return state
        as_it_stands = self._outcomes(held.with_columns(pl.lit(True).alias("still")), rows)
        unchanged = as_it_stands.filter(~pl.col("changed"))["place"]
        same = pl.col("place").is_in(unchanged.implode())
        return state.with_columns(pl.col("still") | same)

    def _outcomes(self, state: pl.DataFrame, rows: Rows) -> pl.DataFrame:
        rests = self._resting(state)
        outcomes = [
            _outcome(signed(stage, at_rest, rows, self._rules, self._parameters))
            for stage, at_rest in rests.items()
        ]
        return pl.concat(outcomes).sort("place") if outcomes else _NOBODY

    def rows(self, frames: Frames) -> dict[RowKind, pl.DataFrame]:
        """Return the rows of each kind for which some rule may hold."""
        return {
            kind: build_rows(
                kind, frames, self.day, worth_a_look(self._kinds[kind], self._parameters)
            )
            for kind in sorted(self._kinds)
        }


def _asked(rule: Rule) -> set[str]:
    return {*fact_names(rule.when), *([rule.once_per] if rule.once_per else [])}


def _with_acted(state: pl.DataFrame, rules: Sequence[Rule], acted: pl.DataFrame) -> pl.DataFrame:
    """Put beside each partner what the moving rules with a `once_per` last acted on."""
    for rule in rules:
        if rule.then.move_to and rule.once_per:
            of_rule = acted.filter(pl.col("rule_id") == rule.id)
            last = of_rule.group_by(pl.col("partner_id").alias("partner.id")).agg(
                pl.col("anchor").alias(acted_column(rule))
            )
            state = state.join(last, on="partner.id", how="left", maintain_order="left")
    return state


def _outcome(rested: pl.DataFrame) -> pl.DataFrame:
    after = pl.col("signature").map_elements(_hash, return_dtype=pl.String)
    outcome = rested.with_columns(after.alias("after"))
    moved = pl.col("touched") | (pl.col("stage") != pl.col("stage_before"))
    changed = pl.col("after").ne_missing(pl.col("outcome_hash")) | moved
    return outcome.select(
        "place",
        "partner.id",
        "stage",
        "suspended",
        "visit",
        pl.col("after").alias("outcome_hash"),
        changed.alias("changed"),
        "still",
    )


_NOBODY = pl.DataFrame(
    schema={
        "place": pl.UInt32,
        "partner.id": pl.String,
        "stage": pl.String,
        "suspended": pl.Boolean,
        "visit": pl.Int64,
        "outcome_hash": pl.String,
        "changed": pl.Boolean,
        "still": pl.Boolean,
    }
)


def _hash(signature: str) -> str:
    return hashlib.blake2b(signature.encode(), digest_size=16).hexdigest()
