"""The rulebook on the invented org: every rule speaks, nothing is done twice, edits are seen."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lifecycle.deciding import Decider, Decision, NativeEngine, cases, sweep
from lifecycle.rulebook import Rulebook, load_rulebook
from partners.demo.edits import Edit, edits
from partners.demo.population import population
from partners.store.shapes import SCHEMAS

TODAY = date(2026, 11, 21)
Population = dict[str, list[dict[str, Any]]]
Views = Callable[[Mapping[str, Sequence[Mapping[str, Any]]]], dict[str, pl.DataFrame]]

# They wait for a screening hit, for a released draft, for a suspension or a grace to end,
# or for what nobody in the invented org has: their cases stand in rules/examples.
_LATER = """
    AN04 AN07 AN08 AN09 AN14 AN16 AN17 AC16 AC21 AG10 AG11 AG12 AN25 AN26 AN49 AN52 AN59
    AN60 AN64 AN65 AN66 AN78 AN68 AN69 AN70 AN71 AN72 AN75 AN76 AN77 AG04 RN17 RN15 RN16 BH12
    BH01 BH02 BH03 BH04 BH05 BH06 BH07 BH08 BH09 BH10 BH11 DD17 DD18 DD19 DD20 AC23 AC27
    AN18 AN19 AN27 AN28 AN35 AN36 AN37 CR01 CR03 CR04 CR05
"""
LATER = set(_LATER.split())


@dataclass(frozen=True)
class Run:
    """The decisions of one run, who changed in it, and what the next run starts from."""

    decisions: dict[str, Decision]
    changed: set[str]
    standing: pl.DataFrame
    acted: pl.DataFrame


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(Path(__file__).parents[2] / "rules")


@pytest.fixture(scope="module")
def run(views: Views, rulebook: Rulebook) -> Callable[..., Run]:
    def go(org: Population, before: Run | None = None) -> Run:
        frames = views(org) | ({"standing": before.standing} if before else {})
        acted = before.acted if before else _ACTED_NOTHING
        swept = sweep(rulebook, frames, acted, TODAY)
        decider = Decider(rulebook, TODAY, NativeEngine(rulebook.rules, rulebook.on(TODAY)))
        decided = {}
        for case in cases(swept, acted, everybody=True):
            decision = decider.decide(case)
            decided[decision.partner_id] = decision
        changed = set(swept.outcome.filter("changed")["partner.id"])
        stages = dict(frames["partner"].select("id", "crm_stage").iter_rows())
        hashes = dict(swept.outcome.select("partner.id", "outcome_hash").iter_rows())
        standing = _standing(decided, stages, hashes)
        return Run(decided, changed, standing, pl.concat([acted, _acted(decided)]))

    return go


_ACTED_NOTHING = pl.DataFrame(
    schema={"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}
)


def _acted(decided: dict[str, Decision]) -> pl.DataFrame:
    rows = [
        (firing.rule_id, partner, firing.anchor)
        for partner, decision in decided.items()
        for firing in decision.firings
        if firing.subject == partner
    ]
    return pl.DataFrame(rows, schema=_ACTED_NOTHING.schema, orient="row")


def _standing(
    decided: dict[str, Decision], stages: dict[str, str], hashes: dict[str, str]
) -> pl.DataFrame:
    schema = SCHEMAS["standing"]
    rows = [
        {
            "partner_id": partner,
            "stage": decision.stage,
            "since": decision.since,
            "visit": decision.visit,
            "suspended": decision.suspended,
            "outcome_hash": hashes[partner],
            "crm_stage_seen": stages[partner],
        }
        for partner, decision in decided.items()
    ]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)


def _spoke(decision: Decision) -> set[str]:
    return set(decision.reasons)


def _edited(org: Population, changes: Sequence[Edit]) -> Population:
    edited = {kind: [dict(row) for row in rows] for kind, rows in org.items()}
    for number, change in enumerate(changes):
        rows = edited[change.object]
        if change.key is None:
            rows.append({"_id": f"edit_{number}", **change.fields})
        else:
            next(row for row in rows if row["_id"] == change.key).update(change.fields)
    return edited


@pytest.fixture(scope="module")
def first(run: Callable[..., Run]) -> Run:
    return run(population(TODAY))


def test_every_rule_speaks_for_two_partners_on_the_first_day(first, rulebook):
    spoken = Counter(rule for decision in first.decisions.values() for rule in _spoke(decision))
    seldom = {rule.id for rule in rulebook.rules if spoken[rule.id] < 2}
    assert seldom == LATER, " ".join(sorted(seldom ^ LATER))


def test_for_many_partners_nothing_happens(first, rulebook):
    concluding = {rule.id for rule in rulebook.rules if rule.then.set and not rule.then.flag}
    quiet = [p for p, d in first.decisions.items() if _spoke(d) <= concluding]
    assert len(quiet) >= 50


def test_every_edge_is_taken_on_the_first_day(first):
    taken = {(move.stage_from, move.stage_to) for d in first.decisions.values() for move in d.moves}
    assert len(taken) == 11


def test_nobody_becomes_active_without_an_agreement_and_a_check(first):
    for decision in first.decisions.values():
        facts = decision.facts
        if decision.moves and decision.stage in ("active", "renewal"):
            is_public = facts["partner.audience"] == "public"
            assert is_public or facts["agreement.status"] in ("signed", "draft", "sent")
            assert is_public or facts["verdict.four_eyes"]


def test_drafts_go_to_all_audiences_in_three_languages(first, rulebook):
    seen = Counter()
    for decision in first.decisions.values():
        drafts = {rulebook.by_id[f.rule_id].then.draft for f in decision.firings} - {None}
        if drafts and not decision.suppressed_by:
            seen[decision.facts["partner.audience"]] += len(drafts)
            seen[decision.facts["contact.language"]] += len(drafts)
    for group in ("corporation", "foundation", "hnwi", "public", "en", "fr", "es"):
        assert seen[group] >= 5, group


def _purposes(decision: Decision, rulebook: Rulebook) -> set[str]:
    return {rulebook.by_id[f.rule_id].then.draft for f in decision.firings} - {None}


def test_no_letter_contradicts_another_or_what_staff_see(first, second, rulebook):
    said_no = [d for d in first.decisions.values() if "RN10" in _spoke(d)]
    assert said_no
    for decision in said_no:
        assert "renewal_invitation" not in _purposes(decision, rulebook)
    for decision in [*first.decisions.values(), *second.decisions.values()]:
        assert not {"welcome", "renewal_thanks"} <= _purposes(decision, rulebook)
    extended = second.decisions["in_talks_about_the_next_1"]
    assert _purposes(extended, rulebook) == {"renewal_thanks"}


def test_only_the_first_signed_agreement_or_the_first_gift_is_welcomed(first, rulebook):
    welcomed = [d.facts for d in first.decisions.values() if "welcome" in _purposes(d, rulebook)]
    assert {facts["partner.audience"] == "public" for facts in welcomed} == {True, False}
    for facts in welcomed:
        first_gift = facts["partner.audience"] == "public" and facts["gift.count"] == 1
        assert first_gift or (facts["agreement.status"], facts["agreement.count"]) == ("signed", 1)


def test_a_gift_entered_wrongly_is_flagged_and_not_thanked_for(first):
    decision = first.decisions["entered_wrongly_1"]
    assert "AN24" in _spoke(decision)
    assert not {"AN20", "AN22", "AN23"} & _spoke(decision)


def test_a_partner_with_credit_is_no_stranger(first):
    decision = first.decisions["credited_1"]
    assert decision.facts["gift.credited_usd"] > 0
    assert "PR10" in _spoke(decision) and "PR01" not in _spoke(decision)


def test_a_second_sweep_changes_nobody(first, run):
    again = run(population(TODAY), first)
    assert again.changed == set()
    moved = [p for p, decision in again.decisions.items() if decision.moves]
    assert moved == []


def test_only_those_are_decided_anew_about_whom_something_changed(second):
    changes = edits(TODAY, population(TODAY))
    assert second.changed == {change.about for change in changes}


@pytest.fixture(scope="module")
def second(first: Run, run: Callable[..., Run]) -> Run:
    org = population(TODAY)
    return run(_edited(org, edits(TODAY, org)), first)


@pytest.mark.parametrize(
    ("about", "rule", "stage", "suspended"),
    [
        ("assessed_1", "DD07", "agreement", False),
        ("sent_1", "AG05", "active", False),
        ("in_talks_about_the_next_1", "RN05", "active", False),
        ("clearance_has_run_out_1", "AN08", "active", False),
        ("steady_1", "AN01", "active", True),
        ("gave_1", "AN10", "active", False),
        ("thanked_2", "AN20", "active", False),
    ],
)
def test_each_edit_leads_where_the_policy_says(second, about, rule, stage, suspended):
    decision = second.decisions[about]
    assert rule in _spoke(decision)
    assert (decision.stage, decision.suspended) == (stage, suspended)


def test_somebody_who_writes_again_is_met_again(second):
    decision = second.decisions["parted_1"]
    assert "CL01" in _spoke(decision)
    assert decision.stage in ("prospect", "diligence")
