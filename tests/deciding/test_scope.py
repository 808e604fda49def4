"""Conditions asked together: the same answers as one by one, whatever is remembered."""

import pytest
from population import TODAY, random_rows

from lifecycle.conditions import read_native
from lifecycle.deciding import scope
from lifecycle.facts import build_matrix
from lifecycle.rulebook import load_rulebook
from partner_lifecycle.resources import rules_folder


@pytest.mark.parametrize("kept", [1, 3, 10_000])
def test_the_answers_are_those_of_each_condition_alone(frames, monkeypatch, kept):
    monkeypatch.setattr(scope, "_KEPT", kept)
    rulebook = load_rulebook(rules_folder())
    rules = [rule for rule in rulebook.rules if rule.for_each is None]
    parameters = rulebook.on(TODAY)
    together = scope.Scope(scope.read_parts(rule.id, rule.conditions, parameters) for rule in rules)
    alone = {rule.id: read_native(rule.when, parameters) for rule in rules}
    everybody = build_matrix(frames(**random_rows(7, 60)), TODAY).to_dicts()
    expected = [{name for name, holds in alone.items() if holds(each)} for each in everybody]
    assert any(expected)
    for _ in range(2):
        assert [together.holding(each) for each in everybody] == expected
