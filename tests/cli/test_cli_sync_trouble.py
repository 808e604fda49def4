"""`partners sync` when something is wrong: a clear word, and never half a window."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, event

from crm_sync.sandbox import Fault, LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder

RESULTS = {"path": "/jobs/query/*/results"}


@pytest.fixture
def local() -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(metadata_folder())) as started:
        for n in range(80):
            started.org.insert("Account", {"Name": f'The "{n}th"\nfirm, in two lines {n * 7919}'})
        yield started


@pytest.fixture
def crm(local: LocalOrg) -> Mapping[str, Any]:
    return {**local.login, "retries": 0}


def fault(when: Mapping[str, str], do: Mapping[str, Any]) -> Fault:
    return Fault.model_validate({"when": when, "do": do})


@pytest.mark.parametrize(
    ("when", "do", "way", "told"),
    [
        (RESULTS, {"short": 400}, "bulk", "the page of CSV was cut"),
        (RESULTS, {"html": 200}, "bulk", "no page of a bulk job"),
        ({"path": "/query*", "object": "Account"}, {"html": 200}, "rest", "a web page"),
        ({"path": "/query*", "object": "Account"}, {"short": 400}, "rest", "not Salesforce's"),
    ],
)
def test_an_answer_that_is_none_leaves_the_mirror_as_it_was(
    cli, settings_file, crm, local, when, do, way, told
):
    settings_file(crm=crm, mirror={"way": way})
    local.faults.add(fault(when, do))
    ended = cli("sync", "--objects", "Account")
    assert ended.code == 3
    assert told in ended.err
    assert "Traceback" not in ended.err
    local.faults.clear()
    again = cli("sync", "--objects", "Account")
    assert again.code == 0
    assert " 80 " in again.out


def test_an_org_without_npsp_needs_the_other_profile(cli, settings_file, crm, local):
    missing = [name for name in local.org.schema.objects["account"].columns if "__" in name]
    for name in missing:
        if name.startswith(("npe", "npo", "npsp")):
            local.org.admin.remove_field("Account", name)
    settings_file(crm=crm, profile={"name": "npsp"})
    ended = cli("sync")
    assert ended.code == 2
    assert "Account.npe01__" in ended.err
    assert "choose the profile that fits the org" in ended.err


def test_a_second_sync_at_once_is_refused(cli, settings_file, crm, tmp_path):
    from partners.job.lock import only_one
    from partners.store import open_store

    settings_file(crm=crm)
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as store, only_one(store):
        ended = cli("sync")
    assert ended.code == 3
    assert "Another job is at work" in ended.err


def test_a_full_disk_is_told_and_the_next_run_goes_on(cli, settings_file, crm):
    settings_file(crm=crm)
    cli("sync", "--objects", "User")

    def no_more_room(connection: Any, _: Any) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    event.listen(Engine, "connect", no_more_room)
    try:
        ended = cli("sync", "--objects", "Account")
    finally:
        event.remove(Engine, "connect", no_more_room)
    assert ended.code == 3
    assert "The disk of the store is full" in ended.err
    assert " 80 " in cli("sync", "--objects", "Account").out
