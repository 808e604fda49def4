"""What is written back: once, over nobody's edit; what fails is shown, and the rest goes on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select
from still import NOW as NOW_EXACTLY

from crm_sync.mirror.tables import merged_record
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, OrgSettings, load_schema
from crm_sync.sandbox.faults import Action, Fault, Rows, When
from partner_lifecycle.resources import metadata_folder
from partners.errors import WriteUnknown
from partners.job.delivering import Delivered, deliver_all
from partners.job.lookback import look_back
from partners.job.outbox import drop_write, list_writes, read_write, retry_writes
from partners.store import Store, open_store, outbox, standing, task

STAGE, KEY = "Lifecycle_Stage__c", "Lifecycle_Key__c"
CLAIRE = "claire@local.example"
NOW = NOW_EXACTLY.replace(microsecond=0)


@dataclass
class Office:
    """A small org, a store, and what is queued between them."""

    local: LocalOrg
    store: Store
    session: Session
    waits: list[float] = field(default_factory=list)

    def partner(self, name: str = "Acme", stage: str | None = None) -> str:
        return self.local.org.insert("Account", {"Name": name, STAGE: stage})

    def queue(self, key: str, name: str, record: str | None = None, **fields: object) -> None:
        operation = "update" if record else "create"
        row = {
            "key": key,
            "object": name,
            "operation": operation,
            "record_id": record,
            "partner_id": record,
            "external_id_field": None if record else KEY,
            "fields": fields if record else {KEY: key, **fields},
            "state": "pending",
            "created_at": NOW,
            "looked_at": NOW,
        }
        with self.store.transaction() as connection:
            connection.execute(insert(outbox), row)

    def decided(self, record: str, wanted: str, seen: str | None) -> None:
        """Queue a partner's stage, as if decided when `seen` stood in the CRM."""
        stands = {"partner_id": record, "stage": wanted, "since": NOW.date(), "visit": 1}
        stands |= {"suspended": False, "outcome_hash": "x", "crm_stage_seen": seen}
        with self.store.transaction() as connection:
            connection.execute(insert(standing), {**stands, "updated_at": NOW})
        self.queue(f"standing/{record}/1", "Account", record, **{STAGE: wanted})

    def deliver(self, at: datetime = NOW) -> Delivered:
        return deliver_all(self.store, self.session, at, lambda *_: None)

    def rows(self, table=outbox):
        with self.store.reading() as connection:
            return [dict(row._mapping) for row in connection.execute(select(table))]

    def states(self) -> dict[str, str]:
        return {row["key"]: row["state"] for row in self.rows()}

    def stage(self, record: str) -> str | None:
        (row,) = self.local.org.query(f"SELECT {STAGE} FROM Account WHERE Id = '{record}'")
        return row[STAGE]

    def fail(self, do: Action, **fault: object) -> None:
        when = When(method=fault.pop("method", None), path=fault.pop("path", "/composite/*"))
        self.local.faults.add(Fault(when=when, do=do, **fault))


@pytest.fixture(params=["store_url", pytest.param("postgres_url", marks=pytest.mark.thorough)])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    schema, store_url = load_schema(metadata_folder()), request.getfixturevalue(request.param)
    with LocalOrg.start(schema, settings=OrgSettings()) as local, open_store(store_url) as store:
        given = {**local.login, "retries": 1}
        with store.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE partner (id TEXT, name TEXT)")
        waits: list[float] = []
        session = connect(CrmSettings.model_validate(given), sleep=waits.append)
        yield Office(local, store, session, waits)
        session.close()


def test_a_refused_row_is_set_aside_with_what_to_do_and_the_rest_goes_on(office: Office) -> None:
    one, other = office.partner(), office.partner("Other")
    office.queue("w1", "Account", one, **{STAGE: "nonsense"})
    office.queue("w2", "Account", other, Lifecycle_Next_Step__c="Assess")
    office.queue("t1", "Task", Subject="Call", WhatId=other)
    delivered = office.deliver()
    assert office.states() == {"w1": "set_aside", "w2": "delivered", "t1": "delivered"}
    (aside,) = delivered.set_aside
    assert (aside["record"], aside["error_code"]) == (
        one,
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    )
    assert "picklist" in aside["remedy"] and aside["error"]
    assert office.deliver().written == {}
    assert len(office.deliver().set_aside) == 1


@pytest.mark.parametrize(
    "code",
    ["FIELD_CUSTOM_VALIDATION_EXCEPTION", "INSUFFICIENT_ACCESS_OR_READONLY", "STRING_TOO_LONG"],
)
def test_what_cannot_pass_is_retried_when_a_person_says_so(office: Office, code: str) -> None:
    record = office.partner()
    office.fail(Action(rows=Rows(error=code)), times=1)
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    (aside,) = office.deliver().set_aside
    assert (aside["error_code"], aside["state"]) == (code, "set_aside")
    assert "partners outbox retry" in aside["remedy"]
    assert office.deliver().written == {}
    assert retry_writes(office.store, code=code) == 1
    assert office.deliver().written == {"Account": 1}


def test_a_required_custom_field_is_told_by_its_name(office: Office) -> None:
    record = office.partner()
    office.local.org.admin.add_field("Task", "Channel__c", "string(20) required")
    office.queue("t1", "Task", Subject="Call", WhatId=record)
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    (aside,) = office.deliver().set_aside
    assert "Channel__c" in aside["error"] and "default" in aside["remedy"]
    assert office.states()["w1"] == "delivered"


def test_a_lock_passes_and_the_row_waits_longer_each_time(office: Office) -> None:
    record = office.partner()
    office.fail(Action(rows=Rows(error="UNABLE_TO_LOCK_ROW")), times=4)
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    assert office.deliver().waiting == 1
    (row,) = office.rows()
    assert (row["attempts"], row["next_try"] - NOW) == (1, timedelta(minutes=1))
    assert office.deliver().waiting == 1 and office.rows()[0]["attempts"] == 1
    later = NOW + timedelta(minutes=2)
    office.deliver(later)
    assert office.rows()[0]["next_try"] - later == timedelta(minutes=2)
    assert office.deliver(later + timedelta(minutes=3)).written == {"Account": 1}


def test_a_record_locked_by_an_approval_is_tried_for_as_long_as_that_lasts(office: Office) -> None:
    record = office.partner()
    locked = Action(error="ENTITY_IS_LOCKED", status=400, message="the entity is locked")
    office.fail(locked, method="PATCH")
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    retry_writes(office.store, [1])
    for day in range(12):
        office.deliver(NOW + timedelta(days=2 * day))
    (row,) = list_writes(office.store, NOW)
    assert (row["error_code"], row["state"]) == ("ENTITY_IS_LOCKED", "pending")
    assert "approve" in row["remedy"]
    office.local.faults.clear()
    assert office.deliver(NOW + timedelta(days=40)).written == {"Account": 1}


@pytest.mark.parametrize("code", ["NOT_FOUND", "MALFORMED_QUERY"])
def test_a_call_refused_as_a_whole_does_not_block_what_comes_after(
    office: Office, code: str
) -> None:
    record = office.partner()
    office.fail(Action(error=code), method="PATCH")
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    office.queue("t1", "Task", Subject="Call", WhatId=record)
    office.deliver()
    assert office.states() == {"w1": "set_aside", "t1": "delivered"}


def test_when_the_days_calls_are_used_up_the_rest_waits(office: Office) -> None:
    record = office.partner()
    office.fail(Action(error="REQUEST_LIMIT_EXCEEDED"), times=1)
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    delivered = office.deliver()
    assert delivered.waiting == 1 and "used up" in str(delivered.stopped)
    assert office.deliver().written == {"Account": 1}


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_answer_makes_nothing_twice(office: Office, cut: str) -> None:
    record = office.partner()
    office.fail(Action(cut=cut), times=1)
    office.queue("t1", "Task", Subject="Call", WhatId=record)
    office.queue("t2", "Task", Subject="Write", WhatId=record)
    office.deliver()
    made = office.local.org.query(f"SELECT {KEY} FROM Task ORDER BY {KEY}")
    assert [row[KEY] for row in made] == ["t1", "t2"]
    assert set(office.states().values()) == {"delivered"}


def test_an_empty_value_empties_the_field(office: Office) -> None:
    record = office.partner()
    office.local.org.update("Account", record, {"Lifecycle_Missing__c": "Much"})
    office.queue("w1", "Account", record, Lifecycle_Missing__c=None)
    office.deliver()
    (row,) = office.local.org.query("SELECT Lifecycle_Missing__c FROM Account")
    assert row["Lifecycle_Missing__c"] is None


def test_a_deleted_record_closes_its_write(office: Office) -> None:
    record = office.partner()
    office.local.org.delete("Account", record)
    office.queue("w1", "Account", record, Lifecycle_Next_Step__c="Assess")
    delivered = office.deliver()
    assert (delivered.closed, delivered.set_aside, office.states()) == (1, [], {"w1": "closed"})
    assert office.rows()[0]["error_code"] == "ENTITY_IS_DELETED"


def test_a_merged_record_is_followed(office: Office) -> None:
    """Its tasks go to the record that lives on, which keeps its own stage."""
    old, lives = office.partner("Old"), office.partner("New", "active")
    office.local.org.merge("Account", lives, old)
    merged = {"old_id": old, "object": "Account", "id": lives, "seen_at": "2026-11-22"}
    with office.store.transaction() as connection:
        connection.execute(insert(merged_record), merged)
    office.decided(old, "prospect", None)
    office.queue("t1", "Task", Subject="Call", WhatId=old)
    gone = {"old_id": "003000000000001AAA", "object": "Contact", "seen_at": "2026-11-22"}
    person = office.local.org.insert("Contact", {"LastName": "Diallo"})
    with office.store.transaction() as connection:
        connection.execute(insert(merged_record), {**gone, "id": person})
    office.queue("m1", "EmailMessage", Status="5", RelatedToId=old, ToIds=[gone["old_id"]])
    assert office.deliver().closed == 1
    (mail,) = office.local.org.query("SELECT RelatedToId, ToIds FROM EmailMessage")
    assert (mail["RelatedToId"], mail["ToIds"]) == (lives, person)
    assert office.stage(lives) == "active"
    made = office.local.org.query("SELECT WhatId FROM Task")
    assert [task["WhatId"] for task in made] == [lives, lives], "ours, and the e-mail's own"
    closed = next(row for row in office.rows() if row["state"] == "closed")
    assert lives in closed["error"]


def test_a_stage_that_a_person_set_is_never_written_over(office: Office) -> None:
    record = office.partner(stage="prospect")
    office.decided(record, "diligence", "prospect")
    office.local.org.update("Account", record, {STAGE: "agreement"}, user=CLAIRE)
    (conflict,) = office.deliver().conflicts
    assert conflict["error"].startswith("A person has set agreement meanwhile.")
    assert office.stage(record) == "agreement"
    assert office.deliver().conflicts and office.stage(record) == "agreement"


def test_a_stage_set_to_ours_and_taken_back_is_the_persons_decision(office: Office) -> None:
    record = office.partner(stage="prospect")
    office.decided(record, "diligence", "prospect")
    for stage in ("diligence", "prospect"):
        office.local.org.update("Account", record, {STAGE: stage}, user=CLAIRE)
    (conflict,) = office.deliver().conflicts
    assert conflict["error"].startswith("A person had set diligence and took it back.")
    assert office.stage(record) == "prospect"
    (stands,) = office.rows(standing)
    assert stands["crm_stage_seen"] == "diligence", "so that prospect is seen as their move"


def test_an_edit_that_we_wrote_over_in_the_same_moment_is_shown(office: Office) -> None:
    record = office.partner(stage="prospect")
    office.decided(record, "diligence", "prospect")
    retrieve = office.session.retrieve

    def slipping(*asked):
        found = retrieve(*asked)
        office.local.org.update("Account", record, {STAGE: "closed"}, user=CLAIRE)
        return found

    office.session.retrieve = slipping
    assert office.deliver().written == {"Account": 1}
    assert look_back(office.store, office.session) == 1
    (shown,) = list_writes(office.store, NOW)
    assert (shown["state"], shown["error_code"]) == ("overwritten", "OVERWRITTEN")
    assert shown["error"] == "A person set closed while we wrote diligence, which stands."
    assert look_back(office.store, office.session) == 0
    drop_write(office.store, shown["id"], by="Ann", reason="Told Claire", now=NOW)
    assert list_writes(office.store, NOW) == []


def test_a_task_that_a_person_touched_is_not_closed(office: Office) -> None:
    record = office.partner()
    office.queue("t1", "Task", Subject="Call", WhatId=record)
    office.queue("t2", "Task", Subject="Write", WhatId=record)
    office.deliver()
    made = {row["key"]: row["crm_id"] for row in office.rows()}
    office.local.org.update("Task", made["t1"], {"Priority": "High"}, user=CLAIRE)
    for key, made_id in made.items():
        with office.store.transaction() as connection:
            asked = {"id": key, "partner_id": record, "rule_id": "R", "occasion": {}}
            connection.execute(insert(task), {**asked, "status": "closed", "changed_at": NOW})
        office.queue(f"{key}/x", "Task", made_id, Status="Completed")
    office.deliver()
    found = office.local.org.query("SELECT Subject, IsClosed FROM Task")
    assert {row["Subject"]: row["IsClosed"] for row in found} == {"Call": False, "Write": True}
    assert office.states()["t1/x"] == "closed"
    assert {row["id"]: row["status"] for row in office.rows(task)} == {"t1": "kept", "t2": "closed"}


def test_a_write_is_dropped_only_with_a_name_and_a_reason(office: Office) -> None:
    office.queue("w1", "Account", office.partner(), **{STAGE: "nonsense"})
    office.deliver()
    with pytest.raises(WriteUnknown, match="name and a reason"):
        drop_write(office.store, 1, by="Ann", reason=" ", now=NOW)
    drop_write(office.store, 1, by="Ann", reason="A test", now=NOW)
    shown = read_write(office.store, 1, NOW)
    assert (shown["state"], shown["note"]["by"]) == ("dropped", "Ann")
    for number in (1, 9):
        with pytest.raises(WriteUnknown):
            retry_writes(office.store, [number])
    assert office.deliver().set_aside == []
