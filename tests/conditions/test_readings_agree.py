"""One meaning: whatever the condition and whatever is missing, all readings say the same."""

import polars as pl
import pytest
from expressions import FACTS, PARAMETER_TYPES, PARAMETERS, conditions, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.conditions import DTYPES, parse, read_columns, read_native
from lifecycle.deciding import DurableEngine, NativeEngine, durable_available
from lifecycle.rulebook import Rule, Then


def _tree(text):
    tree, mistakes = parse(text, FACTS, PARAMETER_TYPES)
    assert not mistakes, (text, [str(mistake) for mistake in mistakes])
    return tree


def _frame(rows):
    return pl.DataFrame(
        rows, schema={name: DTYPES[kind.type] for name, kind in FACTS.items()}, strict=True
    )


@settings(max_examples=300)
@given(conditions, st.lists(facts, min_size=1, max_size=10))
def test_columns_say_what_native_says(text, rows):
    tree = _tree(text)
    native = read_native(tree, PARAMETERS)
    expected = [bool(native(row)) for row in rows]
    column = read_columns(tree, PARAMETERS).fill_null(False)
    assert _frame(rows).with_columns(holds=column)["holds"].to_list() == expected


@pytest.mark.skipif(not durable_available(), reason="durable_rules is not installed")
@settings(max_examples=100)
@given(st.lists(conditions, min_size=1, max_size=5), st.lists(facts, min_size=1, max_size=10))
def test_durable_says_what_native_says(texts, rows):
    rules = [
        Rule(
            id=f"AA{number:02}",
            name="a.rule",
            stage=stage,
            cite=("S",),
            because="because",
            text=text,
            when=_tree(text),
            then=Then(flag="seen"),
        )
        for number, (text, stage) in enumerate(zip(texts, ["active", None] * 3, strict=False))
    ]
    durable, native = DurableEngine(rules, PARAMETERS), NativeEngine(rules, PARAMETERS)
    for row in rows:
        known = {**row, "stage": row["stage"] or "prospect"}
        assert durable.holding(known) == native.holding(known)


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("gift.count > 0", {}, False),
        ("gift.count != 5", {}, False),
        ("not (gift.count > 5)", {}, True),
        ("gift.count not in [1, 2]", {}, True),
        ("not flag.one", {}, True),
        ("gift.count * gift.total > 0", {"gift.count": 2**53, "gift.total": 2**53}, False),
        ("gift.count * gift.total is None", {"gift.count": 2**53, "gift.total": 2**53}, True),
        ("1 < gift.count < 3", {"gift.count": 2}, True),
        ("gift.count > param('limit.by', partner.audience)", {"gift.count": 9}, False),
    ],
)
def test_what_is_missing_makes_comparisons_false(text, values, holds):
    row = dict.fromkeys(FACTS) | values
    tree = _tree(text)
    assert bool(read_native(tree, PARAMETERS)(row)) is holds
    column = read_columns(tree, PARAMETERS).fill_null(False)
    assert _frame([row]).with_columns(holds=column)["holds"].to_list() == [holds]


@pytest.mark.skipif(not durable_available(), reason="durable_rules is not installed")
def test_durable_forgets_one_partner_before_the_next():
    rule = Rule("AA01", "a.rule", None, ("S",), "b", "", _tree("gift.count > 5"), Then(flag="f"))
    engine = DurableEngine([rule], PARAMETERS)
    rich, poor = {"stage": "active", "gift.count": 6}, {"stage": "active", "gift.count": None}
    found = [engine.holding(facts) for facts in [rich, poor, rich, rich, poor] * 400]
    assert found == [{"AA01"}, set(), {"AA01"}, {"AA01"}, set()] * 400
