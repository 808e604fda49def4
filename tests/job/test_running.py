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

import pytest
from sqlalchemy import select
from still import NOW, quiet

from lifecycle.rulebook import load_rulebook
from partners.demo.house import EXAMPLE_HOUSE
from partners.errors import AlreadyRunning
from partners.job.lock import only_one
from partners.store import decision, draft, episode, open_store, outbox, standing


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


def test_a_stage_set_by_hand_becomes_that_persons_decision(workplace):
    workplace.run()
    partner = _partner_at(workplace, "prospect")
    who = "claire@local.example"
    workplace.org.update("Account", partner, {"Lifecycle_Stage__c": "agreement"}, user=who)
    report = workplace.run()
    assert report.decided.changed == [partner]
    made = [row for row in _rows(workplace.store, decision) if row["partner_id"] == partner]
    (person,) = [row for row in made if row["kind"] == "person"]
    assert (person["stage_from"], person["stage_to"]) == ("prospect", "agreement")
    assert person["by"] == workplace.org.user_id(who)
    assert workplace.run().decided.changed == []


def test_a_row_that_the_crm_refuses_is_set_aside_and_the_rest_goes_on(workplace):
    gone = workplace.demo.ids["Account:assessed_1"]
    job, store, session = workplace.job, workplace.store, workplace.demo.session()
    job.sync(store, session, NOW, quiet)
    workplace.org.delete("Account", gone)
    decided = job.decide(store, NOW, quiet)
    assert gone in decided.changed
    delivered = job.deliver(store, session, NOW, quiet)
    refused = {row["record"] for row in delivered.set_aside}
    assert gone in refused
    assert sum(delivered.written.values()) > 200
    states = Counter(row["state"] for row in _rows(store, outbox))
    assert states["set_aside"] == len(delivered.set_aside) and states["pending"] == 0
    assert all(row["error_code"] for row in _rows(store, outbox) if row["state"] == "set_aside")


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


def test_a_renamed_rule_does_not_act_again_for_what_it_did_before(workplace, tmp_path):
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN01"))
    assert workplace.run().written["Task"] > 0
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN09") + "  aliases: [AN01]\n")
    assert "Task" not in workplace.run().written
    _with_rules(workplace, tmp_path, any=_CALL.format(id="AN08"))
    assert workplace.run().written["Task"] > 0


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
