from collections.abc import Iterator
from typing import Any

import pytest

from crm_sync.sandbox import LocalOrg
from crm_sync.sandbox.schema import Schema

FIELD_KEYS = {
    "aggregatable", "aiPredictionField", "autoNumber", "byteLength", "calculated",
    "calculatedFormula", "cascadeDelete", "caseSensitive", "compoundFieldName", "controllerName",
    "createable", "custom", "defaultValue", "defaultValueFormula", "defaultedOnCreate",
    "dependentPicklist", "deprecatedAndHidden", "digits", "displayLocationInDecimal", "encrypted",
    "externalId", "extraTypeInfo", "filterable", "filteredLookupInfo",
    "formulaTreatNullNumberAsZero", "groupable", "highScaleNumber", "htmlFormatted", "idLookup",
    "inlineHelpText", "label", "length", "mask", "maskType", "name", "nameField", "namePointing",
    "nillable", "permissionable", "picklistValues", "polymorphicForeignKey", "precision",
    "queryByDistance", "referenceTargetField", "referenceTo", "relationshipName",
    "relationshipOrder", "restrictedDelete", "restrictedPicklist", "scale", "searchPrefilterable",
    "soapType", "sortable", "type", "unique", "updateable", "writeRequiresMasterRead",
}  # fmt: skip


@pytest.fixture(scope="module")
def local(schema: Schema) -> Iterator[LocalOrg]:
    """One org for the whole file: nothing here depends on what it holds."""
    with LocalOrg.start(schema) as started:
        yield started


def _fields(api: Any, name: str) -> dict[str, Any]:
    described = api("GET", f"/sobjects/{name}/describe").json()
    return {each["name"]: each for each in described["fields"]}


def test_every_object_is_listed_and_described(api: Any) -> None:
    listed = api("GET", "/sobjects").json()
    assert (listed["encoding"], listed["maxBatchSize"]) == ("UTF-8", 200)
    for each in listed["sobjects"]:
        described = api("GET", each["urls"]["describe"]).json()
        assert {key: described[key] for key in each if key != "urls"} == {
            key: value for key, value in each.items() if key != "urls"
        }
        for field in described["fields"]:
            assert field.keys() == FIELD_KEYS
        assert api("GET", each["urls"]["sobject"]).json()["objectDescribe"] == each


def test_fields_say_what_clients_build_schemas_from(api: Any) -> None:
    fields = _fields(api, "Account")
    shown = {name: (fields[name]["type"], fields[name]["soapType"]) for name in fields}
    assert shown["Id"] == ("id", "tns:ID")
    assert shown["OwnerId"] == ("reference", "tns:ID")
    assert shown["AnnualRevenue"] == ("currency", "xsd:double")
    assert shown["NumberOfEmployees"] == ("int", "xsd:int")
    assert shown["BillingAddress"] == ("address", "urn:address")
    assert shown["SystemModstamp"] == ("datetime", "xsd:dateTime")
    assert shown["Lifecycle_Suspended__c"] == ("boolean", "xsd:boolean")
    assert fields["BillingCity"]["compoundFieldName"] == "BillingAddress"
    assert fields["ParentId"]["referenceTo"] == ["Account"]
    assert fields["ParentId"]["relationshipName"] == "Parent"
    assert [each["value"] for each in fields["Partner_Language__c"]["picklistValues"]] == [
        "en",
        "fr",
        "es",
        "ar",
    ]
    assert fields["Name"]["nameField"] is True
    assert fields["Id"]["byteLength"] == 18
    assert not fields["CreatedDate"]["createable"]


def test_a_key_and_a_polymorphic_reference_are_marked(api: Any) -> None:
    fields = _fields(api, "Task")
    assert fields["Lifecycle_Key__c"]["externalId"] and fields["Lifecycle_Key__c"]["idLookup"]
    assert fields["WhatId"]["polymorphicForeignKey"]
    assert {"Account", "Opportunity", "Contract", "Due_Diligence__c"} <= set(
        fields["WhatId"]["referenceTo"]
    )
    assert fields["WhoId"]["referenceTo"] == ["Contact", "Lead"]


def test_children_and_record_types_are_listed(api: Any) -> None:
    described = api("GET", "/sobjects/Account/describe").json()
    children = {
        (each["childSObject"], each["field"]): each["relationshipName"]
        for each in described["childRelationships"]
    }
    assert children["Contact", "AccountId"] == "Contacts"
    assert children["Obligation__c", "Partner__c"] == "Obligations__r"
    types = [each["developerName"] for each in described["recordTypeInfos"]]
    assert types == ["HH_Account", "Organization", "Master"]


def test_simple_salesforce_reads_describe(sf: Any) -> None:
    assert len(sf.describe()["sobjects"]) > 30
    assert sf.Account.describe()["name"] == "Account"
    assert sf.Account.metadata()["objectDescribe"]["keyPrefix"] == "001"
