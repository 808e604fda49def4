"""What was recorded decides again to the same end, whatever happened in between."""

import json
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import text
from still import NOW

from lifecycle.deciding import durable_available
from lifecycle.rulebook import load_rulebook
from partners.job.engines import choose_engine
from partners.ledger import Wanted, replay, verify
from partners.store import open_store

NATIVE = partial(choose_engine, "native")


def again(store, choose=NATIVE, **wanted):
    return replay(store, choose, Wanted(**wanted))


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)])
def test_four_days_of_work_come_out_the_same(copied, kind):
    with open_store(copied(kind).url, read_only=True) as store:
        replayed = again(store)
    assert replayed.differences == []
    assert (replayed.by_persons, replayed.erased, replayed.without_rules) == (1, 0, 0)
    assert replayed.same > 60


@pytest.mark.skipif(not durable_available(), reason="durable_rules is not installed")
def test_the_live_engine_comes_to_the_same_end(copied):
    with open_store(copied("sqlite").url, read_only=True) as store:
        replayed = again(store, partial(choose_engine, "durable"))
    assert replayed.differences == []
    assert replayed.same > 60


def test_some_decisions_can_be_picked(copied):
    ledger = copied("sqlite")
    (moved,) = ledger.rows("SELECT * FROM decision WHERE kind = 'person'")
    with open_store(ledger.url, read_only=True) as store:
        one = again(store, partner=moved["partner_id"])
        assert again(store, limit=5).same == 5
        later = again(store, since=NOW.date().replace(year=NOW.year + 1))
        every = again(store, since=NOW.date())
    assert (one.by_persons, one.same > 1) == (1, True)
    assert (later.same, every.same > 60) == (0, True)


def test_a_value_that_was_changed_shows_what_comes_out_now(copied):
    ledger = copied("sqlite")
    (row,) = ledger.rows(
        "SELECT id, recorded FROM decision JOIN decision_private ON decision_id = id "
        "WHERE stage_from = 'diligence' AND stage_to = 'closed' ORDER BY id LIMIT 1"
    )
    recorded = json.loads(row["recorded"])
    recorded["facts"]["stage"] = "active"
    ledger.behind(
        "UPDATE decision_private SET recorded = :recorded WHERE decision_id = :id",
        recorded=json.dumps(recorded),
        id=row["id"],
    )
    with open_store(ledger.url, read_only=True) as store:
        replayed = again(store)
    assert replayed.different == 1
    parts = {each.part: each for each in replayed.differences}
    assert {each.decision for each in replayed.differences} == {row["id"]}
    assert parts["stage_from"].recorded == "diligence"
    assert parts["stage_from"].again == "active"


def test_rules_that_are_gone_decide_nothing(copied):
    ledger = copied("sqlite")
    ledger.behind("DELETE FROM rulebook")
    with open_store(ledger.url, read_only=True) as store:
        replayed = again(store)
    assert (replayed.same, replayed.different) == (0, 0)
    assert replayed.without_rules > 60


def test_a_baseline_comes_out_the_same(office):
    job, store = office.job, office.store
    office.sync()
    taken = job.take_over(store, NOW)
    assert (again(store).same, again(store).differences) == (taken, [])
    office.decide()
    assert again(store).differences == []
    assert verify(store, None).findings == []


_RULES = """\
stage: any
rules:
- id: {id}
  name: any.call
  cite: [C1]
  because: Everybody with a name is called once.
  when: partner.name is not None and partner.name != contact.name and {more}
  then: {{task: {{subject: Call, due_in_days: 1}}}}
  once_per: partner.name
  aliases: [{alias}]
  max_actions: {most}
"""


def _by_rules(office, folder, **values):
    folder.mkdir()
    (folder / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
    (folder / "any.yaml").write_text(_RULES.format(**values))
    office.job = replace(office.job, rulebook=load_rulebook(folder))
    office.decide()


def test_changed_renamed_and_stopped_rules_each_decide_what_was_theirs(office, tmp_path):
    """And where rules ask for names, none is left in the open."""
    office.sync()
    truth = {"more": "partner.audience is not None", "most": 1_000}
    _by_rules(office, tmp_path / "1", id="AN01", alias="AN81", **truth)
    assert _names_in_the_open(office.store) == []
    other = {**truth, "more": "gift.count >= 0"}
    _by_rules(office, tmp_path / "2", id="AN02", alias="AN01", **other)
    _by_rules(office, tmp_path / "3", id="AN03", alias="AN83", **{**truth, "most": 1})
    replayed = again(office.store)
    assert replayed.differences == []
    assert replayed.same > 100
    assert verify(office.store, None).findings == []
    with office.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM rulebook")).scalar() == 3


def _names_in_the_open(store):
    """Return the names that the ledger tells, though its rules asked for names."""
    with store.reading() as connection:
        names = connection.execute(text("SELECT name FROM partner UNION SELECT name FROM contact"))
        told = connection.execute(text("SELECT fired, why, why_not, facts FROM decision")).all()
        everything = " ".join(" ".join(row) for row in told)
        return [name for name in names.scalars() if name and name in everything]
