"""The policy seen from its clauses: what carries each is listed, tried, and as the page says."""

import re
from pathlib import Path

import pytest

from lifecycle.authoring import (
    check_carried,
    clause_table,
    load_cases,
    load_indicators,
    policy_page,
)
from lifecycle.proving import load_invariants
from lifecycle.rulebook import load_rulebook
from partner_lifecycle import Problems

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "policy.md"


@pytest.fixture(scope="module")
def rows(shipped, library):
    read = load_invariants(shipped), load_indicators(shipped), load_cases(shipped)
    return clause_table(shipped, library, *read)


def test_each_clause_is_carried_or_says_why_it_is_not(shipped, rows):
    check_carried(shipped, rows)
    assert [row.clause for row in rows] == list(shipped.clauses)


def test_what_is_cited_is_there(shipped, library):
    # Rules, parameters, invariants and figures are refused with an unknown clause: they loaded.
    cited = {clause for letter in library.templates for clause in letter.cite}
    assert cited <= shipped.clauses.keys()


def test_each_carried_clause_is_tried(rows):
    untried = [row.clause for row in rows if row.carried and not row.tested]
    assert not untried, "give these clauses a case under rules/examples/, or an invariant"


def test_the_page_says_what_the_rules_say_now(shipped, library, rows):
    page = policy_page(shipped, library, rows, load_indicators(shipped))
    now = PAGE.read_text("utf-8") == page
    assert now, "the rules have changed: run `partners rules policy docs/policy.md`"


def test_what_is_said_of_audiences_names_rules_that_are_there(shipped):
    text = (DOCS / "rules.md").read_text("utf-8")
    (section,) = re.findall("(?ms)^## Audiences and types of partnership$(.*?)^## ", text)
    named = set(re.findall("[A-Z]{2}[0-9]{2}", section))
    assert len(named) > 5
    assert named <= shipped.by_id.keys()


def test_a_row_names_all_that_carries_its_clause(rows):
    row = next(row for row in rows if row.clause == "S§28.fn14")
    assert {"AG06", "AN58", "DD09"} <= set(row.rules)
    assert "active.public_has_given" in row.invariants
    assert {"gift.count", "partner.audience"} <= set(row.facts)
    row = next(row for row in rows if row.clause == "S§11")
    assert {"in_kind_thanks", "gift_thanks"} <= set(row.letters)
    assert "resource.received" in row.indicators
    assert "gift.acknowledged_at" in row.facts, "a row that AN21 looks at, by its view"
    row = next(row for row in rows if row.clause == "S§28.fn13")
    assert set(row.parameters) == {
        "audience.hnwi_threshold_lower_usd",
        "audience.hnwi_threshold_usd",
    }


def test_a_clause_is_tried_through_its_parameters_and_letters(shipped, library):
    cases = load_cases(shipped)
    speaking = [case for case in cases if case.speaks_of({"AN44", "AN45", "AN61"})]
    (row,) = [
        row for row in clause_table(shipped, library, (), (), speaking) if row.clause == "S§28.fn13"
    ]
    assert row.cases == len(speaking)
    introductions = [case for case in cases if case.speaks_of({"PR01"})]
    (row,) = [
        row for row in clause_table(shipped, library, (), (), introductions) if row.clause == "S§19"
    ]
    assert (row.rules, row.cases) == (("PR05",), len(introductions))


def test_a_clause_that_loses_its_last_rule_is_told(rules, library):
    agreement = rules / "agreement.yaml"
    text = agreement.read_text("utf-8")
    agreement.write_text(text.replace("[S§16, S§18, S§26]", "[S§16, S§26]"), "utf-8")
    rulebook = load_rulebook(rules)
    rows = clause_table(rulebook, library, load_invariants(rulebook), (), ())
    with pytest.raises(Problems) as raised:
        check_carried(rulebook, rows)
    (problem,) = raised.value.problems
    assert problem.what == "nothing carries S§18"
    assert "not_carried" in problem.remedy
    assert (rules / "clauses.yaml").read_text("utf-8").splitlines()[problem.line - 1][:4] == "S§18"
