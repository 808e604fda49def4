"""What is called impossible never happens; contradictions that people write are found."""

import time
from itertools import combinations

import pytest
from expressions import FACTS, PARAMETER_TYPES, PARAMETERS, conditions, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle.authoring.possible import implies, possible
from lifecycle.conditions import parse, read_native
from lifecycle.facts import fact_schema


def _tree(text, schema=None):
    tree, mistakes = parse(text, schema or fact_schema(), PARAMETER_TYPES)
    assert not mistakes, [str(mistake) for mistake in mistakes]
    return tree


def _as_facts_are(row):
    """Put a row right: a stage and a count are never missing, and what has a total is counted."""
    count = abs(row["gift.count"] or 0) + (row["gift.total"] is not None)
    return {**row, "stage": row["stage"] or "prospect", "gift.count": count}


rows_of_facts = st.lists(facts.map(_as_facts_are), min_size=1, max_size=8)


@settings(max_examples=400)
@given(conditions, rows_of_facts)
def test_the_impossible_never_happens(text, rows):
    tree = _tree(text, FACTS)
    holds = read_native(tree, PARAMETERS)
    some = {name: value for name, value in PARAMETERS.items() if not isinstance(value, dict)}
    if any(holds(row) for row in rows):
        assert possible([tree])
        assert possible([tree], some)


@settings(max_examples=300)
@given(conditions, conditions, rows_of_facts)
def test_what_is_implied_always_holds(narrow, wide, rows):
    first, second = _tree(narrow, FACTS), _tree(wide, FACTS)
    here, there = read_native(first, PARAMETERS), read_native(second, PARAMETERS)
    if implies([first], second):
        assert all(there(row) for row in rows if here(row))
    assert implies([first], first)


@pytest.mark.parametrize(
    "text",
    [
        'partner.audience == "public" and partner.audience == "hnwi"',
        'partner.name == "a" and partner.name != "a"',
        "gift.count > 5 and gift.count < 6",
        "gift.count < 0",
        "gift.count > 2 and gift.count <= 3 and gift.count != 3",
        "gift.last_date < touch.last_date and touch.last_date < gift.last_date",
        "gift.last_date < today - 5 and gift.last_date > today - 3",
        'agreement.count == 0 and agreement.status == "signed"',
        "gift.last_date is None and gift.days_since_last > 3",
        "agreement.exclusive and not agreement.exclusive",
        "not (gift.count > 5 or gift.count <= 5)",
        "stage is None",
        "gift.count > 9007199254740992 + 1",
        "gift.total_usd < -9007199254740992",
        "9007199254740992 < gift.count",
        "diligence.assessed_by == diligence.approved_by"
        " and diligence.assessed_by != diligence.approved_by",
        '(gift.count > 1 or partner.audience == "hnwi") and gift.count == 1'
        ' and partner.audience == "public"',
    ],
)
def test_contradictions_are_found(text):
    assert not possible([_tree(text)])


@pytest.mark.parametrize(
    "text",
    [
        "not (gift.days_since_last > 5) and not (gift.days_since_last <= 5)",
        'partner.audience not in ["corporation", "foundation", "hnwi", "public"]',
        "gift.count * gift.count == 2",
        "agreement.status is None or agreement.days_left > 0",
        "gift.count >= 9007199254740992",
        "not (gift.days_since_last > 9007199254740992)",
    ],
)
def test_what_may_be_is_possible(text):
    assert possible([_tree(text)])


def test_a_parameter_for_another_audience_is_not_counted_with_the_partners_own():
    tree = _tree("gift.count > param('limit.by', 'public') and gift.count < 3")
    assert possible([tree], {"limit.by": 5})


def test_conditions_that_would_take_for_ever_to_look_into_are_given_up():
    """Seven facts of six values, no two the same: only trying everything shows it impossible."""
    names = [f"touch.{name}_count" for name in ("outbound", "inbound", "interested")]
    names += ["gift.count", "agreement.count", "contact.count", "diligence.count"]
    some = [" or ".join(f"{name} == {n}" for n in range(6)) for name in names]
    apart = [
        f"{one} != {n} or {other} != {n}" for one, other in combinations(names, 2) for n in range(6)
    ]
    began = time.process_time()
    assert possible([_tree(f"({each})") for each in (*some, *apart)])
    assert time.process_time() - began < 2
