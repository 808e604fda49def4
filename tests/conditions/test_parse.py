"""A condition that is wrong is refused with its place and what to write; none is ever run."""

import pytest
from expressions import FACTS, PARAMETER_TYPES
from hypothesis import given
from hypothesis import strategies as st

from lifecycle.conditions import parse


def _mistakes(text):
    return parse(text, FACTS, PARAMETER_TYPES)[1]


@pytest.mark.parametrize(
    ("text", "place", "what", "remedy"),
    [
        ("gift.cuont > 1", (1, 1), "there is no fact gift.cuont", "did you mean gift.count"),
        ("gift.count > 1 and\nday.on > 3", (2, 1), "there is no fact day.on", "day.one"),
        ("stage == 'activ'", (1, 10), "stage is never 'activ'", "did you mean 'active'?"),
        ("stage in ['active', 'old']", (1, 21), "stage is never 'old'", "it is one of"),
        ("gift.count == None", (1, 15), "nothing is ever == None", "`is None`"),
        ("gift.count > 1.5", (1, 14), "1.5 is not", "money in cents"),
        ("gift.count > 'x'", (1, 1), "a number cannot be compared with a text", "one type"),
        ("partner.name < 'x'", (1, 1), "a text has no order", "== or !="),
        ("gift.count", (1, 1), "this is a number, not a condition", "compare it"),
        ("gift.count > 2 ** 3", (1, 14), "number and number cannot be combined", "+ - *"),
        ("gift.count / 2 > 1", (1, 1), "cannot be combined", "+ - *"),
        ("param('limt') > 1", (1, 1), "there is no parameter limt", "did you mean limit"),
        ("param('limit.by') > 1", (1, 1), "differs by audience", "partner.audience"),
        ("day.one > '2026-01-01'", (1, 1), "a date cannot be compared with a text", ""),
        ("day.one > date('2026-02-30')", (1, 11), "is not a date", "2026-01-31"),
        ("gift.count is 3", (1, 15), "`is` goes with None only", "`==`"),
        ("gift.count in gift.total", (1, 15), "`in` needs a list", "in ["),
        ("gift.count > 99999999999999999999", (1, 14), "larger than 2^53", "smaller"),
        ("gift.count >", (1, 12), "something is missing after >", "write it"),
        ("year(gift.count) > 1", (1, 1), "year() is called wrongly", "it takes a date"),
        ("contains(partner.name, partner.name)", (1, 1), "must be written out", "contains("),
        ("lower(partner.name) == 'x'", (1, 1), "lower() is not part", "it has contains, date"),
        ("", (1, 1), "nothing is asked", "gift.count > 0"),
        ("  \n", (1, 1), "nothing is asked", "gift.count > 0"),
        ("gift.count = 5", (1, 12), "= does not belong", "write == to compare"),
        ("flag.one and\ngift.count = 5", (2, 12), "= does not belong", "write == to compare"),
        ("gift.count > 5 and", (1, 16), "something is missing after and", "leave this out"),
        ("flag.one && flag.two", (1, 10), "&& does not belong", "write `and`"),
        ("flag.one || flag.two", (1, 10), "|| does not belong", "write `or`"),
        ("!flag.one", (1, 1), "! does not belong", "write `not`"),
        ("flag.one AND flag.two", (1, 10), "AND does not belong", "small letters"),
        ("stage == “active”", (1, 10), "“ does not belong", "straight quotes"),
        ("partner.name == 'a = b' and", (1, 25), "missing after and", "leave this out"),
        ("(gift.count > 5", (1, 1), "was never closed", "docs/rules.md"),
        ("flag.one == true", (1, 13), "there is no fact true", "write True"),
        ("gift.count > " + "1" * 5_000, (1, 14), "larger than 2^53", "smaller"),
        ("-gift.count > 0", (1, 1), "a minus stands before numbers only", "write 0 - gift.count"),
        ("+gift.count > 0", (1, 1), "a plus stands between numbers", "leave it out"),
        ("flag.one, flag.two", (1, 1), "a comma is not part", "`and` or `or`"),
        ("contain(partner.name, 'x')", (1, 1), "contain() is not part", "did you mean contains?"),
        ("parm('limit') > 1", (1, 1), "parm() is not part", "did you mean param?"),
        ("day.one > date(2026, 1, 31)", (1, 11), "date() is called wrongly", "2026-01-31"),
        ("param('limit.by', 'publik') > 1", (1, 19), "is never 'publik'", "mean 'public'?"),
        ("param('limit', 'firm') > 1", (1, 16), "is never 'firm'", "corporation, public"),
    ],
)
def test_a_mistake_says_where_what_and_what_to_write(text, place, what, remedy):
    (mistake,) = _mistakes(text)
    assert (mistake.line, mistake.column) == place
    assert what in mistake.what
    assert remedy in mistake.remedy


def test_all_mistakes_are_found_at_once():
    found = _mistakes("gift.cuont > 1 and stage == 'x' and (flag.on or gift.count > 'a')")
    assert len(found) == 4


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "(lambda: 1)() == 1",
        "[x for x in [1]] == [1]",
        "gift.count.__class__ == 1",
        "().__class__.__bases__[0]",
        "f'{gift.count}' == '1'",
        "(x := 1) == 1",
        "open('/etc/passwd')",
        "gift['count'] > 1",
        "1 if flag.one else 2",
        "{1: 2}",
        "await x",
        "yield",
        "gift.count > 1; import os",
        "not " * 3000 + "flag.one",
        "-" * 9000 + "1 > 0",
        "(" * 500 + "flag.one" + ")" * 500,
        "flag.one and " * 2000 + "flag.one",
        "x" * 1_000_000,
        "gift.count > \x00 1",
    ],
)
def test_what_is_not_the_language_is_refused(text):
    tree, mistakes = parse(text, FACTS, PARAMETER_TYPES)
    assert tree is None
    assert mistakes


@given(st.text(max_size=60))
def test_no_text_makes_it_fail_otherwise(text):
    tree, mistakes = parse(text, FACTS, PARAMETER_TYPES)
    assert (tree is None) == bool(mistakes)
