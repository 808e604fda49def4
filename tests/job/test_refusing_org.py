"""An org that refuses or rewrites what we write: each a readable item, and the rest goes on."""

from dataclasses import replace

import pytest
from still import NOW, quiet

from crm_sync.sandbox import LocalOrg, OrgError, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.errors import MetadataMissing
from partners.job.metadata import check_metadata
from partners.job.outbox import list_writes
from partners.job.writeback import written

pytestmark = pytest.mark.slow
STAGE, NEXT = "Lifecycle_Stage__c", "Lifecycle_Next_Step__c"
_RULES = """\
stage: prospect
rules:
- id: PR01
  name: begin
  cite: [C1]
  because: Everybody is assessed.
  when: partner.audience != "public"
  then: {move_to: diligence}
- id: PR02
  name: call
  cite: [C1]
  because: Somebody has to call.
  when: partner.audience == "public"
  then: {task: {subject: Call, due_in_days: 3}}
"""


@pytest.fixture
def small(workplace, ruled_by):
    """The workplace with two rules: one moves partners, one asks for a task."""
    workplace.job = replace(workplace.job, rulebook=ruled_by(prospect=_RULES))
    return workplace


def _on_account(change):
    """Return a trigger that touches what we write and lets people's writes alone."""

    def trigger(before, after):
        if before and NEXT in after:
            change(before, after)

    return trigger


def _records(workplace):
    query = f"SELECT Id, {STAGE}, {NEXT} FROM Account WHERE {STAGE} != null"
    return {row["Id"]: row for row in workplace.org.query(query)}


def test_a_stage_that_a_trigger_changes_is_shown_once_and_not_written_over_and_over(small) -> None:
    def back(before, after):
        if after.get(STAGE) == "diligence":
            after[STAGE] = "closed"

    small.org.admin.add_trigger("Account", _on_account(back))
    first = small.run()
    assert first.written["Account"] and first.written["Contact"]
    second = small.run()
    assert {each["error_code"] for each in second.conflicts} == {"REWRITTEN"}
    shown = second.conflicts[0]
    assert shown["error"] == "The org made closed of diligence as we wrote it."
    assert "trigger" in shown["remedy"] and "integration user" in shown["remedy"]
    third = small.run()
    assert third.written == {} and len(third.conflicts) == len(second.conflicts)
    stands = _records(small)
    assert {stands[each["record"]][STAGE] for each in third.conflicts} == {"closed"}


def test_another_field_that_a_trigger_changes_is_shown_too(small) -> None:
    small.org.admin.add_trigger(
        "Account", _on_account(lambda before, after: after.update({NEXT: "As the trigger says"}))
    )
    small.run()
    second = small.run()
    assert {each["error_code"] for each in second.conflicts} == {"REWRITTEN"}
    assert "'As the trigger says' of " in second.conflicts[0]["error"]
    assert NEXT in second.conflicts[0]["error"]
    assert small.run().written == {}


def test_what_a_person_made_of_a_field_of_ours_is_no_trigger(small) -> None:
    small.run()
    record = next(iter(_records(small)))
    small.org.update("Account", record, {NEXT: "I call them"}, user="claire@local.example")
    assert small.run().conflicts == []


@pytest.mark.parametrize(
    ("code", "says", "state"),
    [
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "validation rule", "set_aside"),
        ("ENTITY_IS_LOCKED", "approve or recall", "pending"),
        ("INSUFFICIENT_ACCESS_OR_READONLY", "permission set", "set_aside"),
        ("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger or flow", "set_aside"),
    ],
)
def test_what_one_record_refuses_keeps_nothing_else_from_going_on(small, code, says, state) -> None:
    locked = small.org.query("SELECT Id FROM Account WHERE Type != 'Household' LIMIT 1")[0]["Id"]

    def refuse(before, after):
        if before["Id"] == locked:
            raise OrgError(code, "The org says no.", [STAGE])

    small.org.admin.add_trigger("Account", _on_account(refuse))
    report = small.run()
    assert report.written["Account"] and report.written["Contact"] and report.written["Task"]
    (item,) = list_writes(small.store, NOW)
    assert (item["error_code"], item["state"], item["record"]) == (code, state, locked)
    assert item["error"] == "The org says no." and says in item["remedy"]
    assert item["partner"] != locked, "its name is told"


def test_a_required_field_of_the_org_stands_in_the_way_of_tasks_alone(small) -> None:
    small.org.admin.add_field("Task", "Channel__c", "string(20) required")
    report = small.run()
    assert report.written["Account"] and "Task" not in report.written
    assert all("Channel__c" in each["error"] for each in report.set_aside)


def test_without_permission_on_one_field_a_run_says_which(small) -> None:
    small.org.admin.remove_field("Contact", NEXT)
    report = small.run()
    assert report.written["Contact"] and report.written["Account"]
    assert {each["error_code"] for each in report.set_aside} == {"FIELD_LOCKED"}
    assert {each["error"] for each in report.set_aside} == {
        f"Our user may not write Contact.{NEXT}."
    }


def test_a_field_that_vanishes_between_asking_and_writing_is_told_row_by_row(small) -> None:
    small.job.sync(small.store, small.demo.session(), NOW, quiet)
    small.job.decide(small.store, NOW, quiet)
    small.org.admin.remove_field("Account", NEXT)
    delivered = small.job.deliver(small.store, small.demo.session(), NOW, quiet)
    assert delivered.written["Contact"]
    assert all(NEXT in each["error"] for each in delivered.set_aside)
    assert all("deploy" in each["remedy"] for each in delivered.set_aside)


def test_an_org_without_our_metadata_is_told_what_to_deploy(tmp_path, small) -> None:
    with LocalOrg.start(load_schema(), path=tmp_path / "bare.db") as bare:
        session = DemoOrg(bare, NOW.date(), 0).session()
        with pytest.raises(MetadataMissing, match=r"Account\.Lifecycle_Missing__c") as raised:
            check_metadata(session, written(small.job.profile.appears))
    assert "sf project deploy start" in str(raised.value)
    assert metadata_folder().name == "salesforce"
