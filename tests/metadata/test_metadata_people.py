"""Who may see and edit what, and what staff find: lists, pages, reports."""

import pytest
from source_format import CLIENT_APP, MAIN, ROOT, File, files, label

from crm_sync.sandbox.schema import Schema

SETS = {file.name: file for file in files("permissionsets/*.permissionset-meta.xml")}
STAFF, APPROVER, INTEGRATION = (
    SETS[f"Partner_Lifecycle_{name}"] for name in ("Staff", "Approver", "Integration")
)
STAGES = {"Account.Lifecycle_Stage__c", "Contact.Lifecycle_Stage__c"}
# How list views and reports name standard columns of these objects.
COLUMNS = {
    "Account": {"ACCOUNT.NAME", "CORE.USERS.ALIAS", "USERS.NAME"},
    "Contact": {"CONTACT.FIRST_NAME", "CONTACT.LAST_NAME", "CORE.USERS.ALIAS"},
    "Contract": {
        "CONTRACT.CONTRACT_NUMBER",
        "CONTRACT.START_DATE",
        "CONTRACT.END_DATE",
        "CONTRACT.STATUS",
        "CONTRACT.STATUS_CODE",
        "SALES.ACCOUNT.NAME",
        "CORE.USERS.ALIAS",
    },
    "Due_Diligence__c": {"NAME", "CUST_NAME"},
    "Obligation__c": {"NAME", "CUST_NAME"},
}
OPERATIONS = {"equals", "notEqual", "greaterThan", "greaterOrEqual", "lessThan", "lessOrEqual"}


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


@pytest.mark.parametrize("file", files("objects/*/listViews/*.listView-meta.xml"), ids=label)
def test_a_list_shows_and_filters_by_fields_that_are_there(file: File, deployed: Schema) -> None:
    assert file.one("fullName") == file.name and len(file.one("label")) <= 40
    assert 1 <= len(file.all("columns")) <= 15
    here = deployed.objects[file.object.lower()]
    for name in (*file.all("columns"), *file.all("filters/field")):
        assert name in COLUMNS[file.object] or here.field(name), name
    for each in file.groups("filters"):
        field = here.field(each["field"])
        assert each["operation"] in OPERATIONS
        if field is not None:
            assert field.filterable, f"{field.name} is too long to filter by"
        if field is not None and field.type == "picklist":
            assert each.get("value") in field.picklist


@pytest.mark.parametrize(
    "name",
    [
        "Blocked: due diligence",
        "Agreements ending in 90 days",
        "Drafts to release",
        "Out of policy",
    ],
)
def test_staff_find_the_lists_that_they_work_from(name: str) -> None:
    labels = [file.one("label") for file in files("objects/*/listViews/*.listView-meta.xml")]
    assert name in labels


@pytest.mark.parametrize("file", files("layouts/*.layout-meta.xml"), ids=label)
def test_a_page_shows_fields_that_are_there_each_once(file: File, deployed: Schema) -> None:
    here = deployed.objects[file.name.partition("-")[0].lower()]
    shown = file.all("layoutSections/layoutColumns/layoutItems/field")
    assert len(shown) == len(set(shown))
    for name in shown:
        assert here.field(name), name
    ours = {
        each.name for each in here.columns.values() if each.custom and each.name.count("__") == 1
    }
    assert ours <= set(shown)
    for name in file.all("relatedLists/relatedList"):
        child, _, field = name.partition(".")
        assert name.startswith("Related") or deployed.objects[child.lower()].field(field), name


@pytest.mark.parametrize("file", files("layouts/*.layout-meta.xml"), ids=label)
def test_what_the_job_writes_cannot_be_typed_into_a_page(file: File) -> None:
    for item in file.groups("layoutSections/layoutColumns/layoutItems"):
        if item["field"].startswith("Lifecycle_") and item["field"] != "Lifecycle_Stage__c":
            assert item["behavior"] == "Readonly", item


def test_no_page_of_the_org_itself_is_written_over() -> None:
    standard = {"Account-Account Layout", "Contact-Contact Layout", "Contract-Contract Layout"}
    assert not standard & {file.name for file in files("layouts/*.layout-meta.xml")}


@pytest.mark.parametrize("file", files("reports/*/*.report-meta.xml"), ids=label)
def test_a_report_reads_fields_that_are_there(file: File, deployed: Schema) -> None:
    kind = file.one("reportType")
    about = {"AccountList": "Account"}.get(kind) or kind.removeprefix("CustomEntity$")
    named = (
        *file.all("columns/field"),
        *file.all("filter/criteriaItems/column"),
        *file.all("groupingsDown/field"),
    )
    for name in named:
        object_name, _, field = name.partition(".")
        known = deployed.object(object_name)
        assert name in COLUMNS[about] or (known and known.field(field)), name
    assert (file.path.parent.parent / f"{file.path.parent.name}.reportFolder-meta.xml").exists()


def test_each_object_of_ours_has_a_tab_and_a_page() -> None:
    for name in ("Due_Diligence__c", "Obligation__c"):
        assert File(MAIN / f"tabs/{name}.tab-meta.xml").one("customObject") == "true"
        assert list((MAIN / "layouts").glob(f"{name}-*"))
        assert name in STAFF.all("tabSettings/tab")


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
