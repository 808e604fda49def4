"""Deciding: what moves, what holds still, what acts once, and what a person is told."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from population import random_rows
from writing import rule

from lifecycle.conditions import FUNCTIONS
from lifecycle.deciding import (
    Decider,
    DurableEngine,
    NativeEngine,
    cases,
    durable_available,
    new_episodes,
    summarise,
    sweep,
)
from lifecycle.deciding.path import Path
from lifecycle.facts import STAGES
from lifecycle.plugins import Plugin, PluginError, adding
from lifecycle.rulebook import RulebookError, load_rulebook
from partner_lifecycle.resources import rules_folder

TODAY = date(2026, 6, 15)
NOTHING_ACTED = pl.DataFrame(
    schema={"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String}
)


def _decisions(rulebook, frames, acted=NOTHING_ACTED, *, engine=NativeEngine, everybody=True):
    seen = sweep(rulebook, frames, acted, TODAY)
    decider = Decider(rulebook, TODAY, engine(rulebook.rules, rulebook.on(TODAY)))
    decided = [decider.decide(case) for case in cases(seen, acted, everybody=everybody)]
    return seen, decided


def _standings(seen, decided):
    hashes = dict(seen.outcome.select("partner.id", "outcome_hash").iter_rows())
    return [
        {
            "partner_id": each.partner_id,
            "stage": each.stage,
            "since": each.since,
            "visit": each.visit,
            "suspended": each.suspended,
            "crm_stage_seen": each.facts["partner.crm_stage"],
            "outcome_hash": hashes[each.partner_id],
        }
        for each in decided
    ]


def _acted(decided):
    rows = [
        {"rule_id": firing.rule_id, "partner_id": each.partner_id, "anchor": firing.anchor}
        for each in decided
        for firing in each.firings
        if firing.subject == each.partner_id
    ]
    return pl.DataFrame(rows, schema=NOTHING_ACTED.schema)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sweep_and_every_engine_come_to_the_same_end(frames, seed):
    rulebook = load_rulebook(rules_folder())
    seen, native = _decisions(rulebook, frames(**random_rows(seed, 500)))
    rests = {row[0]: row[1:] for row in seen.outcome.iter_rows()}
    assert {d.partner_id: (d.stage, d.suspended) for d in native} == {
        partner: rest[:2] for partner, rest in rests.items()
    }
    assert len({move.rule_id for d in native for move in d.moves}) > 10
    if durable_available():
        _, durable = _decisions(rulebook, frames(**random_rows(seed, 500)), engine=DurableEngine)
        assert durable == native


@pytest.mark.parametrize("seed", [4, 5])
def test_a_second_sweep_changes_nobody(frames, seed):
    rulebook = load_rulebook(rules_folder())
    rows = random_rows(seed, 500)
    seen, decided = _decisions(rulebook, frames(**rows))
    assert seen.outcome["changed"].all()
    again = frames(**rows, standing=_standings(seen, decided))
    acted = _acted(decided)
    assert sweep(rulebook, again, acted, TODAY).outcome["changed"].sum() == 0


@pytest.mark.thorough
def test_one_partner_alone_is_decided_as_among_all(frames):
    rulebook = load_rulebook(rules_folder())
    rows = random_rows(6, 100)
    _, everybody = _decisions(rulebook, frames(**rows))
    by_id = {decision.partner_id: decision for decision in everybody}
    parents = {row["id"]: row["parent_id"] for row in rows["partner"]}
    givers = {row["id"]: row["partner_id"] for row in rows["gift"]}
    for partner in list(by_id)[:20]:
        ids, at = [], partner
        while at is not None and at not in ids:
            ids.append(at)
            at = parents[at]
        credits = [row["gift_id"] for row in rows["gift_credit"] if row["partner_id"] == partner]
        ids += [givers[gift] for gift in credits if gift in givers]
        alone = {
            view: [row for row in each if row.get("partner_id", row.get("id")) in ids]
            for view, each in rows.items()
        }
        _, few = _decisions(rulebook, frames(**alone))
        assert next(d for d in few if d.partner_id == partner) == by_id[partner]


def test_a_partner_moves_on_until_nothing_holds_each_stage_once(frames, book):
    rulebook = book(
        prospect=rule("PR01", "gift.count == 0", "{move_to: diligence}"),
        diligence=rule("DD01", "gift.count == 0", "{move_to: agreement}"),
        agreement=rule("AG01", "gift.count == 0", "{move_to: prospect}"),
    )
    _, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}]))
    assert [(move.stage_from, move.stage_to) for move in decision.moves] == [
        ("prospect", "diligence"),
        ("diligence", "agreement"),
    ]
    assert (decision.stage, decision.visit, decision.since) == ("agreement", 2, TODAY)


def test_the_higher_priority_moves_and_then_the_order_of_the_file(frames, book):
    rulebook = book(
        prospect=rule("PR01", "True", "{move_to: closed}")
        + rule("PR02", "True", "{move_to: agreement}", priority="5")
        + rule("PR03", "True", "{move_to: diligence}", priority="5")
    )
    _, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}]))
    assert decision.stage == "agreement"


def test_suspension_stands_beside_the_stage_until_it_is_cured(frames, book):
    rulebook = book(
        any=rule("AN01", "hit.open_count > 0", "{suspend: true}")
        + rule("AN02", "suspended and hit.open_count == 0", "{resume: true}"),
        prospect=rule("PR01", "not suspended", "{move_to: diligence}"),
    )
    hit = {"id": 1, "partner_id": "P", "status": "open"}
    seen, (held,) = _decisions(rulebook, frames(partner=[{"id": "P"}], screening_hit=[hit]))
    assert (held.stage, held.suspended) == ("prospect", True)
    assert summarise(held, rulebook).suspended_because == "Because of AN01. (C1)"

    standing = _standings(seen, [held])
    closed = [{**hit, "status": "closed"}]
    _, (cured,) = _decisions(
        rulebook, frames(partner=[{"id": "P"}], screening_hit=closed, standing=standing)
    )
    assert (cured.stage, cured.suspended) == ("diligence", False)
    assert "AN02" in cured.reasons


def test_a_rule_for_each_gift_acts_for_each_gift(frames, book):
    rulebook = book(
        any=rule("AN01", "row.acknowledged_at is None", "{draft: gift_thanks}", for_each="gift")
    )
    gifts = [
        {"id": "g1", "partner_id": "P"},
        {"id": "g2", "partner_id": "P"},
        {"id": "g3", "partner_id": "P", "acknowledged_at": TODAY},
        {"id": "g4", "partner_id": "not a partner"},
    ]
    _, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}], gift=gifts))
    assert [(f.subject, f.anchor) for f in decision.firings] == [("g1", "g1"), ("g2", "g2")]
    assert decision.firings[1].facts["row.id"] == "g2"


def test_the_same_key_never_acts_twice_and_a_moved_anchor_acts_again(frames, book):
    rulebook = book(
        active=rule("AC01", "True", "{draft: renewal_invitation}", once_per="agreement.end_date")
    )

    def firings(end):
        agreement = [{"id": "a", "partner_id": "P", "status": "signed", "end_date": end}]
        partner = [{"id": "P", "crm_stage": "active"}]
        _, (decision,) = _decisions(rulebook, frames(partner=partner, agreement=agreement))
        return decision

    first, moved = firings(date(2026, 9, 1)), firings(date(2026, 10, 1))
    key = ("AC01", "P")
    (begun,) = new_episodes(first, {})
    assert begun.key == "AC01/P/2026-09-01/1"
    assert new_episodes(first, {key: [["2026-09-01"]]}) == []
    (again,) = new_episodes(moved, {key: [["2026-09-01"]]})
    assert again.key == "AC01/P/2026-10-01/1"
    (returned,) = new_episodes(first, {key: [["2026-09-01", "2026-10-01"]]})
    assert returned.key == "AC01/P/2026-09-01/2"
    assert new_episodes(firings(None), {}) == []


def test_what_was_done_for_either_of_two_merged_partners_is_done(frames, book):
    rulebook = book(active=rule("AC01", "True", "{flag: F}", once_per="agreement.end_date"))
    agreement = [{"id": "a", "partner_id": "P", "status": "signed", "end_date": TODAY}]
    given = frames(partner=[{"id": "P", "crm_stage": "active"}], agreement=agreement)
    _, (decision,) = _decisions(rulebook, given)
    key, here, other = ("AC01", "P"), "2026-06-15", "2026-01-01"
    assert new_episodes(decision, {key: [[here], [other]]}) == []
    assert new_episodes(decision, {key: [[other], [here]]}) == []
    (again,) = new_episodes(decision, {key: [[here, other], [here, other]]})
    assert again.n == 3


def test_a_move_with_an_anchor_is_not_made_twice_for_it(frames, book):
    rulebook = book(
        active=rule("AC01", "True", "{move_to: renewal}", once_per="agreement.end_date")
    )
    agreement = [{"id": "a", "partner_id": "P", "status": "signed", "end_date": TODAY}]
    given = frames(partner=[{"id": "P", "crm_stage": "active"}], agreement=agreement)
    acted = pl.DataFrame([("AC01", "P", "2026-06-15")], schema=NOTHING_ACTED.schema, orient="row")
    earlier = pl.DataFrame([("AC01", "P", "2020-01-01")], schema=acted.schema, orient="row")
    merged = pl.concat([acted, earlier])
    for past, stage in (
        (NOTHING_ACTED, "renewal"),
        (earlier, "renewal"),
        (acted, "active"),
        (merged, "active"),
    ):
        seen, (decision,) = _decisions(rulebook, given, past)
        assert (decision.stage, seen.outcome["stage"][0]) == (stage, stage)


@pytest.mark.parametrize(("exclusive", "anchor"), [(True, "true"), (False, "false")])
def test_an_anchor_that_is_true_or_false_is_one_text_to_the_sweep_and_to_decide(
    frames, book, exclusive, anchor
):
    rulebook = book(
        active=rule("AC01", "True", "{move_to: renewal}", once_per="agreement.exclusive")
        + rule("AC02", "True", "{flag: F}", once_per="agreement.exclusive")
    )
    agreement = [{"id": "a", "partner_id": "P", "status": "signed", "exclusive": exclusive}]
    rows = {"partner": [{"id": "P", "crm_stage": "active"}], "agreement": agreement}
    acted = pl.DataFrame([("AC01", "P", anchor)], schema=NOTHING_ACTED.schema, orient="row")
    other = pl.DataFrame([("AC01", "P", anchor.title())], schema=acted.schema, orient="row")
    for past, stage in ((NOTHING_ACTED, "renewal"), (other, "renewal"), (acted, "active")):
        seen, (decision,) = _decisions(rulebook, frames(**rows), past)
        assert (decision.stage, seen.outcome["stage"][0]) == (stage, stage)
    assert [(each.rule_id, each.anchor) for each in decision.firings if each.rule_id == "AC02"] == [
        ("AC02", anchor)
    ]
    assert [each.key for each in new_episodes(decision, {})] == [f"AC02/P/{anchor}/1"]
    again = frames(**rows, standing=_standings(seen, [decision]))
    turned = frames(
        **{**rows, "agreement": [{**agreement[0], "exclusive": not exclusive}]},
        standing=_standings(seen, [decision]),
    )
    assert not sweep(rulebook, again, acted, TODAY).outcome["changed"][0]
    assert sweep(rulebook, turned, acted, TODAY).outcome["changed"][0]


def test_a_way_that_would_never_end_is_an_error_and_does_not_hang(frames, book, monkeypatch):
    rulebook = book(
        prospect=rule("PR01", "True", "{move_to: diligence}"),
        diligence=rule("DD01", "True", "{move_to: prospect}"),
    )
    given = frames(partner=[{"id": "P"}])
    seen = sweep(rulebook, given, NOTHING_ACTED, TODAY)
    (case,) = cases(seen, NOTHING_ACTED, everybody=True)
    # As if the guard were lost by which no stage is entered twice.
    monkeypatch.setattr("lifecycle.deciding.resting._BITS", dict.fromkeys(STAGES, 0))
    with pytest.raises(RuntimeError, match="more stages than there are"):
        sweep(rulebook, given, NOTHING_ACTED, TODAY)
    path = Path(case.facts, TODAY, None)
    path.move(rulebook.by_id["PR01"], "diligence")
    with pytest.raises(RuntimeError, match="DD01 moves back to prospect"):
        path.move(rulebook.by_id["DD01"], "prospect")


def test_a_plugins_function_that_fails_in_the_sweep_is_named(frames, book):
    def columns(day):
        today = pl.when(day == TODAY).then(pl.lit("x")).otherwise(pl.lit("1"))
        return today.cast(pl.Int64)

    late = Plugin("late", functions={"f": replace(FUNCTIONS["month"], columns=columns)})
    with adding([late]):
        rulebook = book(prospect=rule("PR01", "late.f(today) == 1", "{flag: F}"))
        with pytest.raises(PluginError, match=r"late\.f\(\) of a plug-in failed in columns"):
            sweep(rulebook, frames(partner=[{"id": "P"}]), NOTHING_ACTED, TODAY)


def test_why_and_why_not_are_told_with_what_was_seen_and_needed(frames, book):
    rulebook = book(
        prospect=rule(
            "PR01",
            "gift.count >= 1 and gift.total_usd >= 500000 and partner.country is not None",
            "{move_to: diligence}",
        )
        + rule("PR02", "gift.count >= 1", "{task: {subject: Call, due_in_days: 3}}")
    )
    gift = {"id": "g", "partner_id": "P", "status": "received", "amount_usd": 12_345}
    _, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}], gift=[gift]))
    assert decision.reasons["PR02"].because == "Because of PR02."
    (seen,) = decision.reasons["PR02"].conditions
    assert (seen.about, seen.seen, seen.needed, seen.holds) == (
        "gifts received",
        "1",
        "at least 1",
        True,
    )
    (why_not,) = decision.why_not
    assert (why_not.rule_id, why_not.stage_to) == ("PR01", "diligence")
    assert [(each.about, each.seen, each.needed) for each in why_not.missing] == [
        ("total received", "US$ 123.45", "at least US$ 5,000"),
        ("country", "not known", "to be known"),
    ]
    summary = summarise(decision, rulebook)
    assert summary.next_step == "Call"
    assert summary.missing.splitlines() == [
        "For diligence:",
        "- total received: at least US$ 5,000",
        "- country: to be known",
    ]


def test_a_persons_move_is_kept_and_named(frames, book):
    rulebook = book(active=rule("AC01", "True", "{flag: Look here}"))
    partner = [{"id": "P", "crm_stage": "active", "crm_stage_by": "005x"}]
    standing = [
        {
            "partner_id": "P",
            "stage": "prospect",
            "since": date(2026, 1, 1),
            "visit": 0,
            "suspended": False,
            "crm_stage_seen": "prospect",
        }
    ]
    _, (decision,) = _decisions(rulebook, frames(partner=partner, standing=standing))
    (move,) = decision.moves
    assert (move.stage_from, move.stage_to, move.by) == ("prospect", "active", "005x")
    assert summarise(decision, rulebook).reason == "Set to active in the CRM by 005x."
    assert summarise(decision, rulebook).flags == ("Look here (C1)",)


def test_rules_that_withhold_drafts_are_named(frames, book):
    rulebook = book(any=rule("AN01", "contact.email_opt_out", "{suppress: drafts}"))
    contact = [{"id": "c", "partner_id": "P", "email_opt_out": True}]
    _, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}], contact=contact))
    assert decision.suppressed_by == ("AN01",)


def test_conclusions_are_drawn_in_the_order_in_which_they_are_read(frames, book):
    rulebook = book(
        any=rule("AN03", "note.large and note.close", "{flag: Large and close}")
        + rule("AN02", "note.large", "{set: {note.close: true, note.size: 2}}")
        + rule("AN01", "gift.count > 0", "{set: {note.large: true}}")
        + rule("AN04", "gift.count > 1", "{set: {note.size: 3}}", priority="1"),
        prospect=rule("PR01", "note.size == 2", "{move_to: diligence}")
        + rule("PR02", "note.size == 3", "{move_to: agreement}"),
        diligence=rule("DD01", "note.size == 2 and stage == 'diligence'", "{flag: Here}"),
    )
    gift = {"partner_id": "P", "status": "received"}
    for gifts, stage in ((0, "prospect"), (1, "diligence"), (2, "agreement")):
        rows = [{"id": f"g{number}", **gift} for number in range(gifts)]
        seen, (decision,) = _decisions(rulebook, frames(partner=[{"id": "P"}], gift=rows))
        assert (decision.stage, seen.outcome["stage"][0]) == (stage, stage)
        assert ("AN03" in decision.reasons) is (gifts > 0)


@pytest.mark.parametrize(
    ("rules", "circle"),
    [
        (
            rule("AN01", "note.b", "{set: {note.a: true}}")
            + rule("AN02", "note.a", "{set: {note.b: true}}"),
            "note.a",
        ),
        (rule("AN01", "not note.a", "{set: {note.a: true}}"), "note.a"),
        (
            rule("AN01", "suspended", "{set: {note.a: true}}")
            + rule("AN02", "note.a", "{suspend: true}"),
            "suspended",
        ),
    ],
)
def test_conclusions_in_a_circle_are_refused(book, rules, circle):
    with pytest.raises(RulebookError, match="go in a circle") as caught:
        book(any=rules)
    assert circle in str(caught.value)


def test_a_conclusion_has_one_type(book):
    rules = rule("AN01", "True", "{set: {note.a: true}}") + rule(
        "AN02", "True", "{set: {note.a: 1}}"
    )
    with pytest.raises(RulebookError, match=r"note\.a is a true or false elsewhere"):
        book(any=rules)


def test_a_stage_that_a_person_set_holds_until_there_is_something_new(frames, book):
    rulebook = book(
        prospect=rule("PR01", "gift.count > 0", "{move_to: diligence}"),
        agreement=rule("AG01", "gift.count > 0", "{move_to: active}"),
    )
    gift = {"partner_id": "P", "status": "received"}
    partner = [{"id": "P", "crm_stage": "prospect", "crm_stage_by": "Claire"}]
    stood = {"partner_id": "P", "stage": "active", "since": date(2026, 1, 1), "visit": 3}
    stood |= {"suspended": False, "crm_stage_seen": "active", "held": False}
    given = {"partner": partner, "gift": [{"id": "g1", **gift}]}

    seen, (decision,) = _decisions(rulebook, frames(**given, standing=[stood]))
    assert (decision.stage, seen.outcome["stage"][0]) == ("prospect", "prospect")
    assert [(move.stage_to, move.by) for move in decision.moves] == [("prospect", "Claire")]
    (flag,) = summarise(decision, rulebook).flags
    assert flag.startswith("A person set this stage; by the rules it would be diligence")

    held = [{**row, "held": True} for row in _standings(seen, [decision])]
    again = sweep(rulebook, frames(**given, standing=held), NOTHING_ACTED, TODAY).outcome
    assert (again["stage"][0], again["changed"][0]) == ("prospect", False)

    more = {**given, "contact": [{"id": "c", "partner_id": "P"}]}
    rulebook = book(
        prospect=rule("PR01", "gift.count > 0", "{move_to: diligence}")
        + rule("PR02", "contact.count > 0", "{flag: Somebody}")
    )
    seen, (decision,) = _decisions(rulebook, frames(**more, standing=held))
    assert (decision.stage, seen.outcome["stage"][0]) == ("diligence", "diligence")
