"""Who may see and edit what, and what the client app lets in."""

import pytest
from source_format import CLIENT_APP, ROOT, File, files, label

from crm_sync.sandbox.schema import Schema

SETS = {file.name: file for file in files("permissionsets/*.permissionset-meta.xml")}
STAFF, APPROVER, INTEGRATION = (
    SETS[f"Partner_Lifecycle_{name}"] for name in ("Staff", "Approver", "Integration")
)
STAGES = {"Account.Lifecycle_Stage__c", "Contact.Lifecycle_Stage__c"}


def _ours() -> set[str]:
    """Every custom field as permission sets name it; a field of Activity twice."""
    found = set()
    for file in files("objects/*/fields/*.field-meta.xml"):
        owners = ("Task", "Event") if file.object == "Activity" else (file.object,)
        found |= {f"{owner}.{file.name}" for owner in owners}
    return found


def _fields(file: File, *, editable: bool = False) -> set[str]:
    given = file.groups("fieldPermissions")
    return {each["field"] for each in given if not editable or each["editable"] == "true"}


@pytest.mark.parametrize("file", SETS.values(), ids=label)
def test_a_set_names_each_field_once_and_only_fields_that_may_be_named(
    file: File, deployed: Schema
) -> None:
    named = file.all("fieldPermissions/field")
    assert len(named) == len(set(named))
    assert set(file.all("fieldPermissions/readable")) == {"true"}
    for each in named:
        object_name, _, field_name = each.partition(".")
        field = deployed.objects[object_name.lower()].field(field_name)
        assert field is not None, each
        # A required field cannot be withheld, so a set that names it is refused.
        assert field.nillable or field.type == "boolean", each
        assert field.createable or field.type == "address", each


def test_staff_and_the_job_see_every_field_of_ours() -> None:
    assert _ours() <= _fields(STAFF)
    assert _ours() <= _fields(INTEGRATION)


def test_of_what_the_job_writes_staff_may_change_the_stage_alone() -> None:
    written = {each for each in _ours() if each.partition(".")[2].startswith("Lifecycle_")}
    assert written & _fields(STAFF, editable=True) == STAGES
    assert not written & _fields(APPROVER, editable=True)


def test_the_job_may_edit_what_it_writes_and_nothing_else() -> None:
    written = {each for each in _ours() if each.partition(".")[2].startswith("Lifecycle_")}
    assert _fields(INTEGRATION, editable=True) == written
    for each in INTEGRATION.groups("objectPermissions"):
        assert (each["allowDelete"], each["modifyAllRecords"]) == ("false", "false")
        assert (each["allowEdit"] == "true") == (each["object"] in {"Account", "Contact"})
        assert (each["allowRead"], each["viewAllRecords"]) == ("true", "true")
    assert set(INTEGRATION.all("userPermissions/name")) == {
        "ActivitiesAccess",
        "ApiEnabled",
        "EditTask",
    }


def test_who_assesses_does_not_decide() -> None:
    decided = {"Outcome", "Approver", "Approval_Level", "Decided_On", "Valid_Until"}
    wanted = {f"Due_Diligence__c.{name}__c" for name in decided}
    assert not wanted & _fields(STAFF, editable=True)
    assert wanted <= _fields(APPROVER, editable=True)
    (rule,) = files("objects/*/validationRules/Approver_Is_Not_Assessor.validationRule-meta.xml")
    assert "Assessor__c = Approver__c" in rule.one("errorConditionFormula")


def test_the_client_app_carries_no_secret_and_lets_in_the_integration_alone() -> None:
    parts = files("*/*-meta.xml", CLIENT_APP)
    app = next(file.name for file in parts if file.path.parent.name == "externalClientApps")
    for file in parts:
        assert file.one("externalClientApplication") in {app, ""}
        assert not {"consumerKey", "consumerSecret", "certificate"} & {
            each.tag.partition("}")[2] for each in file.root
        }
    (policy,) = (file for file in parts if file.path.name.endswith(".ecaOauthPlcy-meta.xml"))
    assert policy.one("permittedUsersPolicyType") == "AdminApprovedPreAuthorized"
    assert policy.one("commaSeparatedPermissionSet") in SETS


def test_no_file_names_a_person_or_an_org() -> None:
    for path in ROOT.rglob("*-meta.xml"):
        text = path.read_text()
        assert "@" not in text.replace("administrator@example.org", ""), path
