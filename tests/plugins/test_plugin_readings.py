"""What plug-ins add is read alike by all, and is gone when it is no longer in force."""

from dataclasses import replace

import polars as pl
import pytest
from expressions import FACTS, PARAMETER_TYPES, PARAMETERS, any_condition, facts
from hypothesis import given, settings
from hypothesis import strategies as st
from partners_donor_care import PLUGIN

from lifecycle.conditions import (
    DTYPES,
    FUNCTIONS,
    FactType,
    ValueType,
    functions,
    parse,
    read_columns,
    read_native,
)
from lifecycle.deciding import DurableEngine, durable_available
from lifecycle.extending import Plugin
from lifecycle.facts import fact_specs
from lifecycle.facts.axioms import axioms
from lifecycle.plugins import adding, plugins
from lifecycle.rulebook import Rule, Then

proofs = pytest.importorskip("lifecycle.conditions.proofs", reason="z3 is not installed")
terms = pytest.importorskip("lifecycle.conditions.terms")
testing = pytest.importorskip("partners.testing")
with adding([PLUGIN]):
    CONDITIONS = any_condition()
KNOWN = facts.map(lambda row: {**row, "stage": row["stage"] or "prospect"})


@settings(max_examples=200)
@given(CONDITIONS, st.lists(KNOWN, min_size=1, max_size=5))
def test_every_reading_says_the_same_of_a_plugin_s_functions(text, rows):
    with adding([PLUGIN]):
        tree, mistakes = parse(text, FACTS, PARAMETER_TYPES)
        assert not mistakes
        native = [bool(read_native(tree, PARAMETERS)(row)) for row in rows]
        assert _by_columns(tree, rows) == native
        assert _by_proofs(tree, rows) == native
        if durable_available():
            assert _by_durable(tree, rows) == native


def _by_columns(tree, rows):
    schema = {name: DTYPES[kind.type] for name, kind in FACTS.items()}
    holds = read_columns(tree, PARAMETERS).fill_null(False)
    return pl.DataFrame(rows, schema=schema).with_columns(holds=holds)["holds"].to_list()


def _by_proofs(tree, rows):
    import z3

    found = []
    for row in rows:
        known = {name: terms.constant(row[name], kind) for name, kind in FACTS.items()}
        formula = terms.holds(proofs.read_proofs(tree, known, PARAMETERS))
        found.append(z3.is_true(z3.simplify(formula)))
    return found


def _by_durable(tree, rows):
    rule = Rule("AA01", "a.rule", None, ("S",), "because", "", tree, Then(flag="seen"))
    engine = DurableEngine([rule], PARAMETERS)
    return [bool(engine.holding(row)) for row in rows]


def test_a_plugin_is_there_while_it_is_in_force_and_no_longer(plugin):
    before, true_before = fact_specs(), len(axioms())
    with adding([plugin]):
        assert {"donor_care.year_usd", "donor_care.largest_usd"} <= set(fact_specs())
        assert "donor_care.quarter" in functions()
        assert len(axioms()) == true_before + len(plugin.axioms)
    assert fact_specs() is before
    assert set(functions()) == set(FUNCTIONS)
    assert (plugins(), len(axioms())) == ((), true_before)


def test_a_function_is_called_by_its_full_name_and_ours_stay_what_they_are(plugin):
    extra = Plugin(name="extra", functions={"year": FUNCTIONS["month"]})
    schema = {"day": FactType(ValueType.DATE)}
    with adding([plugin, extra]):
        tree, _ = parse("year(day) == 2026 and extra.year(day) == 6", schema, {})
        assert tree is not None
        _, (mistake,) = parse("quarter(day) == 1", schema, {})
        assert "donor_care.quarter" in mistake.remedy
        _, (mistake,) = parse("donor_care.quarter(1) == 1", schema, {})
        assert (mistake.what, mistake.remedy) == (
            "donor_care.quarter() is called wrongly",
            "it takes a date",
        )
    _, mistakes = parse("donor_care.quarter(day) == donor_care.year_usd", schema, {})
    assert "donor_care.quarter() is not part of the rule language" in mistakes[0].what
    _, (mistake,) = parse("donor_care.year_usd > 1", schema, {})
    assert "is a plug-in not installed?" in mistake.remedy


WRONG = {
    "native": lambda text, end: text.endswith(end) and text != "ab",
    "columns": lambda text, end: text.str.starts_with(end),
    "proofs": lambda text, end: text == end,
}


@pytest.mark.parametrize("reading", WRONG)
def test_a_reading_that_says_something_else_is_told_with_the_call(plugin, reading):
    assert testing.disagreements(plugin) == []
    wrong = replace(plugin.functions["ends_with"], **{reading: WRONG[reading]})
    found = testing.disagreements(replace(plugin, functions={"ends_with": wrong}))
    blamed = "proofs" if reading == "proofs" else "columns"
    assert any(told.startswith("donor_care.ends_with('ab', ") for told in found)
    assert all(f"{blamed} say" in told for told in found)


def test_a_value_that_no_value_of_its_type_is_is_told(plugin):
    wrong = replace(plugin.functions["quarter"], native=lambda day: day.month / 3)
    (told, *_) = testing.disagreements(replace(plugin, functions={"quarter": wrong}))
    assert "which is no whole number up to 2^53" in told


def test_an_axiom_that_some_partner_breaks_is_told_with_the_partner(plugin):
    assert testing.broken_axioms(plugin) == []
    untrue = {"donor_care.countries == gift.count": "each gift is for another country"}
    (told,) = testing.broken_axioms(replace(plugin, axioms=untrue))
    assert "donor_care.countries == gift.count" in told
    assert "'gift.count'" in told
