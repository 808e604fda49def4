"""getUpdated and getDeleted, and what people do that they must tell of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from simple_salesforce import Salesforce

from crm_sync.sandbox import LocalOrg, OrgSettings
from crm_sync.sandbox.schema import Schema

NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(schema: Schema, clock: Clock) -> Iterator[LocalOrg]:
    settings = OrgSettings(replication_ids=3)
    with LocalOrg.start(schema, clock=clock, settings=settings) as started:
        yield started


Ask = Callable[..., Any]


@pytest.fixture
def ask(local: LocalOrg, api: Any, clock: Clock) -> Ask:
    """Ask for `updated` or `deleted` accounts, from some minutes before noon to some after."""

    def asked(what: str, start: float = -10, end: float = 10, name: str = "Account") -> Any:
        times = {"start": NOON + timedelta(minutes=start), "end": NOON + timedelta(minutes=end)}
        params = {key: f"{each:%Y-%m-%dT%H:%M:%S}Z" for key, each in times.items()}
        return api("GET", f"/sobjects/{name}/{what}/", params=params)

    return asked


def test_simple_salesforce_asks_for_both(local: LocalOrg, clock: Clock, sf: Salesforce) -> None:
    kept = local.org.insert("Account", {"Name": "Kept"})
    gone = local.org.insert("Account", {"Name": "Gone"})
    local.org.delete("Account", gone)
    clock.later(minutes=2)
    start, end = NOON - timedelta(minutes=5), NOON + timedelta(minutes=5)
    assert sf.Account.updated(start, end) == {
        "ids": [kept],
        "latestDateCovered": "2026-03-02T12:02:00.000+0000",
    }
    assert sf.Account.deleted(start, end) == {
        "deletedRecords": [{"id": gone, "deletedDate": "2026-03-02T12:00:10.000+0000"}],
        "earliestDateAvailable": "2026-02-15T12:02:00.000+0000",
        "latestDateCovered": "2026-03-02T12:02:00.000+0000",
    }


def test_seconds_are_cut_and_the_end_is_not_within(local: LocalOrg, clock: Clock, ask: Ask) -> None:
    local.org.insert("Account", {"Name": "At noon and ten seconds"})
    assert ask("updated", end=0).json()["ids"] == []
    assert len(ask("updated", start=0, end=1).json()["ids"]) == 1


def test_a_write_under_way_holds_back_what_is_covered(
    local: LocalOrg, clock: Clock, ask: Ask
) -> None:
    account = local.org.insert("Account", {"Name": "A"})
    clock.later(minutes=3)
    with local.org.late():
        clock.later(minutes=4)
        assert ask("updated").json()["latestDateCovered"] == "2026-03-02T12:03:00.000+0000"
        local.org.update("Account", account, {"Name": "B"})
    (row,) = local.org.query("SELECT SystemModstamp FROM Account")
    assert row["SystemModstamp"] == "2026-03-02T12:03:10.000+0000"
    assert ask("updated").json()["latestDateCovered"] == "2026-03-02T12:07:00.000+0000"


def test_hard_deletes_and_an_emptied_bin_are_told_by_the_log_alone(
    local: LocalOrg, ask: Ask
) -> None:
    binned, hard, merged, master = (
        local.org.insert("Account", {"Name": name})
        for name in ("binned", "hard", "merged", "master")
    )
    local.org.delete("Account", binned)
    local.org.hard_delete("Account", hard)
    assert local.org.admin.empty_bin() == 1
    local.org.merge("Account", master, merged)
    told = [each["id"] for each in ask("deleted").json()["deletedRecords"]]
    assert sorted(told) == sorted([binned, hard, merged])
    rows = local.org.query("SELECT Id, MasterRecordId FROM Account", include_deleted=True)
    assert {row["Id"]: row["MasterRecordId"] for row in rows} == {merged: master, master: None}


def test_what_a_delete_took_along_comes_back_with_it(
    local: LocalOrg, clock: Clock, ask: Ask
) -> None:
    account = local.org.insert("Account", {"Name": "A"})
    loan = local.org.insert(
        "Opportunity",
        {
            "Name": "O",
            "AccountId": account,
            "StageName": "Prospecting",
            "CloseDate": "2026-04-01",
        },
    )
    local.org.delete("Opportunity", loan)
    local.org.undelete("Opportunity", loan)
    assert ask("deleted", name="Opportunity").json()["deletedRecords"] == []
    payment = local.org.insert(
        "npe01__OppPayment__c", {"npe01__Opportunity__c": loan, "npe01__Payment_Amount__c": 5}
    )
    local.org.delete("Opportunity", loan)
    assert local.org.query("SELECT Id FROM npe01__OppPayment__c") == []
    clock.later(minutes=1)
    local.org.undelete("Opportunity", loan)
    assert [row["Id"] for row in local.org.query("SELECT Id FROM npe01__OppPayment__c")] == [
        payment
    ]
    updated = ask("updated", start=1, name="npe01__OppPayment__c").json()
    assert updated["ids"] == [payment]


def test_a_merge_moves_what_referred_to_the_others(local: LocalOrg) -> None:
    master, other = (local.org.insert("Account", {"Name": name}) for name in "MO")
    contact = local.org.insert("Contact", {"LastName": "C", "AccountId": other})
    task = local.org.insert("Task", {"Subject": "T", "WhatId": other})
    local.org.merge("Account", master, other)
    found = local.org.query("SELECT Id, AccountId FROM Contact")
    assert [(row["Id"], row["AccountId"]) for row in found] == [(contact, master)]
    found = local.org.query("SELECT Id, WhatId FROM Task")
    assert [(row["Id"], row["WhatId"]) for row in found] == [(task, master)]


@pytest.mark.parametrize("what", ["updated", "deleted"])
@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        (0, 0.5, "at least one minute before"),
        (5, -5, "at least one minute before"),
        (-60 * 24 * 31, 0, "more than 30 days ago"),
    ],
)
def test_a_window_that_an_org_refuses(
    ask: Ask, what: str, start: float, end: float, message: str
) -> None:
    refused = ask(what, start, end)
    (error,) = refused.json()
    assert (refused.status_code, error["errorCode"]) == (400, "INVALID_REPLICATION_DATE")
    assert message in error["message"]


def test_deletions_are_forgotten_after_fifteen_days(
    local: LocalOrg, clock: Clock, ask: Ask
) -> None:
    local.org.delete("Account", local.org.insert("Account", {"Name": "A"}))
    clock.later(days=16)
    told = ask("deleted", end=60 * 24 * 16).json()
    assert told["deletedRecords"] == []
    assert told["earliestDateAvailable"] == "2026-03-03T12:00:00.000+0000"


def test_a_purged_log_asks_for_a_full_pull(local: LocalOrg, clock: Clock, ask: Ask) -> None:
    local.org.admin.purge_delete_log()
    (error,) = ask("deleted").json()
    assert error["errorCode"] == "INVALID_REPLICATION_DATE"
    assert ask("updated").ok
    clock.later(minutes=1)
    assert ask("deleted", start=1).ok


def test_too_many_ids_are_refused(local: LocalOrg, ask: Ask) -> None:
    made = [local.org.insert("Account", {"Name": "A"}) for _ in range(4)]
    assert ask("updated").json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"
    for each in made:
        local.org.delete("Account", each)
    assert ask("deleted").json()[0]["errorCode"] == "EXCEEDED_ID_LIMIT"


def test_what_cannot_be_replicated_says_so(ask: Ask) -> None:
    assert ask("updated", name="Nope").status_code == 404
    code = ask("updated", name="AccountHistory").json()[0]["errorCode"]
    assert code == "INVALID_TYPE_FOR_OPERATION"
