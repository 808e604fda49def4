"""A field that our user may not write is kept back and told; the rest of the record goes out."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from still import NOW, quiet

from crm_sync.profiles import Appears
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.errors import MetadataMissing
from partners.job.metadata import check_metadata
from partners.job.running import Job, load_job
from partners.job.writeback import written
from partners.settings import Settings
from partners.store import Store, open_store, outbox

REASON, STAGE = "Lifecycle_Reason__c", "Lifecycle_Stage__c"


@pytest.fixture
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(metadata_folder()), clock=lambda: NOW) as started:
        for name in ("Acme", "Beta"):
            started.org.insert("Account", {"Name": name, "Partner_Audience__c": "corporation"})
        yield started


@pytest.fixture
def session(local: LocalOrg) -> Iterator[Session]:
    given = {**local.login, "retries": 0}
    made = connect(CrmSettings.model_validate(given))
    yield made
    made.close()


@pytest.fixture
def job(store_url: str) -> Job:
    from partners.demo.house import EXAMPLE_HOUSE

    return load_job(Settings(store={"url": store_url}, house=EXAMPLE_HOUSE, engine="native"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


def _rows(store: Store) -> list[dict]:
    with store.reading() as connection:
        found = connection.execute(select(outbox).where(outbox.c.object == "Account"))
        return [dict(row._mapping) for row in found]


def test_the_rest_goes_out_and_what_was_kept_back_follows_by_itself(
    local: LocalOrg, session: Session, job: Job, store: Store
) -> None:
    local.org.admin.set_access("Account", REASON, "read")
    report = job.run(store, session, NOW, quiet)
    stages = {row[STAGE] for row in local.org.query(f"SELECT {STAGE} FROM Account")}
    assert stages == {"prospect"} and report.written["Account"] == 2
    assert [each["error_code"] for each in report.set_aside] == ["FIELD_LOCKED"] * 2
    (told,) = {each["error"] for each in report.set_aside}
    assert told == "Our user may not write Account.Lifecycle_Reason__c."
    assert "Partner_Lifecycle_Integration" in report.set_aside[0]["remedy"]
    assert {tuple(r["fields"]) for r in _rows(store) if r["state"] == "set_aside"} == {(REASON,)}

    again = job.run(store, session, NOW, quiet)
    assert again.written == {} and len(again.set_aside) == 2

    local.org.admin.set_access("Account", REASON, "edit")
    freed = job.run(store, session, NOW, quiet)
    assert (freed.written, list(freed.set_aside)) == ({"Account": 2}, [])
    assert {row["state"] for row in _rows(store)} == {"delivered"}


@pytest.mark.parametrize(
    ("name", "field"),
    [("Account", STAGE), ("Task", "Lifecycle_Key__c"), ("Task", None)],
)
@pytest.mark.parametrize("access", ["read", "none"])
def test_without_the_stage_or_the_key_nothing_is_begun(
    local: LocalOrg, session: Session, name: str, field: str | None, access: str
) -> None:
    local.org.admin.set_access(name, field, access)
    with pytest.raises(MetadataMissing) as raised:
        check_metadata(session, written(Appears()))
    assert f"{name}.{field or 'Lifecycle_Key__c'}" in str(raised.value)
    assert "sf project deploy start" in str(raised.value)


def test_a_ready_org_locks_nothing(session: Session) -> None:
    assert check_metadata(session, written(Appears())) == {}
