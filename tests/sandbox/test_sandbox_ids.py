import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_sync.sandbox.ids import DIGITS, full_id, make_id


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("001D000000IqhSL", "001D000000IqhSLIAZ"),
        ("0128A000002hay0", "0128A000002hay0QAA"),
        ("0122a000000PCxA", "0122a000000PCxAAAW"),
    ],
)
def test_suffixes_are_the_ones_salesforce_gives(short: str, full: str) -> None:
    assert full_id(short) == full
    assert full_id(full) == full


@pytest.mark.parametrize("text", ["", "001", "001D000000IqhSLIAA", "001D000000IqhS!", "x" * 19])
def test_what_is_no_id_is_refused(text: str) -> None:
    assert full_id(text) is None


@given(st.text(DIGITS, min_size=15, max_size=15))
def test_long_form_tells_apart_what_only_case_tells_apart(short: str) -> None:
    full = full_id(short)
    swapped = full_id(short.swapcase())
    assert full is not None and swapped is not None
    assert (full.lower() == swapped.lower()) == (short == short.swapcase())


def test_ids_sort_as_they_were_given() -> None:
    made = [make_id("001", number) for number in range(1, 5000, 7)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
