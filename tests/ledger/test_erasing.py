"""Erasing a partner leaves nothing of it but that it was decided, and the ledger sound."""

from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.exc import IntegrityError
from still import NOW

from lifecycle.rulebook import load_rulebook
from partner_lifecycle.resources import rules_folder
from partners.errors import ErasureRefused, PartnerUnknown
from partners.job.engines import choose_engine
from partners.job.hits import add_hit
from partners.job.showing import show_partner
from partners.ledger import ErasureRequest, Wanted, erase_partner, replay, verify
from partners.store import METADATA, open_store

REQUEST = ErasureRequest("The data protection officer", "request 12", NOW)
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]


def _texts(ledger, about):
    """Return every row of the library's own tables that speaks of somebody, as one text."""
    engine = create_engine(ledger.url)
    found = MetaData()
    found.reflect(engine, only=lambda name, _: name in METADATA.tables)
    with engine.connect() as connection:
        rows = [
            row for table in found.tables.values() for row in connection.execute(table.select())
        ]
    engine.dispose()
    return "\n".join(line for line in map(str, map(tuple, rows)) if about in line)


def _somebody(ledger):
    """Return a person with a letter: its id, and its last name and address."""
    (row,) = ledger.rows(
        "SELECT contact.id, contact.last_name, contact.email FROM contact "
        "JOIN partner ON partner.id = contact.id JOIN draft ON draft.partner_id = partner.id "
        "WHERE contact.email IS NOT NULL AND draft.text LIKE '%' || contact.last_name || '%' "
        "ORDER BY contact.id LIMIT 1"
    )
    return row["id"], (row["last_name"], row["email"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_is_erased_and_the_ledger_stays_sound(copied, kind):
    ledger = copied(kind)
    partner, (name, email) = _somebody(ledger)
    assert name in _texts(ledger, partner) and _texts(ledger, email)
    with open_store(ledger.url) as store:
        erased = erase_partner(store, partner, REQUEST, None)
        verified = verify(store, None, erased.root)
        replayed = replay(store, partial(choose_engine, "native"), Wanted(partner))
    assert name not in _texts(ledger, partner)
    assert _texts(ledger, email) == ""
    assert verified.findings == []
    assert verified.erased == erased.decisions == replayed.erased > 0
    assert (replayed.same, replayed.differences) == (0, [])
    (note,) = ledger.rows("SELECT * FROM decision WHERE kind = 'erasure'")
    assert (note["by"], note["partner_id"]) == (REQUEST.by, partner)
    assert "request 12" in note["why"]


def test_nothing_is_left_in_the_file_itself(store, store_url):
    from partners.ledger import Entry, append
    from partners.store import JsonText

    none, secret = JsonText("[]"), JsonText('{"facts":{"contact.name":"Ottoline Quayle"}}')
    told = (False, None, None, "rules", "rules", None, "closed", none, none, none)
    with store.transaction() as connection:
        append(connection, [Entry(None, "003A", NOW, *told, JsonText("{}"), None, secret)], None)

    def lies_there():
        files = Path(store.sqlite_path).parent.glob("store.db*")
        return any(b"Ottoline" in file.read_bytes() for file in files)

    with store.reading() as reader:
        reader.execute(text("SELECT 1 FROM run"))
        assert lies_there()
    erase_partner(store, "003A", REQUEST, None)
    assert not lies_there()


@pytest.mark.parametrize("kind", KINDS)
def test_those_merged_into_a_partner_are_erased_with_it(copied, kind):
    ledger = copied(kind)
    (alias,) = ledger.rows("SELECT * FROM partner_alias")
    with open_store(ledger.url) as store:
        erased = erase_partner(store, alias["old_id"], REQUEST, None)
        assert verify(store, None).findings == []
    assert list(erased.partner_ids) == [alias["id"], alias["old_id"]]
    left = ledger.rows(
        "SELECT partner_id FROM decision JOIN decision_private ON decision_id = decision.id "
        "WHERE partner_id IN (:old_id, :id)",
        **alias,
    )
    assert left == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_erased_before_is_not_noted_again(copied, kind):
    ledger = copied(kind)
    partner, _ = _somebody(ledger)
    with open_store(ledger.url) as store:
        first = erase_partner(store, partner, REQUEST, None)
        told = verify(store, None)
        again = erase_partner(store, partner, REQUEST, None)
        assert verify(store, None) == told
        add_hit(store, partner, "Sanctions", "Her name", by="Ann", now=NOW)
        third = erase_partner(store, partner, REQUEST, None)
        noted = verify(store, None)
    assert (first.noted, told.erasures, told.erased) == (True, 1, first.decisions)
    assert (again.noted, again.decisions, again.drafts, again.others) == (False, 0, 0, 0)
    assert again.root == first.root
    assert (third.noted, third.decisions, third.others) == (True, 0, 1)
    assert (noted.findings, noted.erasures, noted.erased) == ([], 2, first.decisions)
    assert noted.decisions == told.decisions


@pytest.mark.parametrize(("by", "reason"), [("", "request 12"), ("The officer", " \n")])
def test_nobody_erases_without_a_name_and_a_reason(by, reason):
    with pytest.raises(ErasureRefused, match="An erasure needs --"):
        ErasureRequest(by, reason, NOW)


def test_what_comes_back_after_it_was_erased_is_found(copied):
    ledger = copied("sqlite")
    partner, _ = _somebody(ledger)
    kept = ledger.rows(
        "SELECT decision_private.* FROM decision_private JOIN decision ON id = decision_id "
        "WHERE partner_id = :partner ORDER BY decision_id LIMIT 1",
        partner=partner,
    )[0]
    with open_store(ledger.url) as store:
        erase_partner(store, partner, REQUEST, None)
    ledger.behind(
        "INSERT INTO decision_private VALUES (:decision_id, :salt, :recorded)",
        **kept,
    )
    with open_store(ledger.url) as store:
        (finding,) = verify(store, None).findings
    assert (finding.decision, finding.what[-11:]) == (kept["decision_id"], "and is back")


def test_a_partner_that_was_erased_may_be_met_again(office):
    office.run()
    partner = office.partner_at("prospect")
    erased = erase_partner(office.store, partner, REQUEST, None)
    assert erased.mirrored
    org = office.demo.local.org
    org.update("Account", partner, {"Lifecycle_Stage__c": "closed"}, user="claire@local.example")
    office.run()
    verified = verify(office.store, None)
    assert (verified.findings, verified.erased) == ([], erased.decisions)


def test_who_set_a_stage_is_shown_until_it_is_erased(copied):
    ledger = copied("sqlite")
    (moved,) = ledger.rows("SELECT * FROM decision WHERE kind = 'person'")
    rulebook = load_rulebook(rules_folder())

    def who(store):
        history = show_partner(store, rulebook, moved["partner_id"], NOW, "native").history
        return [row["by"] for row in history if row["kind"] == "person"]

    with open_store(ledger.url) as store:
        assert who(store) == ["Claire Fontaine"]
        erase_partner(store, moved["partner_id"], REQUEST, None)
        assert who(store) == ["a person"]
        assert "Claire" not in _texts(ledger, moved["partner_id"])


def test_a_partner_of_whom_nothing_is_known_cannot_be_erased(store):
    with pytest.raises(PartnerUnknown, match="Nothing was ever decided"):
        erase_partner(store, "001X", REQUEST, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", ["decision_private", "seal", "rulebook"])
def test_the_store_refuses_to_change_what_is_for_good(copied, kind, table):
    column = {"decision_private": "salt", "seal": "root", "rulebook": "layers"}[table]
    attempts = [f"UPDATE {table} SET {column} = 'x'"]
    attempts += [] if table == "decision_private" else [f"DELETE FROM {table}"]
    if kind == "sqlite":
        attempts.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        attempts.append(f"TRUNCATE {table}")
    with open_store(copied(kind).url) as store:
        for attempt in attempts:
            with pytest.raises(IntegrityError), store.transaction() as connection:
                connection.execute(text(attempt))
