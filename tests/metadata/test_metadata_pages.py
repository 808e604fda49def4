"""What staff find: lists, pages, tabs, reports."""

import pytest
from source_format import MAIN, File, files, label

from crm_sync.sandbox.schema import Schema

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
    (staff,) = files("permissionsets/Partner_Lifecycle_Staff.permissionset-meta.xml")
    for name in ("Due_Diligence__c", "Obligation__c"):
        assert File(MAIN / f"tabs/{name}.tab-meta.xml").one("customObject") == "true"
        assert list((MAIN / "layouts").glob(f"{name}-*"))
        assert name in staff.all("tabSettings/tab")
