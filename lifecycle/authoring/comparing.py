"""Two rulebooks over the same partners: who would be decided differently, by rule and audience."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lifecycle.authoring.acting import changed_actions
from lifecycle.conditions import DTYPES, Parameters, fact_names, read_columns
from lifecycle.deciding import Sweep, Sweeper
from lifecycle.facts import Frames, build_matrix
from lifecycle.rulebook import SUSPENDED, Rule, Rulebook

__all__ = ["Compared", "Comparing", "Difference", "Differences", "compare"]

_EXAMPLES = 3


@dataclass(frozen=True)
class Difference:
    """Partners of one audience who differ in one way: how they are decided before and after.

    `about` is a stage, a suspension or a rule that holds, or does something else where it holds as
    before; `examples` are (id, name).
    """

    about: str
    audience: str
    before: str
    after: str
    partners: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Differences:
    """What a change of rules would do: of how many partners, how many, and in which ways."""

    partners: int
    different: int
    stages: tuple[Difference, ...]
    suspensions: tuple[Difference, ...]
    rules: tuple[Difference, ...]
    actions: tuple[Difference, ...] = ()


class Comparing:
    """Decides partners by two rulebooks on one day, some at a time, and finds where they differ.

    `acted` is what each rulebook's rules last acted on, as for `sweep`. A renamed rule is one rule.
    Raises ParameterTooEarly.
    """

    def __init__(
        self, old: Rulebook, new: Rulebook, acted: tuple[pl.DataFrame, pl.DataFrame], day: date
    ) -> None:
        self._books, self._acted = (old, new), acted
        self._sweepers = Sweeper(old, day), Sweeper(new, day)
        self._names = {rule.id: new.renamed.get(rule.id, rule.id) for rule in old.rules}
        self._ids = sorted({*self._names.values(), *new.by_id})
        self._changed = changed_actions(old, new, self._names)

    def __call__(self, frames: Frames, partners: pl.Series | None = None) -> "Compared":
        """Compare everybody in `frames`, or only those of `partners`."""
        swept = self._swept(frames, partners)
        before, after = map(_decided, self._books, swept)
        before = _filled(before.rename(self._names), self._ids)
        both = before.join(_filled(after, self._ids), on="partner.id", suffix=".new")
        columns = (*_OUTCOME, *self._ids)
        differ = [pl.col(name) != pl.col(f"{name}.new") for name in columns]
        differ += [_in_both(name) for name in self._changed]
        return Compared(both.height, both.filter(pl.any_horizontal(differ)))

    def _swept(self, frames: Frames, partners: pl.Series | None) -> tuple[Sweep, Sweep]:
        old, new = self._sweepers
        matrix = build_matrix(frames, old.day, partners)
        first, second = self._acted
        return (
            old.decide(matrix, old.rows(frames), first),
            new.decide(matrix, new.rows(frames), second),
        )

    def sum_up(self, parts: Iterable["Compared"]) -> Differences:
        """Return the differences of all parts together."""
        told = list(parts)
        if not told:
            return Differences(0, 0, (), (), ())
        some = pl.concat([part.different for part in told])
        return Differences(
            partners=sum(part.partners for part in told),
            different=some.height,
            stages=tuple(_differences(some, "stage", "stage")),
            suspensions=tuple(_differences(some, SUSPENDED, SUSPENDED)),
            rules=tuple(each for name in self._ids for each in _differences(some, name, name)),
            actions=tuple(self._actions(some)),
        )

    def _actions(self, some: pl.DataFrame) -> Iterator[Difference]:
        for name, (before, after) in sorted(self._changed.items()):
            holding = some.filter(_in_both(name))
            yield from _grouped(holding, name, pl.lit(before), pl.lit(after))


@dataclass(frozen=True)
class Compared:
    """Some partners: how many, and those who differ, with both decisions beside each other."""

    partners: int
    different: pl.DataFrame


def compare(
    old: Rulebook,
    new: Rulebook,
    frames: Frames,
    acted: tuple[pl.DataFrame, pl.DataFrame],
    day: date,
) -> Differences:
    """Decide every partner in `frames` by both rulebooks and return where they differ."""
    comparing = Comparing(old, new, acted, day)
    return comparing.sum_up([comparing(frames)])


_ABOUT = ("partner.id", "partner.name", "partner.audience")
_OUTCOME = ("stage", SUSPENDED)
_WORDS = {"true": "yes", "false": "no"}


def _filled(frame: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """Return the frame with all rules; one that a rulebook has not holds for nobody."""
    absent = [pl.lit(False).alias(name) for name in ids if name not in frame.columns]
    return frame.with_columns(absent).select(*_ABOUT, *_OUTCOME, *ids)


def _differences(frame: pl.DataFrame, column: str, about: str) -> Iterator[Difference]:
    old, new = pl.col(column).cast(pl.String), pl.col(f"{column}.new").cast(pl.String)
    differ = frame.filter(old != new)
    yield from _grouped(differ, about, old.replace(_WORDS), new.replace(_WORDS))


def _in_both(rule: str) -> pl.Expr:
    return pl.col(rule) & pl.col(f"{rule}.new")


def _grouped(
    differ: pl.DataFrame, about: str, before: pl.Expr, after: pl.Expr
) -> Iterator[Difference]:
    grouped = (
        differ.select(
            pl.col("partner.audience").fill_null("unknown").alias("audience"),
            before.alias("before"),
            after.alias("after"),
            "partner.id",
            pl.col("partner.name").fill_null(""),
        )
        .sort("partner.id")
        .group_by("audience", "before", "after")
        .agg(pl.len(), pl.col("partner.id", "partner.name").head(_EXAMPLES))
        .sort("len", "audience", "before", "after", descending=[True, False, False, False])
    )
    for audience, was, is_now, count, ids, names in grouped.iter_rows():
        examples = tuple(zip(ids, names, strict=True))
        yield Difference(about, audience, was, is_now, count, examples)


def _decided(rulebook: Rulebook, swept: Sweep) -> pl.DataFrame:
    """Return where everybody rests, and for each rule whether it holds.

    Rules that move, suspend or resume are looked at where a partner stood, the others where it
    came to rest.
    """
    parameters = rulebook.on(swept.day)
    start = _with_notes(swept.matrix, rulebook, parameters)
    rest = _with_notes(_at_rest(swept), rulebook, parameters)
    of_partner = [rule for rule in rulebook.rules if rule.for_each is None]
    first = [rule for rule in of_partner if _changes(rule)]
    then = [rule for rule in of_partner if not _changes(rule)]
    found = rest.select(*_ABOUT, *_OUTCOME, *(_holds(rule, parameters) for rule in then))
    found = found.hstack(start.select(_holds(rule, parameters) for rule in first))
    for kind, rows in swept.rows.items():
        asking = [rule for rule in rulebook.rules if rule.for_each == kind]
        found = _beside(found, _of_rows(rest, rows, asking, parameters), asking)
    return found


def _changes(rule: Rule) -> bool:
    return bool(rule.then.move_to or rule.then.suspend or rule.then.resume)


def _at_rest(swept: Sweep) -> pl.DataFrame:
    rests = swept.outcome.select(
        "partner.id", pl.col("stage", SUSPENDED, "visit").name.suffix(".rest")
    )
    both = swept.matrix.join(rests, on="partner.id", maintain_order="left")
    moved = pl.col("stage") != pl.col("stage.rest")
    return both.with_columns(
        pl.col("stage.rest").alias("stage"),
        pl.col(f"{SUSPENDED}.rest").alias(SUSPENDED),
        pl.col("visit.rest").alias("visit"),
        pl.when(moved).then(pl.lit(swept.day)).otherwise("since").alias("since"),
        pl.when(moved).then(0).otherwise("days_in_stage").alias("days_in_stage"),
    )


def _with_notes(state: pl.DataFrame, rulebook: Rulebook, parameters: Parameters) -> pl.DataFrame:
    """Put the conclusions beside the facts, as the rules draw them where each partner stands."""
    unknown = [pl.lit(None, DTYPES[kind.type]).alias(n) for n, kind in rulebook.notes.items()]
    state = state.with_columns(unknown)
    for stratum in rulebook.strata:
        drawn = [
            pl.coalesce(
                pl.when(_holds(rule, parameters)).then(
                    pl.lit((rule.then.set or {})[name], DTYPES[rulebook.notes[name].type])
                )
                for rule in rules
            ).alias(name)
            for name, rules in stratum.items()
            if name != SUSPENDED
        ]
        state = state.with_columns(drawn)
    return state


def _holds(rule: Rule, parameters: Parameters) -> pl.Expr:
    here = pl.lit(True) if rule.stage is None else pl.col("stage") == rule.stage
    return (here & read_columns(rule.when, parameters).fill_null(False)).alias(rule.id)


def _of_rows(
    rest: pl.DataFrame, rows: pl.DataFrame, rules: Sequence[Rule], parameters: Parameters
) -> pl.DataFrame:
    """Return for each partner with rows whether each rule holds for any of them."""
    asked = {"partner.id", "stage"}.union(*(fact_names(rule.when) for rule in rules))
    beside = rows.join(
        rest.select(asked & {*rest.columns} - {*rows.columns} | {"partner.id"}), on="partner.id"
    )
    holding = beside.select("partner.id", *(_holds(rule, parameters) for rule in rules))
    return holding.group_by("partner.id").agg(pl.all().any())


def _beside(found: pl.DataFrame, rows: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    joined = found.join(rows, on="partner.id", how="left", maintain_order="left")
    return joined.with_columns(pl.col(rule.id).fill_null(False) for rule in rules)
