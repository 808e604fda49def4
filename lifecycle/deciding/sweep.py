"""Decide everybody at once, as columns, and find whose outcome has changed.

A sweep moves a partner until nothing fires, each stage at most once, so that a second sweep over
the same facts changes nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lifecycle.conditions import DTYPES, Parameters, Schema, read_columns
from lifecycle.facts import STAGES, Frames, RowKind, build_matrix, build_rows
from lifecycle.rulebook import SUSPENDED, Rule, Rulebook

__all__ = ["Sweep", "sweep"]


@dataclass(frozen=True)
class Sweep:
    """Every partner before and after the rules of a day.

    `matrix` has the facts before; `outcome` has partner.id, stage, suspended, visit, outcome_hash
    and `changed`, in the same order; `rows` has the rows of each kind that a rule looks at.
    """

    day: date
    matrix: pl.DataFrame
    outcome: pl.DataFrame
    rows: Mapping[RowKind, pl.DataFrame]


def sweep(rulebook: Rulebook, frames: Frames, acted: pl.DataFrame, day: date) -> Sweep:
    """Decide every partner in `frames` on `day`.

    `acted` has rule_id, partner_id and anchor: what each rule last acted on. Raises
    ParameterTooEarly when a parameter has no value yet on that day.
    """
    parameters = rulebook.on(day)
    matrix = build_matrix(frames, day)
    kinds = {rule.for_each for rule in rulebook.rules if rule.for_each}
    rows = {kind: build_rows(kind, frames, day) for kind in sorted(kinds)}
    state = _come_to_rest(_with_acted(matrix, rulebook.rules, acted), rulebook, parameters, day)
    signed = _signatures(state, rows, rulebook.rules, parameters)
    outcome = signed.select(
        "partner.id",
        "stage",
        "suspended",
        "visit",
        pl.col("signature").map_elements(_hash, return_dtype=pl.String).alias("after"),
        pl.col("outcome_hash").alias("before"),
        (pl.col("moved_by_person") | (pl.col("stage") != pl.col("stage_before"))).alias("moved"),
    )
    changed = pl.col("after").ne_missing(pl.col("before")) | pl.col("moved")
    outcome = outcome.with_columns(changed.alias("changed"))
    return Sweep(
        day, matrix, outcome.rename({"after": "outcome_hash"}).drop("before", "moved"), rows
    )


def _with_acted(matrix: pl.DataFrame, rules: Sequence[Rule], acted: pl.DataFrame) -> pl.DataFrame:
    """Put beside each partner what the moving rules with a `once_per` last acted on."""
    for rule in rules:
        if rule.then.move_to and rule.once_per:
            last = acted.filter(pl.col("rule_id") == rule.id).select(
                pl.col("partner_id").alias("partner.id"), pl.col("anchor").alias(f"acted.{rule.id}")
            )
            matrix = matrix.join(last, on="partner.id", how="left", maintain_order="left")
    return matrix


def _come_to_rest(
    state: pl.DataFrame, rulebook: Rulebook, parameters: Parameters, day: date
) -> pl.DataFrame:
    """Suspend, resume and move everybody until nothing fires."""
    rules = [rule for rule in rulebook.rules if rule.for_each is None]
    moving = [rule for rule in rules if rule.then.move_to]
    visited = {stage: f"visited.{stage}" for stage in STAGES}
    state = state.with_columns(
        (pl.col("stage") == stage).alias(column) for stage, column in visited.items()
    )
    unknown = [
        pl.lit(None, dtype=DTYPES[kind.type]).alias(name) for name, kind in rulebook.notes.items()
    ]
    strata = [
        [_conclusion(name, rules, parameters, rulebook.notes) for name, rules in stratum.items()]
        for stratum in rulebook.strata
    ]
    target = _target(moving, parameters)
    resting: list[pl.DataFrame] = []
    while state.height:
        state = state.with_columns(unknown)
        for conclusions in strata:
            state = state.with_columns(conclusions)
        state = state.with_columns(target.alias("target"))
        resting.append(state.filter(pl.col("target").is_null()).drop("target"))
        state = _moved(state.filter(pl.col("target").is_not_null()), day)
    return pl.concat(resting).sort("partner.id")


def _conclusion(
    name: str, drawing: Sequence[Rule], parameters: Parameters, notes: Schema
) -> pl.Expr:
    """Return the column of a conclusion; the first rule that holds says its value."""
    if name == SUSPENDED:
        return _suspended(drawing, parameters).alias(name)
    kind = DTYPES[notes[name].type]
    value = pl.lit(None, dtype=kind)
    for rule in reversed(drawing):
        said = pl.lit((rule.then.set or {})[name], dtype=kind)
        value = pl.when(_holds(rule, parameters)).then(said).otherwise(value)
    return value.alias(name)


def _suspended(rules: Sequence[Rule], parameters: Parameters) -> pl.Expr:
    suspending = _any(_holds(rule, parameters) for rule in rules if rule.then.suspend)
    resuming = _any(_holds(rule, parameters) for rule in rules if rule.then.resume)
    return suspending | (pl.col("suspended") & ~resuming)


def _any(conditions: Iterable[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal([pl.lit(False), *conditions])


def _holds(rule: Rule, parameters: Parameters) -> pl.Expr:
    condition = read_columns(rule.when, parameters).fill_null(False)
    return condition if rule.stage is None else (pl.col("stage") == rule.stage) & condition


def _target(moving: Sequence[Rule], parameters: Parameters) -> pl.Expr:
    """Return the stage to which the first rule that may move a partner moves it, else null."""
    target = pl.lit(None, dtype=pl.String)
    for rule in reversed(moving):
        stage = str(rule.then.move_to)
        free = _holds(rule, parameters) & ~pl.col(f"visited.{stage}")
        if rule.once_per:
            anchor = _anchor(rule)
            free &= anchor.is_not_null() & anchor.ne_missing(pl.col(f"acted.{rule.id}"))
        target = pl.when(free).then(pl.lit(stage)).otherwise(target)
    return target


def _anchor(rule: Rule) -> pl.Expr:
    """Return the anchor as text, as `anchors.anchor_of` has it for one partner."""
    if rule.once_per is None:
        return pl.format("visit {}", pl.col("visit"))
    return pl.col(rule.once_per).cast(pl.String)


def _moved(state: pl.DataFrame, day: date) -> pl.DataFrame:
    arrived = [
        (pl.col(f"visited.{stage}") | (pl.col("target") == stage)).alias(f"visited.{stage}")
        for stage in STAGES
    ]
    return state.with_columns(
        pl.col("target").alias("stage"),
        pl.lit(day).alias("since"),
        pl.lit(0, dtype=pl.Int64).alias("days_in_stage"),
        (pl.col("visit") + 1).alias("visit"),
        *arrived,
    ).drop("target")


def _signatures(
    state: pl.DataFrame,
    rows: Mapping[RowKind, pl.DataFrame],
    rules: Sequence[Rule],
    parameters: Parameters,
) -> pl.DataFrame:
    """Put beside each partner a text that differs when its outcome does.

    It says where the partner rests, which rules hold there and on which anchor, and which
    conditions of the rules that would move it on hold, as that is what staff see as missing.
    """
    of_partner = [rule for rule in rules if rule.for_each is None]
    parts = [pl.col("stage"), pl.col("suspended").cast(pl.String)]
    parts += [
        _spoken(rule, parameters, _anchor(rule)) for rule in of_partner if not rule.then.move_to
    ]
    parts += [_conditions(rule, parameters) for rule in of_partner if rule.then.move_to]
    for kind, frame in rows.items():
        spoken = _spoken_of_rows(state, frame, [r for r in rules if r.for_each == kind], parameters)
        state = state.join(spoken, on="partner.id", how="left", maintain_order="left")
        state = state.rename({"spoken": f"spoken.{kind}"})
        parts.append(pl.col(f"spoken.{kind}").fill_null(""))
    return state.with_columns(pl.concat_str(parts, separator="\n").alias("signature"))


def _spoken(rule: Rule, parameters: Parameters, anchor: pl.Expr) -> pl.Expr:
    said = pl.format(f"{rule.id} {{}}", anchor.fill_null("-"))
    return pl.when(_holds(rule, parameters)).then(said).otherwise(pl.lit(""))


def _conditions(rule: Rule, parameters: Parameters) -> pl.Expr:
    here = pl.lit(True) if rule.stage is None else pl.col("stage") == rule.stage
    each = [
        read_columns(node, parameters).fill_null(False).cast(pl.Int8).cast(pl.String)
        for node in rule.conditions
    ]
    return pl.when(here).then(pl.concat_str(each)).otherwise(pl.lit(""))


def _spoken_of_rows(
    state: pl.DataFrame, rows: pl.DataFrame, rules: Sequence[Rule], parameters: Parameters
) -> pl.DataFrame:
    beside = rows.join(state, on="partner.id", how="inner").sort("row.id")
    each = [
        _spoken(
            rule, parameters, pl.format("{} {}", pl.col("row.id"), _anchor(rule).fill_null("-"))
        )
        for rule in rules
    ]
    said = beside.select("partner.id", pl.concat_str(each, separator=" ").alias("spoken"))
    said = said.filter(pl.col("spoken").str.strip_chars() != "")
    return said.group_by("partner.id", maintain_order=True).agg(pl.col("spoken").str.join("\n"))


def _hash(signature: str) -> str:
    return hashlib.blake2b(signature.encode(), digest_size=16).hexdigest()
