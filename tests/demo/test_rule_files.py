"""The rulebook as it ships: every rule cites, explains itself, and has cases on both sides."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from lifecycle.authoring import load_cases, load_indicators, run_case, run_cases
from lifecycle.conditions import fact_names
from lifecycle.rulebook import Rulebook, load_rulebook

RULES = Path(__file__).parents[2] / "rules"
RULEBOOK = load_rulebook(RULES)
IDS = sorted(rule.id for rule in RULEBOOK.rules)
CASES = defaultdict(list)
for _case in load_cases(RULEBOOK):
    CASES[_case.rule.id if _case.rule else ""].append(_case)
_PURPOSES = (
    "introduction diligence_request agreement_sent declined welcome gift_thanks in_kind_thanks "
    "renewal_invitation renewal_thanks end_of_partnership farewell_for_now "
    "thanks_for_answer win_back follow_up clarification remediation_offer agreement_reminder "
    "field_visit_invitation consultation_invitation renewal_reminder anniversary progress_report "
    "impact_update matching_gift"
)
PURPOSES = set(_PURPOSES.split())
EDGES = {
    ("prospect", "diligence"),
    ("prospect", "closed"),
    ("diligence", "agreement"),
    ("diligence", "closed"),
    ("agreement", "active"),
    ("agreement", "closed"),
    ("active", "renewal"),
    ("active", "closed"),
    ("renewal", "active"),
    ("renewal", "closed"),
    ("closed", "prospect"),
}


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return RULEBOOK


def test_every_edge_between_stages_is_taken_by_some_rule(rulebook):
    assert {(r.stage, r.then.move_to) for r in rulebook.rules if r.then.move_to} == EDGES


def test_every_purpose_of_a_draft_is_used_and_no_other(rulebook):
    assert {rule.then.draft for rule in rulebook.rules if rule.then.draft} == PURPOSES


def test_ids_say_in_which_file_a_rule_stands(rulebook):
    prefixes = {"any": "AN", "prospect": "PR", "diligence": "DD", "agreement": "AG"}
    prefixes |= {"active": "AC", "renewal": "RN", "closed": "CL"}
    by_file = {"by_hand.yaml": "BH", "running.yaml": "AC", "clearance.yaml": ("AN", "CR")}
    for rule in rulebook.rules:
        own = by_file.get(Path(rule.file).name, prefixes[rule.stage or "any"])
        assert rule.id.startswith(own), rule.id


def test_names_are_unique(rulebook):
    names = [rule.name for rule in rulebook.rules]
    assert len(names) == len(set(names))


def test_sentences_are_sentences_without_jargon(rulebook):
    for rule in rulebook.rules:
        assert rule.because[0].isupper() and rule.because.endswith("."), rule.id
        assert len(rule.because) <= 160, rule.id
        assert not any(mark in rule.because for mark in ("_", "==", "S§")), rule.id


def test_a_rule_that_suspends_says_what_ends_it(rulebook):
    suspending = [rule for rule in rulebook.rules if rule.then.suspend]
    assert len(suspending) >= 7
    for rule in suspending:
        assert re.search(r" The suspension (can end|ends) when ", rule.because), rule.id


def test_what_staff_see_fits_the_fields_of_the_crm(rulebook):
    for rule in rulebook.rules:
        assert rule.then.task is None or len(rule.then.task.subject) <= 255
        assert rule.then.flag is None or len(rule.then.flag) <= 255


def test_every_parameter_is_used_and_has_a_value_since_the_first_strategy(rulebook):
    used = " ".join(rule.text for rule in rulebook.rules)
    reported = {name for each in load_indicators(rulebook) for name in each.parameters}
    for name, parameter in rulebook.parameters.items():
        assert f'"{name}"' in used or name in reported, name
        assert min(parameter.values).year == 2016, name


def test_every_clause_says_where_it_stands(rulebook):
    assert all(clause.place for clause in rulebook.clauses.values())


def test_no_example_is_left_of_a_rule_that_is_gone():
    files = {file.stem for file in (RULES / "examples").glob("*.yaml")}
    assert files == {*IDS, "journeys"}


@pytest.mark.parametrize("rule_id", IDS)
def test_a_rule_holds_where_its_cases_say_so_and_nowhere_else(rule_id, rulebook):
    rule, cases = rulebook.by_id[rule_id], CASES[rule_id]
    assert {case.fires for case in cases} == {True, False}
    asked = fact_names(rule.when) | {rule.once_per}
    for case in cases:
        assert set(case.facts) <= asked, case.name
    assert all(result.failures == () for result in run_cases(rulebook, cases))


def test_whole_cases_come_out_as_they_say(rulebook):
    assert len(CASES[""]) >= 3
    assert all(run_case(rulebook, case).passed for case in CASES[""])


def test_exchange_rates_are_dated_numbers_of_us_dollars():
    rates = yaml.safe_load((RULES / "exchange_rates.yaml").read_text(encoding="utf-8"))
    assert rates["USD"] == {min(rates["USD"]): 1}
    assert {"EUR", "CHF", "GBP", "KES"} <= set(rates)
    assert all(rate > 0 for by_day in rates.values() for rate in by_day.values())
