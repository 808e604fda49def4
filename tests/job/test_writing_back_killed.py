"""Calls fail in every way and the job is killed: each write is there once, no edit is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from still import NOW

from crm_sync.sandbox import LocalOrg, load_schema
from crm_sync.sandbox.faults import Action, Fault, Rows, When
from partner_lifecycle.resources import metadata_folder
from partners.job.outbox import retry_writes
from partners.store import open_store, outbox, standing

STAGE, KEY = "Lifecycle_Stage__c", "Lifecycle_Key__c"
CLAIRE = "claire@local.example"
_ACTIONS = (
    Action(cut="before"),
    Action(cut="after"),
    Action(cut=40),
    Action(html=503),
    Action(html=502, applied=True),
    Action(error="SERVER_UNAVAILABLE"),
    Action(error="UNKNOWN_EXCEPTION", applied=True),
    Action(error="NOT_FOUND"),
    Action(error="REQUEST_LIMIT_EXCEEDED"),
    Action(end_sessions=True),
    Action(rows=Rows(error="UNABLE_TO_LOCK_ROW", every=3)),
    Action(rows=Rows(error="FIELD_CUSTOM_VALIDATION_EXCEPTION", every=50)),
)


def _queue(store, records, tasks):
    rows = [
        {
            "key": f"standing/{record}",
            "operation": "update",
            "object": "Account",
            "partner_id": record,
            "record_id": record,
            "external_id_field": None,
            "fields": {STAGE: "diligence", "Lifecycle_Next_Step__c": f"Assess {record}"},
        }
        for record in records
    ]
    rows += [
        {
            "key": f"task{n}",
            "operation": "create",
            "object": "Task",
            "partner_id": None,
            "record_id": None,
            "external_id_field": KEY,
            "fields": {KEY: f"task{n}", "Subject": "Call", "WhatId": records[n % len(records)]},
        }
        for n in range(tasks)
    ]
    stands = {"stage": "diligence", "since": NOW.date(), "visit": 1, "suspended": False}
    stands |= {"outcome_hash": "x", "crm_stage_seen": "prospect", "updated_at": NOW}
    with store.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE partner (id TEXT, name TEXT)")
        told = {"state": "pending", "created_at": NOW, "looked_at": NOW}
        connection.execute(insert(outbox), [row | told for row in rows])
        connection.execute(insert(standing), [{"partner_id": r, **stands} for r in records])


def _delivery(local, url, hours):
    access = local.org.settings
    script = Path(__file__).with_name("delivering_once.py")
    given = (url, local.url, access.client_id, access.client_secret, str(hours))
    return subprocess.Popen(
        [sys.executable, script, *given], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _killed(process, moment):
    """Kill it a moment after it has logged in; it may have ended by itself."""
    with process:
        process.stdout.readline()
        time.sleep(moment)
        process.kill()
    return process.returncode == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kills", "size"), [(6, 400), pytest.param(200, 4_000, marks=pytest.mark.fuzz)]
)
def test_killed_and_failing_everything_arrives_once_and_no_edit_is_lost(tmp_path, kills, size):
    if kills > 6 and os.environ.get("HYPOTHESIS_PROFILE") != "fuzz":
        pytest.skip("make fuzz runs it")
    chance, url = random.Random(11), f"sqlite:///{tmp_path / 'store.db'}"
    with LocalOrg.start(load_schema(metadata_folder()), path=tmp_path / "org.db") as local:
        org, loaded = (
            local.org,
            [{"_id": str(n), "Name": f"P{n}", STAGE: "prospect"} for n in range(size)],
        )
        records = list(org.load({"Account": loaded}).values())
        with open_store(url) as store:
            _queue(store, records, tasks=size)
        for action in _ACTIONS:
            # One call in ten fails: each way of failing has its share.
            local.faults.add(Fault(when=When(), chance=0.1 / len(_ACTIONS), do=action))
        edited, dead = {}, 0
        for number in range(kills):
            running = _delivery(local, url, number * 30)
            moment = chance.random() * size / 2_500
            for record in chance.sample(records, 3):
                if record not in edited:
                    edited[record] = "agreement"
                    org.update("Account", record, {STAGE: "agreement"}, user=CLAIRE)
            dead += _killed(running, moment)
        assert dead
        assert local.faults.happened() >= kills // 20
        local.faults.clear()
        for _ in range(2):
            with open_store(url) as store:
                retry_writes(store, state="set_aside")
                retry_writes(store, state="pending")
            last = _delivery(local, url, 10_000)
            last.communicate()
            assert last.returncode == 0

        made = Counter(row[KEY] for row in org.query(f"SELECT {KEY} FROM Task"))
        assert made == Counter(f"task{n}" for n in range(size))
        stages = {r["Id"]: r[STAGE] for r in org.query(f"SELECT Id, {STAGE} FROM Account")}
        with open_store(url) as store, store.reading() as connection:
            rows = list(connection.execute(select(outbox)))
        shown = {row.record_id for row in rows if row.state in ("conflict", "overwritten")}
        for record in records:
            kept = stages[record] == edited.get(record, "diligence")
            assert kept or record in shown, "an edit is in the org, or shown to a person"
        lost = [r for r in edited if stages[r] != "agreement" and r not in shown]
        assert lost == []
        assert {row.state for row in rows} <= {"delivered", "conflict", "overwritten"}
