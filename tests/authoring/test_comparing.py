"""Two rulebooks over one population: exactly those differ who are decided differently."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lifecycle.authoring import Comparing, compare
from lifecycle.deciding import Decider, NativeEngine, cases, sweep
from lifecycle.rulebook import load_rulebook
from partners.demo.population import population
from partners.revisions import RevisionUnknown, folders_at

sys.path.insert(0, str(Path(__file__).parent.parent / "demo"))

DAY = date(2026, 11, 21)
NOTHING = pl.DataFrame(schema={"rule_id": pl.String, "partner_id": pl.String, "anchor": pl.String})


@pytest.fixture(scope="module")
def frames():
    from views_of import frames_of

    return frames_of(population(DAY))


def _changed(rules, *changes):
    for name, old, new in changes:
        text = (rules / name).read_text("utf-8")
        assert old in text
        (rules / name).write_text(text.replace(old, new, 1), "utf-8")
    return load_rulebook(rules)


def _compared(old, new, frames):
    return compare(old, new, frames, (NOTHING, NOTHING), DAY)


def _slowly(rulebook, frames):
    """Decide everybody one by one: stage, suspension, and the rules that spoke."""
    swept = sweep(rulebook, frames, NOTHING, DAY)
    decider = Decider(rulebook, DAY, NativeEngine(rulebook.rules, rulebook.on(DAY)))
    decided = [decider.decide(case) for case in cases(swept, NOTHING, everybody=True)]
    return {each.partner_id: (each.stage, each.suspended) for each in decided}


def test_the_same_rules_differ_for_nobody(shipped, frames):
    found = _compared(shipped, shipped, frames)
    assert (found.partners, found.different) == (300, 0)
    assert found.stages == found.suspensions == found.rules == ()


def test_a_number_that_changes_is_told_by_audience_with_examples(shipped, rules, frames):
    new = _changed(rules, ("parameters/lapse/days.yaml", "public: 540", "public: 200"))
    found = _compared(shipped, new, frames)
    before, after = _slowly(shipped, frames), _slowly(new, frames)
    moved = {partner for partner in before if before[partner] != after[partner]}
    assert moved
    assert sum(each.partners for each in found.stages) == len(moved)
    assert {each.audience for each in found.stages} == {"public"}
    named = {partner for each in found.stages for partner, _ in each.examples}
    assert named <= moved
    assert {"AC14", "RN08"} <= {each.about for each in found.rules}


def test_a_rule_that_is_gone_or_new_is_told(shipped, rules, frames):
    new = _changed(rules, ("any.yaml", "id: AN43", "id: AN90"))
    found = {
        (each.about, each.before, each.after) for each in _compared(shipped, new, frames).rules
    }
    assert found == {("AN43", "yes", "no"), ("AN90", "no", "yes")}


def test_a_renamed_rule_is_one_rule(shipped, rules, frames):
    new = _changed(rules, ("any.yaml", "id: AN43", "id: AN90\n  aliases: [AN43]"))
    assert _compared(shipped, new, frames).different == 0


def test_rules_on_rows_and_conclusions_are_compared(shipped, rules, frames):
    note = (
        "- {id: AN91, name: any.big, cite: [S§21], because: So., when: gift.count > 2, "
        "then: {set: {note.big: true}}}\n"
        "- {id: AN92, name: any.seen, cite: [S§21], because: So., when: note.big, "
        "then: {flag: Big}}\n- id: AN43"
    )
    new = _changed(
        rules,
        ("any.yaml", "- id: AN43", note),
        ("any.yaml", 'row.kind in ["cash", "matching"]', 'row.kind in ["matching"]'),
    )
    found = _compared(shipped, new, frames)
    by_rule = {each.about: 0 for each in found.rules}
    for each in found.rules:
        by_rule[each.about] += each.partners
    assert set(by_rule) == {"AN20", "AN91", "AN92"}
    assert by_rule["AN91"] == by_rule["AN92"]


def test_a_suspension_is_told(shipped, rules, frames):
    new = _changed(
        rules,
        ("any.yaml", "when: note.under_hit\n  then:", "when: contact.count == 0\n  then:"),
    )
    found = _compared(shipped, new, frames)
    assert {(each.before, each.after) for each in found.suspensions} == {("no", "yes")}


@pytest.fixture
def repository(rules):
    """The rules in a repository of their own, one revision old, and changed since."""
    here = rules.parent

    def git(*command):
        who = ("-c", "user.name=T", "-c", "user.email=t@example.org")
        subprocess.run(["git", "-C", here, *who, *command], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    (rules / "closed.yaml").unlink()
    return rules


@pytest.fixture
def overlay(rules):
    """An overlay beside the rules, not yet in their repository."""
    folder = rules.parent / "ours"
    folder.mkdir()
    (folder / "overlay.yaml").write_text("name: ours\nbecause: Because.\n", "utf-8")
    return folder


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


@needs_git
def test_a_revision_of_a_folder_is_read_as_it_was(repository):
    with folders_at("HEAD", repository, []) as (folder, others):
        assert (folder.name, others) == ("rules", [])
        assert len(load_rulebook(folder).rules) > len(load_rulebook(repository).rules)
    assert not folder.exists()


@needs_git
def test_overlays_are_taken_as_they_were_then(overlay, repository, tmp_path_factory):
    # The overlay was committed with the rules, and another folder is in no repository.
    elsewhere = shutil.copytree(overlay, tmp_path_factory.mktemp("elsewhere") / "theirs")
    (overlay / "clauses.yaml").write_text("A.1: {gist: g, document: d}\n", "utf-8")
    with folders_at("HEAD", repository, [overlay, elsewhere]) as (_, (then, as_it_is)):
        assert [file.name for file in then.iterdir()] == ["overlay.yaml"]
        assert as_it_is == elsewhere
    with folders_at("HEAD", elsewhere, [overlay]) as (base, _):
        assert base == elsewhere


@needs_git
def test_an_overlay_that_was_not_there_yet_is_left_out(repository, overlay):
    with folders_at("HEAD", repository, [overlay]) as (_, overlays):
        assert overlays == []


@needs_git
@pytest.mark.parametrize("revision", ["nope", "--output=x", "", "HEAD~5"])
def test_a_revision_that_is_not_there_is_told(repository, revision):
    with pytest.raises(RevisionUnknown), folders_at(revision, repository, []):
        pass
    assert not (repository / "x").exists()


@pytest.mark.thorough
def test_parts_compared_one_after_the_other_tell_the_same_as_all_at_once(shipped, rules, frames):
    new = _changed(rules, ("parameters/lapse/days.yaml", "public: 540", "public: 200"))
    comparing = Comparing(shipped, new, (NOTHING, NOTHING), DAY)
    ids = frames["partner"]["id"].sort()
    parts = [comparing(frames, ids.slice(start, 70)) for start in range(0, len(ids), 70)]
    assert comparing.sum_up(parts) == _compared(shipped, new, frames)


def test_in_an_empty_mirror_nobody_differs(shipped):
    found = Comparing(shipped, shipped, (NOTHING, NOTHING), DAY).sum_up([])
    assert (found.partners, found.different) == (0, 0)


@needs_git
def test_a_folder_in_no_repository_has_no_revision(rules):
    with pytest.raises(RevisionUnknown), folders_at("HEAD", rules, []):
        pass


_ACTS = (
    "- {id: AN91, name: any.acts, cite: [S§21], because: So., when: gift.count > 2, then: THEN}\n"
    "- {id: AN92, name: any.rows, cite: [S§21], because: So., when: row.amount_usd > 0, "
    "for_each: gift, then: {flag: Gift}}\n- id: AN43"
)
_TASK = "{flag: Look, task: {subject: Call, due_in_days: 3}, set: {note.a: true}}"


def _acting(rules, then, more=""):
    text = _ACTS.replace("THEN}", f"{then}{more}}}")
    return _changed(rules, ("any.yaml", "- id: AN43", text))


@pytest.fixture
def acting(shipped_again):
    return _acting(shipped_again, _TASK)


@pytest.fixture
def shipped_again(rules, tmp_path):
    return shutil.copytree(rules, tmp_path / "before" / "rules")


@pytest.mark.parametrize(
    ("then", "more", "before", "after"),
    [
        (_TASK.replace("Look", "See"), "", "flag: Look", "flag: See"),
        (_TASK.replace("Call", "Write"), "", "task.subject: Call", "task.subject: Write"),
        (_TASK.replace("3}", "9}"), "", "task.due_in_days: 3", "task.due_in_days: 9"),
        (
            _TASK.replace("3}", "3, priority: High}"),
            "",
            "task.priority: Normal",
            "task.priority: High",
        ),
        (_TASK[:-1] + ", draft: welcome}", "", "nothing", "draft: welcome"),
        (_TASK[:-1] + ", suppress: drafts}", "", "nothing", "suppress: drafts"),
        (_TASK.replace("true", "false"), "", "set.note.a: true", "set.note.a: false"),
        (_TASK, ", once_per: gift.last_date", "nothing", "once_per: gift.last_date"),
        (
            "{flag: Look}",
            "",
            "task.subject: Call, task.due_in_days: 3, task.priority: Normal, set.note.a: true",
            "nothing",
        ),
    ],
)
def test_a_rule_that_does_something_else_is_told_where_it_holds(
    acting, rules, frames, then, more, before, after
):
    found = _compared(acting, _acting(rules, then, more), frames)
    assert found.stages == found.suspensions == found.rules == ()
    told = {(each.about, each.before, each.after) for each in found.actions}
    assert told == {("AN91", before, after)}
    swept = sweep(acting, frames, NOTHING, DAY)
    holding = swept.matrix.filter(pl.col("gift.count") > 2).height
    assert holding > 0
    assert found.different == sum(each.partners for each in found.actions) == holding


def test_a_rule_on_rows_that_does_something_else_is_told_for_partners_not_rows(
    acting, rules, frames
):
    _acting(rules, _TASK)
    file = rules / "any.yaml"
    file.write_text(file.read_text("utf-8").replace("{flag: Gift}", "{flag: Look here}"), "utf-8")
    found = _compared(acting, load_rulebook(rules), frames)
    partners = {
        partner
        for partner, amount in frames["gift"].select("partner_id", "amount_usd").iter_rows()
        if (amount or 0) > 0
    }
    assert {each.about for each in found.actions} == {"AN92"}
    assert found.different == len(partners & {*frames["partner"]["id"]}) > 0


def test_a_rule_that_does_something_else_and_holds_for_nobody_is_no_difference(
    rules, frames, tmp_path
):
    nobody = _ACTS.replace("gift.count > 2", "gift.count > 2000000")
    first = shutil.copytree(rules, tmp_path / "first" / "rules")
    one = _changed(first, ("any.yaml", "- id: AN43", nobody.replace("THEN", "{flag: A}")))
    two = _changed(rules, ("any.yaml", "- id: AN43", nobody.replace("THEN", "{flag: B}")))
    assert _compared(one, two, frames).different == 0
