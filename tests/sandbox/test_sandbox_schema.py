from collections import Counter
from pathlib import Path

import pytest

from crm_sync.errors import MetadataError
from crm_sync.sandbox import load_schema
from crm_sync.sandbox.schema import Schema

PARTNER = {
    "Lifecycle_Stage__c": "picklist",
    "Lifecycle_Since__c": "date",
    "Lifecycle_Suspended__c": "boolean",
    "Lifecycle_Reason__c": "textarea",
    "Lifecycle_Missing__c": "textarea",
    "Lifecycle_Next_Step__c": "string",
    "Lifecycle_Review_On__c": "date",
    "Partner_Audience__c": "picklist",
    "Partner_Subtype__c": "string",
    "Partner_Language__c": "picklist",
    "Partner_Office__c": "string",
    "Partner_Region__c": "string",
    "Giving_Capacity__c": "currency",
}


@pytest.mark.parametrize("name", ["Account", "Contact"])
def test_partners_carry_the_lifecycle_fields(schema: Schema, name: str) -> None:
    sobject = schema.objects[name.lower()]
    assert {each: sobject.columns[each].type for each in PARTNER} == PARTNER
    stages = "prospect diligence agreement active renewal closed"
    assert " ".join(sobject.columns["Lifecycle_Stage__c"].picklist) == stages


def test_keys_on_activities_and_files_are_unique_external_ids(schema: Schema) -> None:
    for name in ("task", "event", "contentversion"):
        key = schema.objects[name].columns["Lifecycle_Key__c"]
        assert (key.unique, key.external_id, key.length) == (True, True, 80)


def test_custom_objects_are_linked_both_ways(schema: Schema) -> None:
    child, field = schema.children("Account")["due_diligences__r"]
    assert (child.name, field.name, field.relationship_name) == (
        "Due_Diligence__c",
        "Partner__c",
        "Partner__r",
    )
    assert schema.children("contract")["renewals__r"][1].name == "Previous_Agreement__c"


def test_names_are_found_in_any_case(schema: Schema) -> None:
    assert schema.object("aCCount") is schema.objects["account"]
    found = schema.objects["account"].field("bILLINGcity")
    assert found is not None and found.compound == "BillingAddress"


def test_no_child_list_stands_for_two_objects(schema: Schema) -> None:
    names = Counter(
        (parent, field.child_relationship.lower())
        for child in schema.objects.values()
        for field in child.fields.values()
        if field.child_relationship
        for parent in field.reference_to
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_every_reference_leads_to_an_object_and_every_id_to_one(schema: Schema) -> None:
    prefixes = Counter(each.key_prefix for each in schema.objects.values())
    assert [prefix for prefix, count in prefixes.items() if count > 1] == ["017"]
    for sobject in schema.objects.values():
        for field in sobject.fields.values():
            assert (field.type == "reference") == bool(field.reference_to), field
            assert all(schema.object(name) for name in field.reference_to), field


def test_without_metadata_an_org_has_no_fields_of_ours() -> None:
    bare = load_schema()
    assert bare.object("Due_Diligence__c") is None
    assert bare.objects["account"].field("Lifecycle_Stage__c") is None
    assert bare.objects["account"].field("npsp__Grantmaker__c") is not None


def _write_field(root: Path, body: str) -> Path:
    folder = root / "force-app/main/default/objects/Account/fields"
    folder.mkdir(parents=True)
    path = folder / "X__c.field-meta.xml"
    path.write_text(body)
    return path


def test_broken_metadata_is_named(tmp_path: Path) -> None:
    path = _write_field(tmp_path, "<CustomField>")
    with pytest.raises(MetadataError, match="well-formed") as caught:
        load_schema(tmp_path)
    assert str(path) in str(caught.value)


def test_a_type_the_org_does_not_know_is_named(tmp_path: Path) -> None:
    _write_field(
        tmp_path,
        '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata">'
        "<fullName>X__c</fullName><type>Summary</type></CustomField>",
    )
    with pytest.raises(MetadataError, match="'Summary'"):
        load_schema(tmp_path)


def test_metadata_that_loads_entities_is_refused(tmp_path: Path) -> None:
    _write_field(tmp_path, '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    with pytest.raises(MetadataError):
        load_schema(tmp_path)
