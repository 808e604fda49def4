"""Proofs: what is proved holds, what is broken comes with the partner that breaks it."""

from collections import Counter
from datetime import date
from itertools import islice

import polars as pl
import pytest
import yaml
from population import TODAY, random_rows
from writing import rule

from lifecycle.deciding import Decider, NativeEngine, cases, sweep
from lifecycle.facts import FRAMES
from lifecycle.proving import load_invariants, prove
from lifecycle.rulebook import load_rulebook
from partner_lifecycle.resources import rules_folder
from partners.store import SCHEMAS

pytest.importorskip("z3", reason="z3 is not installed")

DAY = date(2026, 6, 1)
SHIPPED = load_rulebook(rules_folder())
NOTHING_ACTED = pl.DataFrame(
    schema={"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}
)


def _invariant(condition, name="a.name", **more):
    given = {"name": name, "cite": "[C1]", "because": "Because.", **more}
    lines = [f"  {key}: {value}\n" for key, value in given.items()]
    return f"- {''.join(lines).lstrip()}  {condition}\n"


def _proved(written, condition, **stages):
    rulebook, invariants = written(_invariant(condition), **stages)
    (proof,) = prove(rulebook, invariants, DAY)
    return proof


def test_the_shipped_rules_keep_every_invariant():
    proofs = prove(SHIPPED, load_invariants(SHIPPED), DAY)
    assert [(p.invariant.name, p.where) for p in proofs if p.verdict != "proved"] == []


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ("never: entered.active and gift.count == 0", "proved"),
        ("never: entered.active and gift.total_usd < 500", "broken"),
        ("always: not moved or gift.count > 0", "proved"),
        ("always: moved", "broken"),
        ("possible: stage_before == 'prospect' and stage_after == 'active'", "proved"),
        ("possible: entered.closed", "broken"),
        ("never: drafted.welcome and contact.email_opt_out", "proved"),
        ("never: drafted.welcome and contact.deceased", "broken"),
        ("never: fired.PR01 and stage_before != 'prospect'", "proved"),
        ("never: changes_again", "proved"),
        ("never: gift.count == 0 and gift.last_date is not None", "proved"),
    ],
)
def test_what_can_never_happen_is_proved_and_what_can_is_shown(written, condition, verdict):
    proof = _proved(
        written,
        condition,
        prospect=rule("PR01", "gift.count > 0", "{move_to: diligence}"),
        diligence=rule("DD01", "gift.count > 0", "{move_to: active}"),
        active=rule("AC01", "True", "{draft: welcome}"),
        any=rule("AN01", "contact.email_opt_out", "{suppress: drafts}"),
    )
    assert proof.verdict == verdict


def test_a_broken_invariant_shows_the_partner_and_a_case_to_paste(written):
    proof = _proved(
        written,
        "never: entered.active and hit.open_count > 0",
        prospect=rule("PR01", "gift.count >= param('limit')", "{move_to: active}"),
    )
    shown = proof.counterexample
    assert shown.day == DAY
    assert shown.way == ("prospect -> active by PR01",)
    assert shown.facts["hit.open_count"] > 0
    assert shown.facts["gift.count"] >= 3
    (case,) = yaml.safe_load(shown.cases["PR01"])
    assert (case["name"], case["today"], case["fires"]) == ("breaks a.name", DAY, False)
    assert case["facts"]["gift.count"] >= 3
    assert case["facts"]["hit.open_count"] > 0


def test_every_day_on_which_a_parameter_changes_is_proved(written):
    rules = {"prospect": rule("PR01", "gift.count >= param('limit')", "{move_to: active}")}
    text = _invariant("never: moved and gift.count < 3")
    rulebook, invariants = written(text, limit="2016-01-01: 3, 2027-01-01: 2", **rules)
    found = prove(rulebook, invariants, DAY)
    assert [each.verdict for each in found] == ["proved", "broken"]
    assert found[1].counterexample.day >= date(2027, 1, 1)


def test_conclusions_and_suspension_are_followed_stratum_by_stratum(written):
    proof = _proved(
        written,
        "never: entered.active and (hit.open_count > 0 or not fired.AN01)",
        any=rule("AN01", "gift.count > 0 and not suspended", "{set: {note.good: true}}")
        + rule("AN02", "hit.open_count > 0", "{suspend: true}")
        + rule("AN03", "suspended and hit.open_count == 0", "{resume: true}"),
        prospect=rule("PR01", "note.good", "{move_to: active}"),
    )
    assert proof.verdict == "proved"


def test_a_ping_pong_is_found(written):
    proof = _proved(
        written,
        "never: changes_again",
        prospect=rule("PR01", "gift.count > 0", "{move_to: closed}"),
        closed=rule("CL01", "gift.count > 1", "{move_to: prospect}"),
    )
    assert proof.verdict == "broken"
    assert proof.counterexample.facts["gift.count"] > 1


def test_a_move_with_an_anchor_rests_because_it_has_acted(written):
    once = {"once_per": "gift.last_date"}
    proof = _proved(
        written,
        "never: changes_again",
        prospect=rule("PR01", "True", "{move_to: closed}", **once),
        closed=rule("CL01", "gift.count > 1", "{move_to: prospect}", **once),
    )
    # Each move is made once for a gift: a second sweep may make the one that the first left out.
    assert proof.verdict == "broken"
    one_way = _proved(
        written,
        "never: moved and gift.last_date is None",
        prospect=rule("PR01", "True", "{move_to: closed}", **once),
        closed=rule("CL01", "False", "{flag: x}"),
    )
    assert one_way.verdict == "proved"


def test_each_combination_is_asked_and_the_one_that_fails_is_named(written):
    text = _invariant("possible: moved", for_each="[stage_before, partner.audience]")
    rules = {"any": rule("AN01", "partner.audience != 'public'", "{move_to: closed}")}
    rulebook, invariants = written(text, **rules)
    (proof,) = prove(rulebook, invariants, DAY)
    assert (proof.verdict, proof.counterexample) == ("broken", None)
    assert proof.where == {"stage_before": "prospect", "partner.audience": "public"}


def test_what_takes_too_long_is_left_undecided(written):
    hard = "gift.count * gift.count * gift.count + touch.count * touch.count * touch.count"
    text = _invariant(f"never: {hard} == agreement.count * agreement.count + 123456789")
    rulebook, invariants = written(text, any=rule("AN01", "True", "{flag: x}"))
    (proof,) = prove(rulebook, invariants, DAY, seconds=0.02)
    assert (proof.verdict, proof.counterexample) == ("undecided", None)


def test_formulas_of_a_sweep_say_what_native_decides_for_the_shipped_rules():
    formulas = pytest.importorskip("formulas")
    rows = random_rows(7, 120)
    frames = {name: pl.DataFrame(rows.get(name, []), schema=SCHEMAS[name]) for name in FRAMES}
    seen = sweep(SHIPPED, frames, NOTHING_ACTED, TODAY)
    decider = Decider(SHIPPED, TODAY, NativeEngine(SHIPPED.rules, SHIPPED.on(TODAY)))
    said = formulas.Formulas(SHIPPED, TODAY)
    happened = Counter()
    for whole in islice(cases(seen, NOTHING_ACTED, everybody=True), 60):
        case = said.few_rows(whole)
        decision = decider.decide(case)
        happened.update(name for name, value in said.native(case, decision).items() if value)
        assert said.differ(case, decision) == []
    assert len(happened) > 40


def test_rules_for_each_gift_may_fire_on_different_gifts(written):
    one, other = "row.status == 'received'", "row.status == 'pledged'"
    rules = rule("AN01", one, "{draft: gift_thanks}", for_each="gift") + rule(
        "AN02", other, "{flag: Promised}", for_each="gift"
    )
    both = _proved(written, "never: drafted.gift_thanks and fired.AN02", any=rules)
    assert both.verdict == "broken"
    assert set(both.counterexample.fired) == {"AN01", "AN02"}
    either = _proved(written, "never: drafted and gift.count == 0", any=rules)
    assert either.verdict == "proved"
