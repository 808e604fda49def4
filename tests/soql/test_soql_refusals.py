"""Statements that an org refuses: the code, the place and the words."""

import re
from pathlib import Path

import pytest

_TOO_COMPLICATED = (
    "Query is either selecting too many fields or the filter conditions are too complicated."
)


def _cases():
    lines = Path(__file__).with_name("refusals.txt").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    for statement, answer in zip(kept[::2], kept[1::2], strict=True):
        code, place, words = answer.strip().split(" ", 2)
        yield pytest.param(statement.replace(r"\n", "\n"), code, place, words, id=statement)


def _taken_apart(message):
    """Return the place as row:column, the words, and what stands above the caret."""
    if not message.startswith("\n"):
        return "-", message, ""
    _, snippet, caret, place, *words = message.split("\n")
    assert caret.strip() == "^"
    row, column = re.fullmatch(r"ERROR at Row:(\d+):Column:(\d+)", place).groups()
    return f"{row}:{column}", "\n".join(words), snippet[caret.index("^") :]


@pytest.mark.parametrize(("statement", "code", "place", "words"), list(_cases()))
def test_a_wrong_statement_is_refused_in_salesforces_words(refusal, statement, code, place, words):
    error = refusal(statement)
    seen_place, said, at_caret = _taken_apart(error.message)
    assert (error.code, seen_place) == (code, place)
    assert said.startswith(words[:-3]) if words.endswith("...") else said == words
    if place != "-":
        row, column = map(int, place.split(":"))
        first = column if said.startswith("line ") else column - 1
        assert statement.split("\n")[row - 1][first:].startswith(at_caret)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (
            "SELECT Foo FROM Account",
            "\nSELECT Foo FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Foo' on "
            "entity 'Account'. If you are attempting to use a custom field, be sure to append the "
            "'__c' after the custom field name. Please reference your WSDL or the describe call "
            "for the appropriate names.",
        ),
        (
            "SELECT Foo.Name FROM Account",
            "\nSELECT Foo.Name FROM Account\n       ^\nERROR at Row:1:Column:8\nDidn't understand "
            "relationship 'Foo' in field path. If you are attempting to use a custom relationship, "
            "be sure to append the '__r' after the custom relationship name. Please reference your "
            "WSDL or the describe call for the appropriate names.",
        ),
        (
            "SELECT Id FROM Foo",
            "\nSELECT Id FROM Foo\n               ^\nERROR at Row:1:Column:16\nsObject type 'Foo' "
            "is not supported. If you are attempting to use a custom object, be sure to append the "
            "'__c' after the entity name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        ),
        (
            "SELECT Id, (SELECT Id FROM Foos) FROM Account",
            "\nSELECT Id, (SELECT Id FROM Foos) FROM Account\n                           ^\n"
            "ERROR at Row:1:Column:28\nDidn't understand relationship 'Foos' in FROM part of query "
            "call. If you are attempting to use a custom relationship, be sure to append the '__r' "
            "after the custom relationship name. Please reference your WSDL or the describe call "
            "for the appropriate names.",
        ),
        (
            "SELECT Id FORM Account",
            "\nSELECT Id FORM Account\n          ^\nERROR at Row:1:Column:11\n"
            "unexpected token: 'FORM'",
        ),
        (
            "SELECT Id\nFROM Account\n  WHERE Foo = 1",
            "\n  WHERE Foo = 1\n        ^\nERROR at Row:3:Column:9\nNo such column 'Foo' on entity "
            "'Account'. If you are attempting to use a custom field, be sure to append the '__c' "
            "after the custom field name. Please reference your WSDL or the describe call for the "
            "appropriate names.",
        ),
        (
            "select Id, BillingCity from Account where BillingCity = 3999",
            "\nBillingCity from Account where BillingCity = 3999\n"
            "                               ^\nERROR at Row:1:Column:43\n"
            "value of filter criterion for field 'BillingCity' must be of type string and "
            "should be enclosed in quotes",
        ),
        ("", "SOQL statements cannot be empty or null"),
        (" \n\t", "SOQL statements cannot be empty or null"),
    ],
)
def test_the_whole_message_is_salesforces(refusal, statement, message):
    assert refusal(statement).message == message


def test_a_long_statement_shows_only_the_words_around_the_mistake(refusal):
    error = refusal(f"SELECT {', '.join(['Id'] * 40)} FROM Account")
    assert error.message == (
        "\nSELECT Id, Id, Id, Id, Id, Id, Id, Id, Id\n           ^\n"
        "ERROR at Row:1:Column:12\nduplicate field selected: Id"
    )


def test_a_statement_of_more_than_100000_characters_is_refused(ask, refusal):
    longest = "SELECT COUNT() FROM Account WHERE Name = '{}'"
    assert ask(longest.format("x" * (100_000 - len(longest) + 2)))[0] == 0
    error = refusal(longest.format("x" * (100_001 - len(longest) + 2)))
    assert error.code == "MALFORMED_QUERY"
    assert error.message == "SOQL statements cannot be longer than 100000 characters."


@pytest.mark.parametrize(
    "where",
    [
        "(" * 300 + "Id = null" + ")" * 300,
        "(" * 3000 + "Id = null" + ")" * 3000,
        "(NOT " * 100 + "Id = null" + ")" * 100,
        "(Id = null OR (Id = null AND " * 90 + "Id = null" + "))" * 90,
    ],
    ids=["parentheses", "thousands", "not", "and-or"],
)
def test_deep_nesting_is_refused(refusal, where):
    error = refusal(f"SELECT Id FROM Account WHERE {where}")
    assert (error.code, error.message) == ("QUERY_TOO_COMPLICATED", _TOO_COMPLICATED)


def test_nesting_that_an_org_takes_is_taken(ask):
    where = "(Code__c = 'A' OR (Code__c != 'B' AND " * 9 + "Id != null" + "))" * 9
    assert ask(f"SELECT Id FROM Account WHERE {where}")[0] == 3
    assert ask("SELECT Id FROM Account WHERE " + "(" * 150 + "Id != null" + ")" * 150)[0] == 4


def test_fields_function_needs_a_recent_api(refusal):
    error = refusal("SELECT FIELDS(ALL) FROM Account LIMIT 1", api_version="50.0")
    assert error.code == "UNSUPPORTED_API_VERSION"


def test_children_go_four_levels_deep_and_one_before_version_58(ask, refusal):
    inner = "SELECT Id FROM ChildAccounts"
    for _ in range(3):
        inner = f"SELECT Id, ({inner}) FROM ChildAccounts"
    assert ask(f"SELECT Id, ({inner}) FROM Account")[0] == 4
    deeper = f"SELECT Id, (SELECT Id, ({inner}) FROM ChildAccounts) FROM Account"
    assert "more than 4 levels away" in refusal(deeper).message
    two = "SELECT Id, (SELECT Id, (SELECT Id FROM ChildAccounts) FROM ChildAccounts) FROM Account"
    assert "more than 1 level away" in refusal(two, api_version="57.0").message


def test_an_error_is_one_of_the_project(refusal):
    error = refusal("SELECT")
    assert error.http_status == 400
    assert "MALFORMED_QUERY" in str(error)
