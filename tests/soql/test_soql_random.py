"""Random conditions over random rows agree with plain Python; random text is never a surprise."""

import sqlite3
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_sync.sandbox.ids import make_id
from crm_sync.sandbox.soql import SoqlError, parse

_TEXTS = ["alpha", "Beta", "BETA", "gamma%", "del_ta", "é", "É"]
_NUMBERS = [-1.5, 0.0, 1.0, 2.0]
_DATES = ["2026-11-20", "2026-11-21", "2026-12-31"]
_CHOICES = ["a", "a;b", "b;c"]
_ORDERS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _quoted(text):
    return f"'{text}'"


def _known(value):
    return value is not None


def _equality(field, values, write, fold=lambda value: value):
    """Tests by = != IN NOT IN, as (text, function of a row)."""
    one = st.sampled_from(values)

    def equal(value):
        return lambda row: _known(row[field]) and fold(row[field]) == fold(value)

    return st.one_of(
        one.map(lambda v: (f"{field} = {write(v)}", equal(v))),
        one.map(lambda v: (f"{field} != {write(v)}", lambda row: not equal(v)(row))),
        st.lists(one, min_size=1, max_size=3).map(
            lambda vs: (
                f"{field} IN ({', '.join(map(write, vs))})",
                lambda row: any(equal(v)(row) for v in vs),
            )
        ),
        st.lists(one, min_size=1, max_size=3).map(
            lambda vs: (
                f"{field} NOT IN ({', '.join(map(write, vs))})",
                lambda row: not any(equal(v)(row) for v in vs),
            )
        ),
        st.just((f"{field} = null", lambda row: not _known(row[field]))),
        st.just((f"{field} != null", lambda row: _known(row[field]))),
    )


def _ordered(field, values, write):
    return st.tuples(st.sampled_from(sorted(_ORDERS)), st.sampled_from(values)).map(
        lambda pair: (
            f"{field} {pair[0]} {write(pair[1])}",
            lambda row: _known(row[field]) and _ORDERS[pair[0]](row[field], pair[1]),
        )
    )


def _starts(text):
    written = text.replace("%", r"\%").replace("_", r"\_")
    return (
        f"Name LIKE '{written}%'",
        lambda row: _known(row["Name"]) and row["Name"].lower().startswith(text.lower()),
    )


def _includes(choice):
    wanted = set(choice.split(";"))
    return (
        f"Types__c INCLUDES ('{choice}')",
        lambda row: _known(row["Types__c"]) and wanted <= set(row["Types__c"].split(";")),
    )


_TESTS = st.one_of(
    _equality("Name", _TEXTS, _quoted, str.lower),
    _equality("AnnualRevenue", _NUMBERS, str),
    _equality("Founded__c", _DATES, str),
    _equality("Types__c", _CHOICES, _quoted),
    _ordered("AnnualRevenue", _NUMBERS, str),
    _ordered("Founded__c", _DATES, str),
    st.sampled_from(_TEXTS).map(_starts),
    st.sampled_from(_CHOICES).map(_includes),
    st.booleans().map(lambda v: (f"Active__c = {v}", lambda row: bool(row["Active__c"]) == v)),
)


def _joined(word, whether):
    def join(parts):
        text = f" {word} ".join(f"({part})" for part, _ in parts)
        return text, lambda row: whether(holds(row) for _, holds in parts)

    return join


def _grown(conditions):
    several = st.lists(conditions, min_size=2, max_size=3)
    return st.one_of(
        several.map(_joined("AND", all)),
        several.map(_joined("OR", any)),
        conditions.map(lambda part: (f"NOT ({part[0]})", lambda row: not part[1](row))),
    )


_CONDITIONS = st.recursive(_TESTS, _grown, max_leaves=8)


def _maybe(values):
    return st.none() | st.sampled_from(values)


_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "Name": _maybe(_TEXTS),
            "AnnualRevenue": _maybe(_NUMBERS),
            "Founded__c": _maybe(_DATES),
            "Types__c": _maybe(_CHOICES),
            "Active__c": st.sampled_from([0, 1]),
        }
    ),
    max_size=6,
)


def _table(rows):
    connection = sqlite3.connect(":memory:")
    connection.execute(
        'CREATE TABLE "Account" ("Id", "IsDeleted", "Name", "AnnualRevenue", "Founded__c", '
        '"Types__c", "Active__c")'
    )
    for place, row in enumerate(rows):
        known = {"Id": make_id("001", place), "IsDeleted": 0} | row
        marks = ", ".join(f":{name}" for name in known)
        connection.execute(f"INSERT INTO Account ({', '.join(known)}) VALUES ({marks})", known)
    return connection


@given(rows=_ROWS, condition=_CONDITIONS)
def test_a_condition_means_what_it_says(ask_of, rows, condition):
    text, holds = condition
    connection = _table(rows)
    try:
        total, found = ask_of(connection, f"SELECT Id FROM Account WHERE {text} ORDER BY Id")
    finally:
        connection.close()
    seen = [record["Id"] for record in found]
    assert seen == [make_id("001", place) for place, row in enumerate(rows) if holds(row)]
    assert total == len(seen)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    with suppress(SoqlError):
        parse(text)


def _words(text):
    return text.split()


_WORDS = _words(
    "SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES GROUP BY HAVING ORDER LIMIT OFFSET FOR VIEW "
    "WITH DATA CATEGORY USING SCOPE TYPEOF WHEN THEN ELSE END ALL ROWS NULLS FIRST COUNT ( ) , = "
    "!= < >= : . * ' \" \\ % - + / 'x' 'a\\' 5 5.5 -1 2020-01-01 2020-01-01T00:00:00Z 08:00:00Z "
    "TODAY LAST_N_DAYS:3 LAST_N_DAYS null true USD5 Id Name Account Contacts Contact What Types__c "
    "FIELDS(ALL) Owner.Name CALENDAR_YEAR(CreatedDate) COUNT() SUM(AnnualRevenue) ROLLUP "
    "GROUPING(Name) toLabel(Industry) (SELECT Id FROM Contacts) IN (SELECT AccountId FROM Contact)"
)


@given(st.lists(st.sampled_from(_WORDS), max_size=20))
def test_any_words_are_answered_or_refused(ask, words):
    with suppress(SoqlError):
        ask(f"SELECT {' '.join(words)}")


@given(
    st.lists(st.sampled_from(_WORDS), max_size=4),
    st.sampled_from(["Name = ", "WHERE Name = 'x' ", "ORDER BY ", "GROUP BY ", "", "LIMIT "]),
    st.lists(st.sampled_from(_WORDS), max_size=8),
)
def test_any_ending_is_answered_or_refused(ask, selected, clause, words):
    items = ", ".join(["Id", *selected])
    with suppress(SoqlError):
        ask(f"SELECT {items} FROM Account {clause}{' '.join(words)}")


@pytest.mark.parametrize("cut", range(0, 200, 3))
def test_a_statement_cut_anywhere_is_answered_or_refused(ask, cut):
    statement = (
        "SELECT Id, Owner.Name, (SELECT Id FROM Contacts WHERE LastName LIKE 'a%' LIMIT 2), "
        "toLabel(Industry) FROM Account a WHERE (Name = 'x\\'y' OR Types__c INCLUDES ('a;b')) AND "
        "CreatedDate >= 2020-01-01T00:00:00+01:00 ORDER BY Name DESC NULLS LAST LIMIT 5 OFFSET 1"
    )
    with suppress(SoqlError):
        ask(statement[:cut])
