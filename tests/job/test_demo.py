"""The main job, end to end: what the demo leaves in store and org agrees, record by record."""

import base64
from collections import Counter

from sqlalchemy import select, text
from still import NOW

from lifecycle.rulebook import load_rulebook
from partner_lifecycle.resources import rules_folder
from partners.job.showing import show_partner
from partners.store import decision, draft, episode, outbox, standing

STAGES = ("prospect", "diligence", "agreement", "active", "renewal", "closed")
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
FIELDS = {
    "stage": "Lifecycle_Stage__c",
    "since": "Lifecycle_Since__c",
    "next_step": "Lifecycle_Next_Step__c",
    "suspended": "Lifecycle_Suspended__c",
}


def _rows(demo, table):
    with demo.store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def _by_key(demo, name, fields):
    query = f"SELECT {fields}, Lifecycle_Key__c FROM {name} WHERE Lifecycle_Key__c != null"
    rows = demo.org.query(query)
    assert len({row["Lifecycle_Key__c"] for row in rows}) == len(rows)
    return {row["Lifecycle_Key__c"]: row for row in rows}


def test_everybody_is_decided_and_every_edge_is_taken(demo):
    first = demo.report.first.decided
    assert len(first.changed) == first.partners == 300
    assert {(move.stage_from, move.stage_to) for move in first.moves} == EDGES
    stood = Counter(row["stage"] for row in _rows(demo, standing))
    assert set(stood) == set(STAGES)


def test_the_second_run_decides_only_those_whom_people_changed(demo):
    assert sorted(demo.report.decided_anew) == sorted(e["partner"] for e in demo.report.edits)
    assert len(demo.report.edits) >= 6


def test_all_audiences_are_mirrored_with_every_kind_of_row(demo):
    with demo.store.reading() as connection:
        audiences = connection.execute(text("SELECT DISTINCT audience FROM partner"))
        assert set(audiences.scalars()) == {"corporation", "foundation", "hnwi", "public"}
        kinds = set(connection.execute(text("SELECT DISTINCT kind FROM gift")).scalars())
        assert kinds >= {"cash", "in_kind", "matching"}
        for view in ("contact", "agreement", "diligence", "obligation", "touch", "gift_credit"):
            assert connection.execute(text(f"SELECT count(*) FROM {view}")).scalar_one() > 0


def test_what_stands_in_the_store_stands_in_the_org(demo):
    query = "SELECT Id, " + ", ".join([*FIELDS.values(), "Lifecycle_Missing__c"]) + " FROM {}"
    records = {
        row["Id"]: row
        for name in ("Account", "Contact")
        for row in demo.org.query(query.format(name))
    }
    standings = _rows(demo, standing)
    assert len(standings) == 300
    for row in standings:
        record = records[row["partner_id"]]
        expected = {**row, "since": row["since"].isoformat()}
        assert {name: expected[name] for name in FIELDS} == {
            name: record[field] for name, field in FIELDS.items()
        }
        assert record["Lifecycle_Stage__c"] == row["crm_stage_seen"]


def test_every_write_is_in_the_org_exactly_once(demo):
    written = _rows(demo, outbox)
    assert {row["state"] for row in written} == {"delivered"}
    ours = [row for row in written if row["object"] == "Task"]
    tasks = {row["key"]: row for row in ours if row["operation"] == "create"}
    found = _by_key(demo, "Task", "Id, Subject, OwnerId, WhatId, WhoId, ActivityDate, IsClosed")
    assert found.keys() == tasks.keys()
    for key, row in tasks.items():
        assert found[key]["Id"] == row["crm_id"]
        assert found[key]["Subject"] == row["fields"]["Subject"]
        assert row["partner_id"] in (found[key]["WhatId"], found[key]["WhoId"])
    closed = {row["record_id"] for row in ours if row["operation"] == "update"}
    assert closed == {row["Id"] for row in found.values() if row["IsClosed"]}


def test_every_draft_is_a_file_on_its_partners_record(demo):
    drafted = {row["id"]: row for row in _rows(demo, draft) if row["status"] == "drafted"}
    found = _by_key(demo, "ContentVersion", "Id, Title, VersionData, FirstPublishLocationId")
    live = {key: row for key, row in found.items() if key.removesuffix(".eml") in drafted}
    withdrawn = {key: row for key, row in found.items() if key not in live}
    assert live.keys() == {*drafted, *(f"{key}.eml" for key in drafted)}
    assert withdrawn
    assert all(row["Title"].startswith("Withdrawn: ") for row in withdrawn.values())
    assert all(row["subject"] in found[row["id"]]["Title"] for row in drafted.values())
    written = {row["key"]: row["fields"] for row in _rows(demo, outbox)}
    for key, row in drafted.items():
        assert base64.b64decode(written[key]["VersionData"]).decode() == row["html"]
        assert written[key]["FirstPublishLocationId"] == row["partner_id"]


def test_every_draft_is_an_e_mail_not_yet_sent_beside_the_others_of_its_partner(demo):
    drafted = {row["id"]: row for row in _rows(demo, draft) if row["status"] == "drafted"}
    fields = "Subject, HtmlBody, Status, RelatedToId, ToIds, ToAddress, CreatedById, IsDeleted"
    found = _by_key(demo, "EmailMessage", fields)
    for key, row in drafted.items():
        mail = found[f"{key}.email"]
        assert (mail["Subject"], mail["HtmlBody"]) == (row["subject"], row["html"])
        assert (mail["Status"], mail["ToIds"]) == ("5", row["contact_id"])
        assert row["partner_id"] in (mail["RelatedToId"], mail["ToIds"])
    gone = [row for key, row in found.items() if key.removesuffix(".email") not in drafted]
    assert gone
    assert {(row["Subject"][:10], row["HtmlBody"]) for row in gone} == {("Withdrawn:", None)}
    assert {row["Status"] for row in found.values()} == {"5"}, "nothing is ever sent"


def test_drafts_speak_to_every_audience_in_three_languages(demo):
    drafted = [row for row in _rows(demo, draft) if row["status"] == "drafted"]
    assert {row["language"] for row in drafted} == {"en", "fr", "es"}
    assert {row["audience"] for row in drafted} == {"corporation", "foundation", "hnwi", "public"}
    for row in drafted:
        assert row["subject"] and row["html"] and row["text"]
        assert "None" not in row["text"]


def test_nobody_who_must_not_be_written_to_gets_a_draft(demo):
    query = text(
        "SELECT id FROM contact WHERE email_opt_out = 1 OR do_not_contact = 1 OR deceased = 1 "
        "OR bounced_at IS NOT NULL OR email IS NULL"
    )
    with demo.store.reading() as connection:
        silent = set(connection.execute(query).scalars())
    rows = _rows(demo, draft)
    drafted = {row["contact_id"] for row in rows if row["status"] == "drafted"}
    assert silent
    assert drafted.isdisjoint(silent)
    withheld = [row for row in rows if row["status"] == "suppressed"]
    assert withheld
    assert all(row["reason"] for row in withheld)


def test_every_decision_says_why_and_by_which_rules(demo):
    decisions = _rows(demo, decision)
    assert len(decisions) == 300 + len(demo.report.edits)
    digests = {row["rulebook_hash"] for row in decisions}
    assert len(digests) == 1
    for row in decisions:
        if row["stage_from"] != row["stage_to"] and row["kind"] == "rules":
            assert row["why"], row["partner_id"]
        for reason in row["why"]:
            assert reason["because"] and reason["cite"] and reason["conditions"]
            assert all(condition["holds"] for condition in reason["conditions"])
        for why in row["why_not"]:
            assert why["missing"]


def test_a_decision_keeps_no_names_or_addresses_of_people(demo):
    with demo.store.reading() as connection:
        emails = set(connection.execute(text("SELECT email FROM contact")).scalars()) - {None}
        last_names = set(connection.execute(text("SELECT last_name FROM contact")).scalars())
    for row in _rows(demo, decision):
        assert emails.isdisjoint(map(str, row["facts"].values()))
        assert last_names.isdisjoint(map(str, row["facts"].values()))


def test_a_partner_shown_alone_has_the_credit_for_what_others_gave(demo):
    rulebook = load_rulebook(rules_folder())
    with demo.store.reading() as connection:
        credited = list(connection.execute(text("SELECT partner_id FROM gift_credit")).scalars())
    assert len(credited) >= 4
    for partner in credited:
        facts = show_partner(demo.store, rulebook, partner, NOW, "native").decision.facts
        assert facts["gift.credited_count"] == 1
        assert facts["gift.credited_usd"] > 0


def test_no_key_acts_twice(demo):
    keys = Counter(
        (row["rule_id"], row["subject"], row["anchor"], row["n"]) for row in _rows(demo, episode)
    )
    assert keys
    assert set(keys.values()) == {1}
