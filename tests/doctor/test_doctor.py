"""`partners doctor` tells what an org lacks, and what an administrator does about it."""

from collections.abc import Callable

import pytest

from crm_sync.sandbox import LocalOrg, load_schema
from crm_sync.sandbox.faults import Action, Fault, When
from partners.doctor import Examined

STAGE = "Lifecycle_Stage__c"
Look = Callable[..., Examined]


def told(examined: Examined) -> dict[str, str]:
    return {each.place: each.what for each in examined.findings}


@pytest.mark.parametrize("profile", ["standard", "npsp"])
def test_an_org_with_our_metadata_is_ready(local: LocalOrg, examined: Look, profile: str) -> None:
    found = examined(local, profile)
    assert (found.findings, found.username) == ((), "integration@local.example")
    assert found.compared > 80


def test_an_org_without_our_metadata_is_told_what_to_deploy(examined: Look) -> None:
    with LocalOrg.start(load_schema()) as bare:
        found = examined(bare)
    places = told(found)
    assert {"Due_Diligence__c", f"Account.{STAGE}", "Task.Lifecycle_Key__c"} <= places.keys()
    assert all("sf project deploy start" in each.remedy for each in found.findings)
    assert "AccountHistory" in found.does_without


@pytest.mark.parametrize(
    ("place", "line", "what"),
    [
        ("Account.Lifecycle_Next_Step__c", "string(80)", "takes 80 characters, not 255"),
        ("Account.Lifecycle_Since__c", "datetime", "is of type datetime, not date"),
        ("Account.Lifecycle_Drafts__c", "double(2,0)", "takes 2 digits before the point, not 4"),
        ("Contract.Agreement_Value__c", "currency(18,0)", "takes 0 decimals, not 2"),
        ("Contact.Partner_Audience__c", "picklist(public)", "corporation, foundation, hnwi"),
        ("Due_Diligence__c.Assessor__c", "reference(Contact)", "leads to Contact, not User"),
    ],
)
def test_a_field_that_holds_less_than_ours_is_told(
    local: LocalOrg, examined: Look, place: str, line: str, what: str
) -> None:
    local.org.admin.change_field(*place.split("."), line)
    (finding,) = examined(local).findings
    assert finding.place == place and what in finding.what
    assert "sf project deploy start" in finding.remedy


def test_a_field_that_holds_more_than_ours_will_do(local: LocalOrg, examined: Look) -> None:
    local.org.admin.change_field("Account", "Partner_Region__c", "textarea(4000)")
    local.org.admin.change_field("Contract", "People_Helped__c", "double(18,2)")
    assert examined(local).findings == ()


def test_a_key_that_is_not_unique_is_told(local: LocalOrg, examined: Look) -> None:
    local.org.admin.change_field("ContentVersion", "Lifecycle_Key__c", "string(80)")
    whats = [each.what for each in examined(local).findings]
    assert [what.partition(",")[0] for what in whats] == ["is not unique", "is no external id"]


@pytest.mark.parametrize(
    ("name", "field", "access", "what"),
    [
        ("Account", "Lifecycle_Reason__c", "read", "cannot be edited by our user"),
        ("Account", "Lifecycle_Reason__c", "none", "our user may not see it"),
        ("Account", "Industry", "none", "cannot be read by our user"),
        ("Task", "Description", "none", "cannot be seen by our user"),
        ("Task", None, "read", "cannot be created by our user"),
        ("Contract", None, "none", "our user may not see it"),
    ],
)
def test_a_right_that_is_missing_is_told_with_the_permission_set(
    local: LocalOrg, examined: Look, name: str, field: str | None, access: str, what: str
) -> None:
    local.org.admin.set_access(name, field, access)
    found = examined(local).findings
    place = f"{name}.{field}" if field else name
    assert [each for each in found if each.place == place and what in each.what]
    assert all(
        "--name Partner_Lifecycle_Integration --on-behalf-of integration@local.example"
        in each.remedy
        for each in found
    )


def test_what_is_only_read_need_not_be_edited(local: LocalOrg, examined: Look) -> None:
    local.org.admin.set_access("Account", "Partner_Audience__c", "read")
    local.org.admin.set_access("Opportunity", None, "read")
    assert examined(local).findings == ()


def test_a_stage_without_history_is_told(local: LocalOrg, examined: Look) -> None:
    stages = "prospect|diligence|agreement|active|renewal|closed"
    local.org.admin.change_field("Contact", STAGE, f"picklist({stages})")
    (finding,) = examined(local).findings
    assert finding.place == f"Contact.{STAGE}" and "not tracked" in finding.what
    assert "Set History Tracking" in finding.remedy


def test_an_org_that_does_not_tell_of_history_is_no_reason_to_stop(
    local: LocalOrg, examined: Look
) -> None:
    refused = Action(error="INVALID_FIELD")
    local.faults.add(Fault(when=When(path="/query"), do=refused, nth=(2,)))
    whats = {each.what for each in examined(local).findings}
    assert whats == {"does not tell whether it is tracked"}
