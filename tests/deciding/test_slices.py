"""Everybody is looked at some at a time: it must not show in what is known of anybody."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from population import TODAY as DAY
from population import random_rows

from lifecycle.facts import FRAMES, build_matrix
from partners.job import looking
from partners.store import SCHEMAS


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_what_is_known_in_slices_is_known_of_all_at_once(seed):
    rows = random_rows(seed, 30)
    frames = {name: pl.DataFrame(rows.get(name, []), schema=SCHEMAS[name]) for name in FRAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "_AT_ONCE", 7)
        slices = list(looking.Population(DAY, frames, pl.DataFrame()).slices())
    assert len(slices) == 5
    parts = [build_matrix(each.frames, DAY, each.ids) for each in slices]
    assert pl.concat(parts).equals(build_matrix(frames, DAY))
