"""The prover's formulas, evaluated on the same facts, say what native says."""

from datetime import date

import pytest
from expressions import FACTS, PARAMETER_TYPES, PARAMETERS, conditions, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.conditions import FactType, ParameterType, ValueType, parse, read_native

z3 = pytest.importorskip("z3", reason="z3 is not installed")
proofs = pytest.importorskip("lifecycle.conditions.proofs")
terms = pytest.importorskip("lifecycle.conditions.terms")

TEXT, DAY = FactType(ValueType.TEXT), FactType(ValueType.DATE)


def _evaluated(formula, symbols, row, schema):
    """Return the formula's value where the facts are what the row says."""
    known = {name: terms.constant(row[name], kind) for name, kind in schema.items()}
    pairs = [(symbols[name].value, each.value) for name, each in known.items()]
    pairs += [(symbols[name].known, each.known) for name, each in known.items()]
    return z3.simplify(z3.substitute(formula, *pairs))


def _symbols(schema):
    return {name: terms.symbol(name, kind) for name, kind in schema.items()}


@settings(max_examples=300)
@given(conditions, st.lists(facts, min_size=1, max_size=5))
def test_proofs_say_what_native_says(text, rows):
    tree, mistakes = parse(text, FACTS, PARAMETER_TYPES)
    assert not mistakes
    symbols, native = _symbols(FACTS), read_native(tree, PARAMETERS)
    formula = terms.holds(proofs.read_proofs(tree, symbols, PARAMETERS))
    for row in rows:
        found = _evaluated(formula, symbols, row, FACTS)
        assert z3.is_true(found) or z3.is_false(found), found
        assert z3.is_true(found) is bool(native(row))


@given(st.dates())
def test_days_are_taken_apart_as_the_calendar_does(day):
    for at in (day, date.min, date.max, date(1900, 2, 28), date(2000, 2, 29), date(2100, 3, 1)):
        text = f"year(d) == {at.year} and month(d) == {at.month} and day(d) == {at.day}"
        tree, _ = parse(text, {"d": DAY}, {})
        formula = terms.holds(proofs.read_proofs(tree, {"d": terms.constant(at, DAY)}, {}))
        assert z3.is_true(z3.simplify(formula))


@given(st.text())
def test_any_text_comes_back_from_a_model_as_it_went_in(text):
    term = terms.symbol("t", TEXT)
    solver = z3.Solver()
    solver.add(term.known, terms.equal(term, terms.constant(text, TEXT)))
    assert solver.check() == z3.sat
    assert terms.value_in(solver.model(), term, TEXT) == text


def test_an_enumerated_text_may_be_compared_with_any_other_text():
    kinds = {
        "a": FactType(ValueType.TEXT, ("x", "y")),
        "b": FactType(ValueType.TEXT, ("y", "z")),
        "c": TEXT,
    }
    texts = {"which": {"x": "y", "y": "none"}}
    for text in ("a == b", "a == c", "a != b", 'param("which", a) == b', 'contains(a, "y")'):
        tree, mistakes = parse(text, kinds, {"which": ParameterType(ValueType.TEXT, True)})
        assert not mistakes
        symbols = _symbols(kinds)
        formula = terms.holds(proofs.read_proofs(tree, symbols, texts))
        for a in ("x", "y", None):
            for b in ("y", "z", None):
                for c in ("x", "y", "z", None):
                    row = {"a": a, "b": b, "c": c}
                    said = z3.is_true(_evaluated(formula, symbols, row, kinds))
                    assert said is bool(read_native(tree, texts)(row)), (text, row)
