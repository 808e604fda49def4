"""The next day on which something about a partner runs out or falls due."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.deciding import review_column
from lifecycle.deciding.review import review_day
from lifecycle.facts import fact_specs

DAY = date(2026, 11, 22)
_NAMES = (
    "verdict.valid_until",
    "verdict.conditions_due",
    "verdict.conditions_met_at",
    "agreement.end_date",
    "agreement.ended_on",
    "obligation.next_due_date",
)


def _in(days):
    return DAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, None),
        ({"verdict.valid_until": _in(40), "agreement.end_date": _in(30)}, _in(30)),
        ({"verdict.valid_until": _in(40), "agreement.end_date": _in(-1)}, _in(40)),
        ({"obligation.next_due_date": DAY}, None),
        ({"verdict.conditions_due": _in(5), "verdict.conditions_met_at": _in(-2)}, None),
        ({"agreement.end_date": _in(5), "agreement.ended_on": _in(-2)}, None),
    ],
)
def test_it_is_the_first_day_to_come_that_still_counts(facts, expected) -> None:
    assert review_day(facts, DAY) == expected


def test_the_facts_that_it_rests_on_exist() -> None:
    assert set(_NAMES) <= fact_specs().keys()


@given(st.lists(st.none() | st.dates(_in(-5), _in(5)), min_size=6, max_size=6))
def test_columns_say_the_same_as_one_partner(days) -> None:
    facts = dict(zip(_NAMES, days, strict=True))
    frame = pl.DataFrame(
        {name: [day] for name, day in facts.items()},
        schema=dict.fromkeys(_NAMES, pl.Date),
    )
    assert frame.select(review_column(DAY)).item() == review_day(facts, DAY)
