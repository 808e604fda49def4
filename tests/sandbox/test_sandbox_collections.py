from typing import Any

import pytest

ACCOUNT, TASK = {"attributes": {"type": "Account"}}, {"attributes": {"type": "Task"}}


def _codes(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return [[error["statusCode"] for error in row["errors"]] for row in answer.json()]


def test_each_record_stands_for_itself(api: Any) -> None:
    records = [{**ACCOUNT, "Name": "a"}, {**ACCOUNT, "Nope": 1}, {**ACCOUNT, "Name": "c"}]
    answer = api("POST", "/composite/sobjects", json={"records": records})
    assert _codes(answer) == [[], ["INVALID_FIELD"], []]
    assert set(answer.json()[0]) == {"id", "success", "errors"}
    assert set(answer.json()[1]) == {"success", "errors"}
    assert api.query("SELECT count() FROM Account")["totalSize"] == 2


def test_all_or_none_keeps_none(api: Any) -> None:
    records = [{**ACCOUNT, "Name": "a"}, {**ACCOUNT}]
    body = {"allOrNone": True, "records": records}
    answer = api("POST", "/composite/sobjects", json=body)
    assert _codes(answer) == [["ALL_OR_NONE_OPERATION_ROLLED_BACK"], ["REQUIRED_FIELD_MISSING"]]
    assert api.query("SELECT count() FROM Account")["totalSize"] == 0


def test_upsert_tells_created_from_changed(api: Any) -> None:
    path = "/composite/sobjects/Task/Lifecycle_Key__c"
    first = api("PATCH", path, json={"records": [{**TASK, "Lifecycle_Key__c": "a"}]}).json()
    records = [{**TASK, "Lifecycle_Key__c": key, "Subject": "s"} for key in ("A", "b")]
    rows = api("PATCH", path, json={"records": records}).json()
    assert [row["created"] for row in (*first, *rows)] == [True, False, True]
    assert first[0]["id"] == rows[0]["id"]
    missing = api("PATCH", path, json={"records": [TASK, {**TASK, "Lifecycle_Key__c": ""}]})
    assert _codes(missing) == [["MISSING_ARGUMENT"], ["MISSING_ARGUMENT"]]
    assert (
        api("PATCH", "/composite/sobjects/Task/Subject", json={"records": [TASK]}).status_code
        == 404
    )


def test_a_key_may_be_in_a_call_only_once(api: Any) -> None:
    records = [{**TASK, "Lifecycle_Key__c": key} for key in ("a", "b", "A")]
    answer = api("PATCH", "/composite/sobjects/Task/Lifecycle_Key__c", json={"records": records})
    assert _codes(answer) == [["DUPLICATE_VALUE"], [], ["DUPLICATE_VALUE"]]
    assert api.query("SELECT count() FROM Task")["totalSize"] == 1


def test_a_record_of_no_object_or_with_the_id_of_another_is_refused(api: Any) -> None:
    contact = api("POST", "/sobjects/Contact", json={"LastName": "a"}).json()["id"]
    foo = {"attributes": {"type": "Foo"}, "Name": "a"}
    made = api("POST", "/composite/sobjects", json={"records": [foo, {**ACCOUNT, "Name": "a"}]})
    assert _codes(made) == [["INVALID_TYPE"], []]
    changed = api("PATCH", "/composite/sobjects", json={"records": [{**ACCOUNT, "Id": contact}]})
    assert _codes(changed) == [["MALFORMED_ID"]]


def test_update_delete_and_retrieve(api: Any) -> None:
    made = api(
        "POST", "/composite/sobjects", json={"records": [{**ACCOUNT, "Name": n} for n in "ab"]}
    )
    first, second = (row["id"] for row in made.json())
    records = [
        {**ACCOUNT, "Id": first, "Name": "z"},
        {**ACCOUNT, "id": "001000000000000AAA"},
        ACCOUNT,
    ]
    answer = api("PATCH", "/composite/sobjects", json={"records": records})
    assert _codes(answer) == [[], ["INVALID_CROSS_REFERENCE_KEY"], ["MISSING_ARGUMENT"]]
    ask = {"ids": [second, "001Lc000000zzzz", first], "fields": ["Name"]}
    for read in (
        api("POST", "/composite/sobjects/Account", json=ask),
        api("GET", f"/composite/sobjects/Account?ids={','.join(ask['ids'])}&fields=Name"),
    ):
        assert [row and row["Name"] for row in read.json()] == ["b", None, "z"]
    gone = api("DELETE", f"/composite/sobjects?ids={first},{first},nonsense&allOrNone=false")
    assert _codes(gone) == [[], ["ENTITY_IS_DELETED"], ["MALFORMED_ID"]]


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([], "MISSING_ARGUMENT"),
        ([{**ACCOUNT, "Name": "a"}] * 201, "INVALID_BATCH_SIZE"),
        ([ACCOUNT, TASK] * 6, "INVALID_NUMBER_OF_OBJECT_TYPES"),
        ([{"Name": "a"}], "JSON_PARSER_ERROR"),
        (["a"], "JSON_PARSER_ERROR"),
        (None, "JSON_PARSER_ERROR"),
        ([{**ACCOUNT, "Name": "a"}, {**ACCOUNT, "Name": 5}], "JSON_PARSER_ERROR"),
    ],
)
def test_a_call_that_cannot_be_read_is_refused_as_a_whole(
    api: Any, records: Any, code: str
) -> None:
    answer = api("POST", "/composite/sobjects", json={"records": records})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == code
    assert api.query("SELECT count() FROM Account")["totalSize"] == 0


def test_two_hundred_records_fit_in_a_call(api: Any) -> None:
    records = [{**ACCOUNT, "Name": f"n{number}"} for number in range(200)]
    answer = api("POST", "/composite/sobjects", json={"records": records})
    assert _codes(answer) == [[]] * 200


def test_composite_refers_to_earlier_answers(api: Any) -> None:
    root = "/services/data/v62.0/sobjects"
    body = {
        "compositeRequest": [
            {"method": "POST", "url": f"{root}/Account", "referenceId": "a", "body": {"Name": "x"}},
            {
                "method": "POST",
                "url": f"{root}/Contact",
                "referenceId": "c",
                "body": {"LastName": "y", "AccountId": "@{a.id}"},
            },
            {
                "method": "GET",
                "url": f"{root}/Contact/@{{c.id}}?fields=AccountId",
                "referenceId": "r",
            },
            {"method": "GET", "url": f"{root}/Contact/@{{nope.id}}", "referenceId": "n"},
        ]
    }
    made, contact, read, broken = api("POST", "/composite", json=body).json()["compositeResponse"]
    assert (made["httpStatusCode"], contact["httpStatusCode"]) == (201, 201)
    assert made["httpHeaders"]["Location"].endswith(made["body"]["id"])
    assert read["body"]["AccountId"] == made["body"]["id"]
    assert broken["body"][0]["errorCode"] == "PROCESSING_HALTED"


@pytest.mark.parametrize(("all_or_none", "kept"), [(True, 0), (False, 1)])
def test_composite_may_keep_all_or_none(api: Any, all_or_none: bool, kept: int) -> None:
    path = "/services/data/v62.0/sobjects/Account"
    requests = [
        {"method": "POST", "url": path, "referenceId": "a", "body": {"Name": "x"}},
        {"method": "POST", "url": path, "referenceId": "b", "body": {}},
    ]
    body = {"allOrNone": all_or_none, "compositeRequest": requests}
    first, second = api("POST", "/composite", json=body).json()["compositeResponse"]
    assert second["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert first["httpStatusCode"] == (400 if all_or_none else 201)
    assert api.query("SELECT count() FROM Account")["totalSize"] == kept


def test_batch_answers_each_request(api: Any) -> None:
    requests = [
        {"method": "GET", "url": "v62.0/query?q=SELECT+Id+FROM+Profile"},
        {
            "method": "POST",
            "url": "/services/data/v62.0/sobjects/Account",
            "richInput": {"Name": "a"},
        },
        {"method": "GET", "url": "v62.0/nothing"},
    ]
    answer = api("POST", "/composite/batch", json={"batchRequests": requests}).json()
    assert answer["hasErrors"] is True
    assert [each["statusCode"] for each in answer["results"]] == [200, 201, 404]


@pytest.mark.parametrize("count", [0, 26])
def test_composite_holds_up_to_25_requests(api: Any, count: int) -> None:
    requests = [{"method": "GET", "url": "/services/data/v62.0/limits", "referenceId": "a"}] * count
    assert api("POST", "/composite", json={"compositeRequest": requests}).status_code == 400
