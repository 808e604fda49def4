"""A mistyped name is answered with the one that was meant."""

import pytest

from partner_lifecycle.names import did_you_mean, nearest


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("gift.cuont", "gift.count"), ("GIFT.COUNT", "gift.count"), ("Acount", "Account")],
)
def test_the_name_that_is_most_like_it_is_told(wrong, meant):
    known = ("gift.count", "gift.total", "Account")
    assert nearest(wrong, known) == meant
    assert did_you_mean(wrong, known, "write one") == f"did you mean {meant}?"
    assert did_you_mean(wrong, known, shown=repr) == f"did you mean {meant!r}?"


def test_where_none_is_like_it_the_caller_says_what_to_do():
    assert nearest("zebra", ("gift.count",)) is None
    assert did_you_mean("zebra", ("gift.count",), "write one") == "write one"
    assert did_you_mean("zebra", ()) == ""
