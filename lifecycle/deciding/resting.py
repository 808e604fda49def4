"""Move everybody on until nothing fires, as columns, stage by stage with its own rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lifecycle.conditions import DTYPES, Parameters, Schema, read_columns
from lifecycle.facts import STAGES
from lifecycle.rulebook import OUT_OF_POLICY, SUSPENDED, Rule, Rulebook

__all__ = ["Resting", "acted_column", "anchor_column"]

_BITS = {stage: 1 << place for place, stage in enumerate(STAGES)}


def acted_column(rule: Rule) -> str:
    """Return the column, of lists, that says what a moving rule with a `once_per` acted on."""
    return f"acted.{rule.id}"


def anchor_column(rule: Rule) -> pl.Expr:
    """Return the anchor as text, as `anchors.anchor_of` has it for one partner."""
    if rule.once_per is None:
        return pl.format("visit {}", pl.col("visit"))
    return pl.col(rule.once_per).cast(pl.String)


class Resting:
    """Suspends, resumes and moves partners by the rules of a day."""

    def __init__(self, rulebook: Rulebook, parameters: Parameters, day: date) -> None:
        self._day = day
        self._unknown = [
            pl.lit(None, dtype=DTYPES[kind.type]).alias(name)
            for name, kind in rulebook.notes.items()
        ]
        self._stages = {stage: _Stage.of(rulebook, stage, parameters) for stage in STAGES}

    def __call__(self, state: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Return where everybody comes to rest, by stage; nobody moves who is `still` or
        stands out of policy. Raises RuntimeError for a way through more stages than there are.
        """
        resting: dict[str, list[pl.DataFrame]] = {stage: [] for stage in STAGES}
        state = state.with_columns(pl.col("stage").replace_strict(_BITS).alias("visited"))
        for _ in STAGES:
            if not state.height:
                break
            state = self._step(state, resting)
        if state.height:
            raise RuntimeError(f"{state.height} partners passed through more stages than there are")
        return {stage: pl.concat(frames) for stage, frames in resting.items() if frames}

    def _step(self, state: pl.DataFrame, resting: dict[str, list[pl.DataFrame]]) -> pl.DataFrame:
        """Add to `resting` who rests where they stand, and return the others, one stage on."""
        moving = []
        for stage, here in _by_stage(state.with_columns(self._unknown)):
            decided = self._stages[stage].decide(here)
            resting[stage].append(decided.filter(pl.col("target").is_null()).drop("target"))
            moving.append(self._moved(decided.filter(pl.col("target").is_not_null())))
        return pl.concat(moving)

    def _moved(self, state: pl.DataFrame) -> pl.DataFrame:
        return state.with_columns(
            pl.col("target").alias("stage"),
            pl.lit(self._day).alias("since"),
            pl.lit(0, dtype=pl.Int64).alias("days_in_stage"),
            (pl.col("visit") + 1).alias("visit"),
            pl.lit(None, dtype=pl.String).alias("set_from"),
            (pl.col("visited") | pl.col("target").replace_strict(_BITS)).alias("visited"),
        ).drop("target")


def _by_stage(state: pl.DataFrame) -> Iterable[tuple[str, pl.DataFrame]]:
    for (stage,), here in state.partition_by("stage", as_dict=True).items():
        yield str(stage), here


@dataclass(frozen=True)
class _Stage:
    """What rules say at one stage: conclusions, stratum by stratum, and the stage to move to."""

    strata: Sequence[Sequence[pl.Expr]]
    stays: pl.Expr
    target: pl.Expr

    @classmethod
    def of(cls, rulebook: Rulebook, stage: str, parameters: Parameters) -> "_Stage":
        holds = {
            rule.id: read_columns(rule.when, parameters).fill_null(False)
            for rule in rulebook.rules
            if rule.for_each is None and rule.applies_at(stage)
        }
        strata = [
            [_conclusion(name, rules, holds, rulebook.notes) for name, rules in stratum.items()]
            for stratum in rulebook.strata
        ]
        here = [rule for rule in rulebook.rules if rule.id in holds and rule.then.move_to]
        stays = pl.col("still")
        if OUT_OF_POLICY in rulebook.notes:
            stays |= pl.col(OUT_OF_POLICY).fill_null(False)
        return cls(strata, stays, _target(here, holds))

    def decide(self, state: pl.DataFrame) -> pl.DataFrame:
        for conclusions in self.strata:
            state = state.with_columns(conclusions)
        return state.with_columns(pl.when(~self.stays).then(self.target).alias("target"))


def _conclusion(
    name: str, drawing: Sequence[Rule], holds: Mapping[str, pl.Expr], notes: Schema
) -> pl.Expr:
    """Return the column of a conclusion; the first rule that holds says its value."""
    here = [rule for rule in drawing if rule.id in holds]
    if name == SUSPENDED:
        return _suspended(here, holds).alias(name)
    kind = DTYPES[notes[name].type]
    value = pl.lit(None, dtype=kind)
    for rule in reversed(here):
        said = pl.lit((rule.then.set or {})[name], dtype=kind)
        value = pl.when(holds[rule.id]).then(said).otherwise(value)
    return value.alias(name)


def _suspended(rules: Sequence[Rule], holds: Mapping[str, pl.Expr]) -> pl.Expr:
    suspending = _any(holds[rule.id] for rule in rules if rule.then.suspend)
    resuming = _any(holds[rule.id] for rule in rules if rule.then.resume)
    return suspending | (pl.col(SUSPENDED) & ~resuming)


def _any(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal([pl.lit(False), *conditions])


def _target(moving: Sequence[Rule], holds: Mapping[str, pl.Expr]) -> pl.Expr:
    """Return the stage to which the first rule that may move a partner moves it, else null."""
    target = pl.lit(None, dtype=pl.String)
    for rule in reversed(moving):
        stage = str(rule.then.move_to)
        free = holds[rule.id] & (pl.col("visited") & _BITS[stage] == 0)
        if rule.once_per:
            anchor = anchor_column(rule)
            done = anchor.is_in(pl.col(acted_column(rule))).fill_null(False)
            free &= anchor.is_not_null() & ~done
        target = pl.when(free).then(pl.lit(stage)).otherwise(target)
    return target
