"""Whole random rulebooks on random partners: all readings come to the same end.

RULEBOOK_PAIRS says how many (rulebook, partner) pairs are tried; `make fuzz` tries a million.
"""

import os
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from itertools import count

import polars as pl
import pytest
from population import TODAY, random_rows
from random_rules import PARAMETERS, random_rules

from lifecycle.deciding import (
    Decider,
    DurableEngine,
    NativeEngine,
    cases,
    durable_available,
    sweep,
)
from lifecycle.plugins import adding
from lifecycle.rulebook import RulebookError, load_rulebook

PAIRS = int(os.environ.get("RULEBOOK_PAIRS", "20000"))
PARTNERS = 125 if PAIRS <= 100_000 else 1000
IN_FORMULAS = 5
"""Partners of each population on whom the prover's formulas are evaluated: they are slower."""
POPULATIONS = 6
LATER = TODAY + timedelta(days=40)
NOTHING_ACTED = pl.DataFrame(
    schema={"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}
)


def _rulebook(folder, seed):
    """Return a rulebook, or None where its conclusions go in a circle."""
    files = random_rules(seed)
    for file in folder.glob("*.yaml"):
        file.unlink()
    (folder / "clauses.yaml").write_text("C1: {gist: A clause., document: D}\n")
    for stage, rules in files.items():
        (folder / f"{stage}.yaml").write_text(f"stage: {stage}\nrules:\n{rules}", "utf-8")
    try:
        return load_rulebook(folder)
    except RulebookError as error:
        assert all("go in a circle" in problem.what for problem in error.problems), str(error)
        return None


def _standings(decided):
    return [
        {
            "partner_id": each.partner_id,
            "stage": each.stage,
            "since": each.since,
            "visit": each.visit,
            "suspended": each.suspended,
            "set_from": each.facts["set_from"],
            "crm_stage_seen": each.facts["partner.crm_stage"],
        }
        for each in decided
    ]


def _acted(decided):
    rows = [
        (firing.rule_id, each.partner_id, firing.anchor)
        for each in decided
        for firing in each.firings
        if firing.subject == each.partner_id
    ]
    return pl.DataFrame(rows, schema=NOTHING_ACTED.schema, orient="row")


def _decided(rulebook, frames, acted, day):
    """Decide everybody natively, live and in a sweep; return what all of them say."""
    seen = sweep(rulebook, frames, acted, day)
    several = list(cases(seen, acted, everybody=True))
    native = _all(rulebook, day, NativeEngine, several)
    rests = [(each.partner_id, each.stage, each.suspended) for each in native]
    assert seen.outcome.select("partner.id", "stage", "suspended").rows() == rests
    if durable_available():
        assert _all(rulebook, day, DurableEngine, several) == native
    if acted.height and find_spec("z3"):
        # The formulas speak of what rules do; what a person has just set, they leave alone.
        free = [case for case in several if not case.still]
        _formulas_agree(rulebook, day, free[:: max(1, len(free) // IN_FORMULAS)])
    return native


def _all(rulebook, day, engine, several):
    decider = Decider(rulebook, day, engine(rulebook.rules, rulebook.on(day)))
    return [decider.decide(each) for each in several]


def _formulas_agree(rulebook, day, several):
    from formulas import Formulas

    said = Formulas(rulebook, day)
    few = [said.few_rows(each) for each in several]
    for case, decision in zip(few, _all(rulebook, day, NativeEngine, few), strict=True):
        assert said.differ(case, decision) == []


@contextmanager
def _naming(seed):
    try:
        yield
    except AssertionError as error:
        rules = "\n".join(f"{stage}:\n{text}" for stage, text in random_rules(seed).items())
        error.add_note(f"the rulebook of seed {seed}:\n{rules}")
        raise


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("rules")
    (made / "parameters").mkdir()
    for name, text in PARAMETERS.items():
        said = f"meaning: A parameter\ncite: [C1]\n{text}\n"
        (made / "parameters" / f"{name}.yaml").write_text(said)
    return made


@pytest.mark.slow
@pytest.mark.fuzz
def test_every_reading_of_a_random_rulebook_decides_alike(frames, folder):
    _try(frames, folder, PAIRS)


@pytest.mark.slow
@pytest.mark.fuzz
def test_a_plugin_s_facts_and_functions_are_read_alike_too(frames, folder, plugin):
    with adding([plugin]):
        _try(frames, folder, PAIRS // 5)


def _try(frames, folder, pairs):
    populations = [random_rows(seed, PARTNERS) for seed in range(POPULATIONS)]
    tried = moved = 0
    for seed in count():
        rulebook = _rulebook(folder, seed)
        if rulebook is None:
            continue
        before, after = (populations[(seed + more) % POPULATIONS] for more in (0, 1))
        with _naming(seed):
            first = _decided(rulebook, frames(**before), NOTHING_ACTED, TODAY)
            again = frames(**after, standing=_standings(first))
            second = _decided(rulebook, again, _acted(first), LATER)
        tried += len(first) + len(second)
        moved += sum(bool(each.moves) for each in (*first, *second))
        if tried >= pairs:
            break
    assert moved > tried / 10
