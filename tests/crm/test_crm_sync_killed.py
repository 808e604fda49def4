"""A sync that is killed without warning loses nothing and repeats nothing that is stored."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from crm_sync.mirror import MIRROR_METADATA, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, connect
from crm_sync.sandbox import LocalOrg, load_schema

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from datetime import UTC, datetime
from sqlalchemy import create_engine
from crm_sync.mirror import sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, connect

session = connect(CrmSettings.model_validate_json(sys.argv[1]))
engine = create_engine(sys.argv[2])
sync(session, engine, load_profile("standard"), now=datetime.now(UTC), objects=["Account"])
"""
ROWS = 3_000


def stored(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = text("SELECT count(*) FROM sqlite_master WHERE name = 'crm_Account'")
        if not connection.execute(tables).scalar_one():
            return 0
        found = connection.execute(text('SELECT count(*) FROM "crm_Account"')).scalar_one()
    engine.dispose()
    return int(found)


@pytest.mark.slow
def test_a_killed_sync_goes_on_where_it_stopped(store_url: str) -> None:
    engine = create_engine(store_url)
    MIRROR_METADATA.create_all(engine)
    with LocalOrg.start(load_schema(ROOT / "salesforce")) as local:
        for n in range(ROWS):
            local.org.insert("Account", {"Name": f"Firm {n}"})
        access = local.org.settings
        given = {
            "login_url": local.url,
            "auth": "soap",
            "username": access.username,
            "password": access.password,
            "security_token": access.security_token,
            "page_size": 200,
        }
        settings = CrmSettings.model_validate(given)
        command = [sys.executable, "-c", PROGRAM, json.dumps(given), store_url]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        while stored(store_url) < 400 and child.poll() is None:
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        before = stored(store_url)
        assert 400 <= before < ROWS
        session = connect(settings)
        report = sync(session, engine, load_profile("standard"), now=datetime.now(UTC))
        session.close()
        # What may still come late is read again, and only what was missing is stored.
        assert report.objects["Account"].upserted == ROWS - before
        assert stored(store_url) == ROWS
        wanted = {row["Id"] for row in local.org.query("SELECT Id FROM Account")}
    with engine.connect() as connection:
        assert set(connection.scalars(text('SELECT "Id" FROM "crm_Account"'))) == wanted
    engine.dispose()
