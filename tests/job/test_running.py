"""A run goes on where another stopped; what people do is theirs; what the CRM refuses is shown."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, update
from still import NOW, quiet

from crm_sync.errors import WrongOrg
from crm_sync.sandbox import LocalOrg
from crm_sync.sandbox.schema import Schema
from lifecycle.rulebook import load_rulebook
from partners.demo.house import EXAMPLE_HOUSE
from partners.errors import AlreadyRunning, MetadataMissing
from partners.job.engines import choose_engine
from partners.job.lock import only_one
from partners.job.outbox import retry_writes
from partners.ledger import Wanted, replay, verify
from partners.store import (
    decision,
    decision_private,
    draft,
    episode,
    open_store,
    outbox,
    partner_alias,
    standing,
)


def _rows(store, table):
    with store.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def _partner_at(workplace, stage):
    return next(
        row["partner_id"]
        for row in _rows(workplace.store, standing)
        if row["stage"] == stage and row["partner_id"].startswith("001")
    )


def test_a_third_run_changes_and_writes_nothing(workplace):
    assert workplace.run().written
    for _ in range(2):
        again = workplace.run()
        assert again.decided.changed == []
        assert again.written == {}
        assert (again.waiting, again.set_aside) == (0, [])


def test_a_stage_set_by_hand_becomes_that_persons_decision(ran):
    partner = _partner_at(ran, "prospect")
    who = "claire@local.example"
    ran.org.update("Account", partner, {"Lifecycle_Stage__c": "agreement"}, user=who)
    report = ran.run()
    assert report.decided.changed == [partner]
    made = [row for row in _rows(ran.store, decision) if row["partner_id"] == partner]
    (person,) = [row for row in made if row["kind"] == "person"]
    assert (person["stage_from"], person["stage_to"]) == ("prospect", "agreement")
    assert person["by"] == "a person"
    (kept,) = [
        row for row in _rows(ran.store, decision_private) if row["decision_id"] == person["id"]
    ]
    assert kept["recorded"] == {"by": "Claire Fontaine"}
    assert ran.run().decided.changed == []


def test_a_row_that_the_crm_refuses_is_set_aside_and_the_rest_goes_on(workplace):
    gone = workplace.demo.ids["Account:assessed_1"]
    job, store, session = workplace.job, workplace.store, workplace.demo.session()
    job.sync(store, session, NOW, quiet)
    workplace.org.delete("Account", gone)
    decided = job.decide(store, NOW, quiet)
    assert gone in decided.changed
    delivered = job.deliver(store, session, NOW, quiet)
    assert sum(delivered.written.values()) > 200
    rows = _rows(store, outbox)
    told = {row["error_code"] for row in rows if row["state"] == "closed"}
    assert told == {"ENTITY_IS_DELETED"} and delivered.closed
    assert gone in {row["record_id"] for row in rows if row["state"] == "closed"}
    refused = {row["key"] for row in rows if row["state"] == "set_aside"}
    assert {row["record"] for row in delivered.set_aside} == refused
    assert all(row["error_code"] and row["remedy"] for row in delivered.set_aside)
    assert Counter(row["state"] for row in rows)["pending"] == 0


@pytest.mark.thorough
def test_very_many_at_once_are_decided_natively_and_to_the_same_end(
    workplace, tmp_path, monkeypatch
):
    session, told = workplace.demo.session(), []
    for name, live in (("few", 5_000), ("many", 0)):
        monkeypatch.setattr("partners.job.deciding._LIVE", live)
        with open_store(f"sqlite:///{tmp_path / name}.db") as store:
            workplace.job.sync(store, session, NOW, quiet)
            workplace.job.decide(store, NOW, quiet)
            told.append(_rows(store, decision))
    few, many = told
    assert {row["engine"] for row in many} == {"native"}
    by_whom = dict.fromkeys(("engine", "sealed", "chain"))
    assert [row | by_whom for row in few] == [row | by_whom for row in many]


_NOTICE = """\
stage: active
rules:
- id: AC01
  name: active.notice
  cite: [C1]
  because: The agreement has an end.
  when: agreement.status == "signed"
  then: {draft: renewal_invitation}
  once_per: agreement.end_date
"""


@pytest.mark.thorough
def test_a_letter_whose_occasion_moved_is_superseded_and_written_again(workplace, tmp_path):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
    (rules / "active.yaml").write_text(_NOTICE)
    workplace.job = replace(workplace.job, rulebook=load_rulebook(rules))
    workplace.run()
    first = next(row for row in _rows(workplace.store, draft) if row["status"] == "drafted")
    partner = first["partner_id"]
    field = "AccountId" if partner.startswith("001") else "CustomerSignedId"
    contracts = workplace.org.query(
        f"SELECT Id, EndDate FROM Contract WHERE {field} = '{partner}' AND Status = 'Activated'"
    )
    held = {row["Id"]: row["EndDate"] for row in contracts}

    def after_moving(ends):
        for contract, end in ends.items():
            workplace.org.update("Contract", contract, {"EndDate": end})
        workplace.run()
        found = [row for row in _rows(workplace.store, draft) if row["partner_id"] == partner]
        return [row["status"] for row in sorted(found, key=lambda row: row["decision_id"])]

    assert after_moving(dict.fromkeys(held, "2031-01-31")) == ["superseded", "drafted"]
    assert after_moving(held) == ["superseded", "superseded", "drafted"]
    numbers = [row["n"] for row in _rows(workplace.store, episode) if row["subject"] == partner]
    assert numbers == [1, 1, 2]


def test_two_jobs_do_not_work_on_one_store_at_once(workplace):
    with (
        only_one(workplace.store),
        pytest.raises(AlreadyRunning, match="Another job is at work"),
        only_one(workplace.store),
    ):
        pass
    with only_one(workplace.store):
        pass


@pytest.mark.slow
def test_a_job_killed_at_any_moment_loses_and_repeats_nothing(workplace, tmp_path):
    settings = tmp_path / "partners.toml"
    access = workplace.org.settings
    house = EXAMPLE_HOUSE.model_dump(exclude_none=True, exclude={"signature_title"})
    signed = "".join(f"{key} = {json.dumps(value)}\n" for key, value in house.items())
    settings.write_text(
        f"[house]\n{signed}"
        f'[store]\nurl = "{workplace.job.settings.store.url}"\n[profile]\nname = "npsp"\n'
        f'[crm]\nlogin_url = "{workplace.demo.local.url}"\nauth = "password"\n'
        f'username = "{access.username}"\npassword = "{access.password}"\n'
        f'consumer_key = "{access.client_id}"\nconsumer_secret = "{access.client_secret}"\n'
    )
    command = [sys.executable, "-m", "partners", "--config", str(settings), "run", "--json"]
    moments = random.Random(7)
    ends = []
    for _ in range(8):
        job = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.8, 4.0))
        os.kill(job.pid, signal.SIGKILL)
        ends.append(job.wait())
    assert -signal.SIGKILL in ends
    finished = subprocess.run(command, capture_output=True, check=False)
    assert finished.returncode == 0, finished.stderr.decode()[-2000:]

    with open_store(workplace.job.settings.store.url, read_only=True) as store:
        written = _rows(store, outbox)
        standings = _rows(store, standing)
        decisions = Counter(row["partner_id"] for row in _rows(store, decision))
        assert verify(store, None).findings == []
        assert replay(store, partial(choose_engine, "native"), Wanted()).different == 0
    assert {row["state"] for row in written} == {"delivered"}
    assert set(decisions.values()) == {1}
    for name in ("Task", "ContentVersion"):
        query = f"SELECT Lifecycle_Key__c FROM {name} WHERE Lifecycle_Key__c != null"
        in_org = Counter(row["Lifecycle_Key__c"] for row in workplace.org.query(query))
        assert in_org == Counter(row["key"] for row in written if row["object"] == name)
    stages = {
        row["Id"]: row["Lifecycle_Stage__c"]
        for name in ("Account", "Contact")
        for row in workplace.org.query(f"SELECT Id, Lifecycle_Stage__c FROM {name}")
    }
    assert all(stages[row["partner_id"]] == row["stage"] for row in standings)


def _with_rules(workplace, tmp_path, **files):
    rules = tmp_path / f"rules{len(list(tmp_path.glob('rules*')))}"
    rules.mkdir()
    (rules / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
    for stage, text in files.items():
        (rules / f"{stage}.yaml").write_text(f"stage: {stage}\nrules:\n{text}")
    workplace.job = replace(workplace.job, rulebook=load_rulebook(rules))


_CALL = """\
- id: {id}
  name: any.call
  cite: [C1]
  because: Everybody is called once.
  when: partner.audience is not None
  then: {{task: {{subject: Call, due_in_days: 1}}}}
"""


@pytest.mark.thorough
def test_a_rule_that_floods_is_stopped_until_a_person_allows_it(workplace, tmp_path):
    other = _CALL.format(id="AN02")
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN01") + "  max_actions: 10\n" + other)
    first = workplace.run()
    (flood,) = first.decided.stopped
    assert (flood.rule, flood.max_actions) == ("AN01", 10)
    assert first.needs_a_person
    assert first.written["Task"] == flood.actions == first.decided.partners
    job, store = workplace.job, workplace.store
    second = job.run(store, workplace.demo.session(), NOW, quiet, allowed=["AN01"])
    assert second.decided.stopped == []
    assert second.written["Task"] == flood.actions


@pytest.mark.thorough
def test_a_rule_may_act_as_often_as_it_says_and_not_once_more(workplace, tmp_path):
    job, store = workplace.job, workplace.store
    job.sync(store, workplace.demo.session(), NOW, quiet)
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN01"))
    everybody = workplace.job.decide(store, NOW, quiet).partners
    for number, (most, stopped) in enumerate([(everybody, []), (everybody - 1, ["AN81"])]):
        limited = f"{_CALL.format(id=f'AN8{number}')}  max_actions: {most}\n"
        _with_rules(workplace, tmp_path, any=limited)
        decided = workplace.job.decide(store, NOW, quiet)
        assert [flood.rule for flood in decided.stopped] == stopped


@pytest.mark.thorough
def test_a_renamed_rule_does_not_act_again_for_what_it_did_before(workplace, tmp_path):
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN01"))
    assert workplace.run().written["Task"] > 0
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN09") + "  aliases: [AN01]\n")
    assert "Task" not in workplace.run().written
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN08"))
    assert workplace.run().written["Task"] > 0


@pytest.mark.thorough
def test_an_org_that_is_taken_over_keeps_its_stages_and_hears_nothing_of_the_past(workplace):
    job, store, session = workplace.job, workplace.store, workplace.demo.session()
    job.sync(store, session, NOW, quiet)
    taken = job.take_over(store, NOW)
    stages = {row["partner_id"]: row["stage"] for row in _rows(store, standing)}
    assert taken == len(stages) > 200
    for name in ("Account", "Contact"):
        query = f"SELECT Id, Lifecycle_Stage__c FROM {name} WHERE Lifecycle_Stage__c != null"
        for row in workplace.org.query(query):
            assert stages.get(row["Id"], row["Lifecycle_Stage__c"]) == row["Lifecycle_Stage__c"]
    assert _rows(store, outbox) == [] and _rows(store, draft) == []
    assert job.take_over(store, NOW) == 0

    past = {(row["rule_id"], row["subject"], row["anchor"]) for row in _rows(store, episode)}
    report = job.run(store, session, NOW, quiet)
    assert report.decided.partners == taken
    assert report.decided.moves
    later = _rows(store, episode)
    keys = Counter((row["rule_id"], row["subject"], row["anchor"]) for row in later)
    assert past <= keys.keys() and set(keys.values()) == {1}


_THANKS = """\
stage: any
rules:
- id: AN01
  name: any.thanks
  cite: [C1]
  because: A gift has arrived.
  when: row.status == "received" and row.acknowledged_at is None
  then: {draft: gift_thanks}
  for_each: gift
- id: AN02
  name: any.silent
  cite: [C1]
  because: The contact asked for no e-mail.
  when: contact.email_opt_out
  then: {suppress: drafts}
"""


def _thanked(workplace, tmp_path):
    """Draw up thanks for every gift; return the letter of a person who gave once."""
    rules = tmp_path / "thanks"
    rules.mkdir()
    (rules / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
    (rules / "any.yaml").write_text(_THANKS)
    workplace.job = replace(workplace.job, rulebook=load_rulebook(rules))
    workplace.run()
    rows = [row for row in _rows(workplace.store, draft) if row["status"] == "drafted"]
    gifts = Counter(row["partner_id"] for row in rows)
    return next(r for r in rows if gifts[r["partner_id"]] == 1 and r["partner_id"][:3] == "003")


def _letter(workplace, letter):
    return next(row for row in _rows(workplace.store, draft) if row["id"] == letter["id"])


def _title(workplace, letter):
    query = f"SELECT Title FROM ContentVersion WHERE Lifecycle_Key__c = '{letter['id']}'"
    (file,) = workplace.org.query(query)
    return file["Title"]


def test_a_letter_is_withdrawn_when_its_reader_opts_out_and_comes_back_with_consent(
    workplace, tmp_path
):
    letter = _thanked(workplace, tmp_path)
    assert _title(workplace, letter) == f"Draft: {letter['subject']}"
    for opted_out, status, word in ((True, "suppressed", "Withdrawn"), (False, "drafted", "Draft")):
        workplace.org.update("Contact", letter["contact_id"], {"HasOptedOutOfEmail": opted_out})
        workplace.run()
        assert _letter(workplace, letter)["status"] == status
        assert _title(workplace, letter) == f"{word}: {letter['subject']}"
    assert workplace.run().written == {}


def test_a_letter_whose_occasion_has_passed_is_withdrawn(workplace, tmp_path):
    letter = _thanked(workplace, tmp_path)
    gift = {"npsp__Acknowledgment_Date__c": NOW.date().isoformat()}
    workplace.org.update("Opportunity", letter["occasion"]["subject"], gift)
    workplace.run()
    assert _letter(workplace, letter)["status"] == "superseded"
    assert _title(workplace, letter).startswith("Withdrawn: ")


def test_a_letter_that_lacked_something_is_drawn_up_once_the_record_is_complete(
    workplace, tmp_path
):
    letter = _thanked(workplace, tmp_path)
    gift = letter["occasion"]["subject"]
    (record,) = workplace.org.query(f"SELECT Amount FROM Opportunity WHERE Id = '{gift}'")
    second = {"Name": "Another", "StageName": "Closed Won", "Amount": None}
    second |= {
        "CloseDate": NOW.date().isoformat(),
        "npsp__Primary_Contact__c": letter["partner_id"],
    }
    new = workplace.org.insert("Opportunity", second)
    report = workplace.run()
    assert report.needs_a_person
    (refused,) = [row for row in _rows(workplace.store, draft) if row["status"] == "refused"]
    assert refused["occasion"]["subject"] == new and refused["reason"]
    workplace.org.update("Opportunity", new, {"Amount": record["Amount"]})
    workplace.run()
    assert _letter(workplace, refused)["status"] == "drafted"
    assert _title(workplace, refused).startswith("Draft: ")


@pytest.mark.thorough
def test_what_a_person_made_of_our_task_stays(ran):
    row = next(row for row in _rows(ran.store, outbox) if row["object"] == "Task")
    done = {"Status": "Completed", "Subject": "Called, and all is well"}
    ran.org.update("Task", row["crm_id"], done, user="claire@local.example")
    with ran.store.transaction() as connection:
        again = update(outbox).where(outbox.c.key == row["key"])
        connection.execute(again.values(state="pending", crm_id=None))
    assert "Task" not in ran.run().written
    query = f"SELECT Status, Subject FROM Task WHERE Id = '{row['crm_id']}'"
    (task,) = ran.org.query(query)
    assert {name: task[name] for name in done} == done


def test_a_write_that_was_refused_is_told_until_a_person_retries_it(ran):
    with ran.store.transaction() as connection:
        aside = update(outbox).where(outbox.c.object == "Task")
        connection.execute(aside.values(state="set_aside", error_code="X", error="no"))
    tasks = sum(row["object"] == "Task" for row in _rows(ran.store, outbox))
    assert tasks
    report = ran.run()
    assert len(report.set_aside) == tasks and report.needs_a_person
    assert retry_writes(ran.store, code="X") == tasks
    assert ran.run().set_aside == []
    assert {row["state"] for row in _rows(ran.store, outbox)} == {"delivered"}


@pytest.mark.thorough
def test_a_stage_that_somebody_emptied_is_written_again(ran):
    partner = _partner_at(ran, "active")
    ran.org.update("Account", partner, {"Lifecycle_Stage__c": None})
    assert ran.run().decided.changed == [partner]
    query = f"SELECT Lifecycle_Stage__c FROM Account WHERE Id = '{partner}'"
    assert ran.org.query(query)[0]["Lifecycle_Stage__c"] == "active"
    assert ran.run().decided.changed == []


def test_an_org_without_our_fields_is_told_before_anything_is_decided(workplace):
    schema = workplace.org.schema
    account = schema.object("Account")
    fields = {k: f for k, f in account.fields.items() if f.name != "Lifecycle_Stage__c"}
    bare = {**schema.objects, "account": replace(account, fields=fields)}
    with LocalOrg.start(Schema(bare)) as local:
        workplace.demo.local = local
        with pytest.raises(MetadataMissing, match=r"Account\.Lifecycle_Stage__c"):
            workplace.run()
    assert _rows(workplace.store, decision) == []


def test_an_org_without_partners_is_no_reason_to_fail(workplace):
    with LocalOrg.start(workplace.org.schema) as local:
        workplace.demo.local = local
        report = workplace.run()
    assert (report.decided.partners, report.written) == (0, {})


def test_a_stage_set_between_our_reading_and_our_writing_is_not_written_over(ran):
    partner = _partner_at(ran, "prospect")
    job, store, session = ran.job, ran.store, ran.demo.session()
    with store.transaction() as connection:
        row = select(outbox.c.id).where(outbox.c.record_id == partner).limit(1)
        again = update(outbox).where(outbox.c.id == row.scalar_subquery())
        connection.execute(again.values(state="pending"))
    stage = {"Lifecycle_Stage__c": "closed"}
    ran.org.update("Account", partner, stage, user="claire@local.example")
    delivered = job.deliver(store, session, NOW, quiet)
    (conflict,) = delivered.conflicts
    assert (conflict["record"], conflict["state"]) == (partner, "conflict")
    told = "A person has set closed meanwhile. prospect was not written over it."
    assert conflict["error"] == told
    query = f"SELECT Lifecycle_Stage__c FROM Account WHERE Id = '{partner}'"
    assert ran.org.query(query)[0]["Lifecycle_Stage__c"] == "closed"
    ran.run()
    stood = {row["partner_id"]: row["stage"] for row in _rows(store, standing)}
    assert stood[partner] == "closed"
    assert ran.org.query(query)[0]["Lifecycle_Stage__c"] == "closed"


def test_a_store_is_not_used_for_a_second_org(ran):
    with LocalOrg.start(ran.org.schema) as other:
        with other.org.storage.writing() as connection:
            connection.execute("UPDATE Organization SET Id = '00DXX0000000001AAA'")
        ran.demo.local = other
        with pytest.raises(WrongOrg, match="mirrors the org"):
            ran.run()


def test_a_gift_that_moves_to_another_partner_is_not_thanked_for_again(workplace, tmp_path):
    letter = _thanked(workplace, tmp_path)
    other = next(
        row["partner_id"]
        for row in _rows(workplace.store, standing)
        if row["partner_id"][:3] == "003" and row["partner_id"] != letter["partner_id"]
    )
    gift = letter["occasion"]["subject"]
    workplace.org.update("Opportunity", gift, {"npsp__Primary_Contact__c": other})
    workplace.run()
    acted = [row for row in _rows(workplace.store, episode) if row["subject"] == gift]
    assert len(acted) == 1


def test_a_partner_whose_merge_was_undone_is_one_of_its_own_again(workplace):
    ids = workplace.demo.ids
    kept, other = ids["Account:assessed_1"], ids["Account:assessed_2"]
    job, store, session = workplace.job, workplace.store, workplace.demo.session()
    workplace.org.merge("Account", kept, other)
    job.sync(store, session, NOW, quiet)
    assert [(row["old_id"], row["id"]) for row in _rows(store, partner_alias)] == [(other, kept)]
    workplace.org.undelete("Account", other)
    job.sync(store, session, NOW, quiet)
    assert _rows(store, partner_alias) == []


def test_a_dry_run_tells_what_a_run_then_writes_and_touches_nothing(workplace):
    job, store = workplace.job, workplace.store
    stamp = "SELECT COUNT(Id) many, MAX(SystemModstamp) last FROM"
    before = {name: workplace.org.query(f"{stamp} {name}") for name in ("Account", "Task")}
    changes = job.rehearse(workplace.demo.session(), NOW, quiet)
    after = {name: workplace.org.query(f"{stamp} {name}") for name in ("Account", "Task")}
    assert (before, _rows(store, outbox), _rows(store, decision)) == (after, [], [])
    told = {
        (each.record, each.field, each.would_be)
        for each in changes
        if each.object in ("Account", "Contact") and each.record != "new"
    }
    workplace.run()
    written = [row for row in _rows(store, outbox) if row["object"] in ("Account", "Contact")]
    fields = {(row["record_id"], *it) for row in written for it in row["fields"].items()}
    assert told and told <= fields
    made = Counter(each.object for each in changes if each.field == "Lifecycle_Key__c")
    assert made == Counter(row["object"] for row in _rows(store, outbox) if not row["record_id"])
    assert job.rehearse(workplace.demo.session(), NOW, quiet) == []


@pytest.mark.thorough
def test_a_task_is_closed_when_its_reason_has_gone_and_opened_when_it_is_back(workplace, tmp_path):
    rule = _CALL.format(id="AN01").replace("partner.audience is not None", "contact.email_opt_out")
    _with_rules(workplace, tmp_path, any=rule)
    person = workplace.demo.ids[next(k for k in workplace.demo.ids if k.startswith("Contact:"))]
    query = "SELECT Id, IsClosed, Description FROM Task WHERE Lifecycle_Key__c != null"

    def after(opted_out):
        workplace.org.update("Contact", person, {"HasOptedOutOfEmail": opted_out})
        workplace.run()
        return {row["Id"]: row for row in workplace.org.query(query)}

    without = after(False)
    (ours,) = after(True).keys() - without.keys()
    closed = after(False)[ours]
    assert closed["IsClosed"] and "the reason for this task has gone" in closed["Description"]
    opened = after(True)[ours]
    assert not opened["IsClosed"] and "has gone" not in opened["Description"]
    workplace.org.update("Task", ours, {"Priority": "High"}, user="claire@local.example")
    assert not after(False)[ours]["IsClosed"]
