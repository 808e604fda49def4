import gzip
import json
from typing import Any

import pytest
import requests

from crm_sync.sandbox import LocalOrg, OrgSettings
from crm_sync.sandbox.schema import Schema


def _errors(answer: requests.Response) -> list[str]:
    return [each["errorCode"] for each in answer.json()]


def test_versions_need_no_session(anonymous: Any) -> None:
    listed = anonymous("GET", "/services/data/").json()
    assert {"label": "Winter '25", "url": "/services/data/v62.0", "version": "62.0"} in listed
    assert [float(each["version"]) for each in listed] == sorted(
        float(each["version"]) for each in listed
    )


def test_resources_of_a_version(api: Any) -> None:
    listed = api("GET", "/").json()
    assert listed["query"] == "/services/data/v62.0/query"
    assert api("GET", listed["sobjects"]).status_code == 200


def test_a_session_ends_when_it_is_closed(local: LocalOrg, api: Any) -> None:
    assert api("GET", "/limits").status_code == 200
    local.sessions.close_all()
    assert _errors(api("GET", "/limits")) == ["INVALID_SESSION_ID"]


def test_a_body_may_be_compressed(api: Any) -> None:
    body = gzip.compress(json.dumps({"Name": "pressed"}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert api("POST", "/sobjects/Account", data=body, headers=headers).status_code == 201
    assert api.query("SELECT Name FROM Account")["records"][0]["Name"] == "pressed"


def test_calls_are_counted(api: Any) -> None:
    first = api("GET", "/limits")
    api("GET", "/nothing")
    second = api("GET", "/limits")
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/100000"
    assert second.headers["Sforce-Limit-Info"] == "api-usage=3/100000"
    assert second.json()["DailyApiRequests"] == {"Max": 100_000, "Remaining": 99_997}


def test_a_day_has_only_so_many_calls(schema: Schema) -> None:
    with LocalOrg.start(schema, settings=OrgSettings(daily_api_requests=1)) as local:
        session = local.sessions.open(local.org.user_id(), "", local.org.clock())
        headers = {"Authorization": f"OAuth {session.token}"}
        url = f"{local.url}/services/data/v62.0/limits"
        assert requests.get(url, headers=headers, timeout=20).status_code == 200
        answer = requests.get(url, headers=headers, timeout=20)
    assert (answer.status_code, _errors(answer)) == (403, ["REQUEST_LIMIT_EXCEEDED"])


def test_create_read_change_delete(api: Any) -> None:
    made = api("POST", "/sobjects/Account", json={"Name": "Åcme ✓", "BillingCity": "Genève"})
    assert made.status_code == 201
    record = made.json()["id"]
    assert made.json() == {"id": record, "success": True, "errors": []}
    assert made.headers["Location"] == f"/services/data/v62.0/sobjects/Account/{record}"
    read = api("GET", f"/sobjects/Account/{record}", params={"fields": "Name,BillingAddress"})
    assert read.json() == {
        "attributes": {"type": "Account", "url": f"/services/data/v62.0/sobjects/Account/{record}"},
        "Id": record,
        "Name": "Åcme ✓",
        "BillingAddress": {
            "city": "Genève",
            "country": None,
            "geocodeAccuracy": None,
            "latitude": None,
            "longitude": None,
            "postalCode": None,
            "state": None,
            "street": None,
        },
    }
    changed = api("PATCH", f"/sobjects/Account/{record}", json={"Name": None})
    assert _errors(changed) == ["REQUIRED_FIELD_MISSING"]
    assert changed.json()[0]["fields"] == ["Name"]
    changed = api("PATCH", f"/sobjects/Account/{record}", json={"Name": "b"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert api("DELETE", f"/sobjects/Account/{record}").status_code == 204
    for method in ("GET", "DELETE"):
        gone = api(method, f"/sobjects/Account/{record}")
        assert (gone.status_code, _errors(gone)) == (404, ["ENTITY_IS_DELETED"])


def test_all_fields_come_when_none_are_named(api: Any, schema: Schema) -> None:
    record = api("POST", "/sobjects/Contact", json={"LastName": "a"}).json()["id"]
    read = api("GET", f"/sobjects/Contact/{record}").json()
    names = [each.name for each in schema.objects["contact"].fields.values()]
    assert list(read) == ["attributes", *names]


def test_fields_may_be_named_in_any_case_and_twice(api: Any) -> None:
    record = api("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    read = api("GET", f"/sobjects/Account/{record}", params={"fields": "id,name,NAME"}).json()
    assert {name: read[name] for name in ("Id", "Name")} == {"Id": record, "Name": "a"}


def test_an_unknown_field_in_fields_is_named(api: Any) -> None:
    record = api("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    answer = api("GET", f"/sobjects/Account/{record}", params={"fields": "Id,Nope"})
    assert _errors(answer) == ["INVALID_FIELD"]


@pytest.mark.parametrize("key", ["plain", "p/q#r?s=1&t", "a b+c", "100%", "ключ", "o'hara"])
def test_upsert_by_a_key_of_any_characters(api: Any, key: str) -> None:
    path = f"/sobjects/Task/Lifecycle_Key__c/{requests.utils.quote(key, safe='')}"
    made = api("PATCH", path, json={"Subject": "one"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    again = api("PATCH", path, json={"Subject": "two"})
    assert again.status_code == 200
    assert again.json() == {**made.json(), "created": False}
    assert api("GET", path).json()["Lifecycle_Key__c"] == key
    assert api.query("SELECT count() FROM Task")["totalSize"] == 1


def test_a_key_that_fits_several_records_lists_them(local: LocalOrg, api: Any) -> None:
    local.org.load({"Task": [{"Lifecycle_Key__c": "k"}, {"Lifecycle_Key__c": "K"}]})
    for method in ("GET", "PATCH"):
        answer = api(method, "/sobjects/Task/Lifecycle_Key__c/k", json={})
        assert answer.status_code == 300
        assert len(answer.json()) == 2


def test_the_key_may_not_be_in_the_body_too(api: Any) -> None:
    answer = api("PATCH", "/sobjects/Task/Lifecycle_Key__c/k", json={"Lifecycle_Key__c": "k"})
    assert _errors(answer) == ["INVALID_FIELD"]


def test_upsert_by_id(api: Any) -> None:
    record = api("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    answer = api("PATCH", f"/sobjects/Account/Id/{record}", json={"Name": "b"})
    assert answer.status_code == 200
    assert api("GET", f"/sobjects/Account/{record}").json()["Name"] == "b"


def test_a_new_record_may_be_posted_to_the_id(api: Any) -> None:
    assert api("POST", "/sobjects/Account/Id", json={"Name": "a"}).status_code == 201


def test_files_are_put_on_records_and_read_back(api: Any) -> None:
    account = api("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    version = api(
        "POST",
        "/sobjects/ContentVersion",
        json={
            "Title": "Letter",
            "PathOnClient": "letter.html",
            "VersionData": "PGI+aGk8L2I+",
            "FirstPublishLocationId": account,
        },
    ).json()["id"]
    place = f"/sobjects/ContentVersion/{version}/VersionData"
    assert api("GET", place).content == b"<b>hi</b>"
    links = api.query(
        "SELECT ContentDocument.Title, ContentDocument.FileExtension, ContentDocument.ContentSize "
        f"FROM ContentDocumentLink WHERE LinkedEntityId = '{account}'"
    )["records"]
    assert [each["ContentDocument"]["ContentSize"] for each in links] == [9]
    (read,) = api.query("SELECT VersionData, IsLatest, VersionNumber FROM ContentVersion")[
        "records"
    ]
    assert read["VersionData"] == f"/services/data/v62.0{place}"
    assert (read["IsLatest"], read["VersionNumber"]) == (True, "1")
    refused = api(
        "PATCH", f"/sobjects/ContentVersion/{version}", json={"FirstPublishLocationId": account}
    )
    assert _errors(refused) == ["INVALID_FIELD_FOR_INSERT_UPDATE"]


def test_a_further_version_takes_the_place_of_the_first(api: Any) -> None:
    first = api("POST", "/sobjects/ContentVersion", json={"Title": "t", "VersionData": "YQ=="})
    document = api("GET", f"/sobjects/ContentVersion/{first.json()['id']}").json()[
        "ContentDocumentId"
    ]
    body = {"Title": "t", "VersionData": "Yg==", "ContentDocumentId": document}
    api("POST", "/sobjects/ContentVersion", json=body)
    rows = api.query("SELECT VersionNumber, IsLatest FROM ContentVersion ORDER BY VersionNumber")
    shown = [(each["VersionNumber"], each["IsLatest"]) for each in rows["records"]]
    assert shown == [("1", False), ("2", True)]
    assert api.query("SELECT count() FROM ContentDocument")["totalSize"] == 1


def test_bytes_that_are_not_base64_are_refused(api: Any) -> None:
    answer = api("POST", "/sobjects/ContentVersion", json={"Title": "t", "VersionData": "???"})
    assert answer.status_code == 400
    assert api.query("SELECT count() FROM ContentVersion")["totalSize"] == 0


def test_who_asks_is_who_wrote_it(api: Any, as_user: Any, local: LocalOrg) -> None:
    claire = as_user("claire")
    record = claire("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    api("PATCH", f"/sobjects/Account/{record}", json={"Name": "b"})
    read = api("GET", f"/sobjects/Account/{record}").json()
    assert read["CreatedById"] == read["OwnerId"] == local.org.user_id("claire@local.example")
    assert read["LastModifiedById"] == local.org.user_id()


def test_a_post_may_say_that_it_means_patch(api: Any) -> None:
    record = api("POST", "/sobjects/Account", json={"Name": "a"}).json()["id"]
    path = f"/sobjects/Account/{record}?_HttpMethod=PATCH"
    assert api("POST", path, json={"Name": "b"}).status_code == 204
    assert api("GET", f"/sobjects/Account/{record}").json()["Name"] == "b"


def test_a_failure_of_our_own_is_an_answer_too(local: LocalOrg, api: Any) -> None:
    with local.org.storage.writing() as connection:
        connection.execute('DROP TABLE "Lead"')
    answer = api("GET", "/query", params={"q": "SELECT Id FROM Lead"})
    assert (answer.status_code, _errors(answer)) == (500, ["UNKNOWN_EXCEPTION"])
    assert api("GET", "/limits").status_code == 200


def test_names_of_headers_begin_with_capitals(api: Any) -> None:
    names = list(api("GET", "/limits").raw.headers)
    assert {"Sforce-Limit-Info", "Date"} <= set(names)
    assert all(name == name.title() for name in names)
