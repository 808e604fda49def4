"""What Salesforce asks of fields and objects, and what we write into them."""

import re

import pytest
from source_format import MAIN, File, files, label

from crm_sync.profiles import Appears, load_profile
from crm_sync.sandbox.schema import Schema
from partner_lifecycle.views import VIEWS
from partners.job.writeback import written

FIELDS = files("objects/*/fields/*.field-meta.xml")
OWN_TEXTS = {"Lifecycle_Reason__c", "Lifecycle_Missing__c"}
# What a type must say of itself, and may not.
NEEDS = {
    "Text": {"length"},
    "LongTextArea": {"length", "visibleLines"},
    "MultiselectPicklist": {"valueSet", "visibleLines"},
    "Number": {"precision", "scale"},
    "Currency": {"precision", "scale"},
    "Checkbox": {"defaultValue"},
    "Picklist": {"valueSet"},
    "Lookup": {"referenceTo", "relationshipName", "deleteConstraint"},
    "Date": set(),
}


@pytest.mark.parametrize("field", FIELDS, ids=label)
def test_a_field_says_what_its_type_needs(field: File) -> None:
    there = {each.tag.partition("}")[2] for each in field.root}
    wanted = NEEDS[field.one("type")]
    assert wanted <= there
    sizes = {"length", "precision", "scale", "visibleLines", "valueSet", "referenceTo"}
    assert there & sizes <= wanted


@pytest.mark.parametrize("field", FIELDS, ids=label)
def test_names_and_texts_fit(field: File) -> None:
    assert field.one("fullName") == field.name
    assert re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9]|_(?!_))*__c", field.name)
    assert len(field.name) <= 43
    assert 0 < len(field.one("label")) <= 40
    assert 0 < len(field.one("description")) <= 1000
    assert len(field.one("inlineHelpText")) <= 510
    assert field.one("inlineHelpText") or field.name == "Lifecycle_Key__c"


@pytest.mark.parametrize("field", FIELDS, ids=label)
def test_sizes_are_within_the_limits(field: File) -> None:
    match field.one("type"):
        case "Text":
            assert 1 <= int(field.one("length")) <= 255
        case "LongTextArea":
            assert 256 <= int(field.one("length")) <= 131_072
        case "Number" | "Currency":
            assert int(field.one("scale")) <= int(field.one("precision")) <= 18


def test_references_lead_somewhere_and_their_lists_have_names_of_their_own(
    deployed: Schema,
) -> None:
    lists = []
    for field in FIELDS:
        if field.one("type") == "Lookup":
            assert deployed.object(field.one("referenceTo")), label(field)
            lists.append((field.one("referenceTo"), field.one("relationshipName")))
    assert len(lists) == len(set(lists))


def test_an_object_with_history_says_so_and_no_other_tracks_a_field() -> None:
    keep = {
        file.name
        for file in files("objects/*/*.object-meta.xml")
        if file.one("enableHistory") == "true"
    }
    tracked = {file.object for file in FIELDS if file.one("trackHistory") == "true"}
    assert tracked == keep
    for name in ("Account", "Contact"):
        stage = File(MAIN / f"objects/{name}/fields/Lifecycle_Stage__c.field-meta.xml")
        assert stage.one("trackHistory") == "true"


def test_activities_have_no_history_to_track() -> None:
    assert not [f for f in FIELDS if f.object == "Activity" and f.all("trackHistory")]


WRITTEN = written(Appears())


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_every_field_that_we_write_is_deployed(deployed: Schema, name: str) -> None:
    assert WRITTEN[name] <= set(deployed.objects[name.lower()].columns)


def test_what_we_write_fits() -> None:
    for name in ("Account", "Contact"):
        here = {file.name: file for file in FIELDS if file.object == name}
        assert all(int(here[text].one("length")) >= 32_000 for text in OWN_TEXTS)
        assert int(here["Lifecycle_Next_Step__c"].one("length")) == 255
        stage, audience = here["Lifecycle_Stage__c"], here["Partner_Audience__c"]
        columns = VIEWS["partner"].columns
        values = "valueSet/valueSetDefinition/value/fullName"
        assert set(stage.all(values)) == set(columns["crm_stage"].values)
        assert set(audience.all(values)) == set(columns["audience"].values)


@pytest.mark.parametrize("object_name", ["Activity", "ContentVersion"])
def test_the_key_by_which_we_create_is_unique_in_the_org(object_name: str) -> None:
    key = File(MAIN / f"objects/{object_name}/fields/Lifecycle_Key__c.field-meta.xml")
    assert (key.one("unique"), key.one("externalId")) == ("true", "true")


@pytest.mark.parametrize("profile", ["standard", "npsp"])
def test_what_a_profile_needs_is_there_or_comes_with_the_metadata(
    deployed: Schema, profile: str
) -> None:
    read = load_profile(profile)
    lacking = [
        f"{name}.{field}"
        for name, fields in read.objects.items()
        for field in fields
        if not read.is_optional(name, field)
        and not (deployed.object(name) and deployed.objects[name.lower()].field(field))
    ]
    assert lacking == []


@pytest.mark.parametrize("profile", ["standard", "npsp"])
def test_every_custom_field_of_a_standard_profile_is_ours_or_of_a_package(profile: str) -> None:
    ours = {(file.object, file.name) for file in FIELDS}
    ours |= {(name, field) for at, field in ours if at == "Activity" for name in ("Task", "Event")}
    named = {
        (name, field)
        for name, fields in load_profile(profile).objects.items()
        for field in fields
        if field.endswith("__c") and field.count("__") == 1
    }
    assert named <= ours
