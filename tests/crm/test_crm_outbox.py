"""What the job relies on: few calls, nothing made twice, order kept per record, failures by row."""

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests
import responses

from crm_sync.errors import CrmUnreachable
from crm_sync.outbox import Delivery, Write, deliver
from crm_sync.salesforce import Session

ORG = "https://acme.my.salesforce.com"
DATA = f"{ORG}/services/data/v62.0"
KEY = "Lifecycle_Key__c"
Open = Callable[..., Session]


class Receiver:
    """An org that takes collections and remembers what it was sent."""

    def __init__(self, wire: responses.RequestsMock) -> None:
        self.calls: list[tuple[str, list[dict[str, Any]]]] = []
        self.sizes: list[int] = []
        self.refused: dict[str, str] = {}
        self.files: dict[str, str] = {}
        for path in ("composite/sobjects", f"composite/sobjects/Task/{KEY}"):
            wire.add_callback("PATCH", f"{DATA}/{path}", self.take)
            wire.add_callback("POST", f"{DATA}/{path}", self.take)
        wire.add_callback("GET", f"{DATA}/query/", self.find)

    def take(self, request: Any) -> tuple[int, dict[str, str], str]:
        rows = json.loads(request.body)["records"]
        self.calls.append((f"{request.method} {rows[0]['attributes']['type']}", rows))
        self.sizes.append(len(request.body))
        return 200, {}, json.dumps([self.result(row) for row in rows])

    def result(self, row: dict[str, Any]) -> dict[str, Any]:
        name = row.get("id") or row[KEY]
        if name in self.files:
            errors = [{"statusCode": "DUPLICATE_VALUE", "message": "duplicate value found"}]
            return {"success": False, "errors": errors}
        if name in self.refused:
            errors = [{"statusCode": self.refused[name], "message": "no"}]
            return {"success": False, "errors": errors}
        if row["attributes"]["type"] == "ContentVersion":
            self.files[name] = f"068{name}"
        return {"success": True, "id": row.get("id", f"id-{name}"), "created": "id" not in row}

    def find(self, request: Any) -> tuple[int, dict[str, str], str]:
        rows = [{"Id": made, KEY: key} for key, made in self.files.items()]
        records = [row for row in rows if f"'{row[KEY]}'" in request.params["q"]]
        return 200, {}, json.dumps({"totalSize": 0, "done": True, "records": records})


@pytest.fixture
def receiver(wire: responses.RequestsMock) -> Receiver:
    return Receiver(wire)


def update(key: str, record: str, **fields: Any) -> Write:
    return Write(key, "Account", "update", record, None, fields)


def task(key: str, **fields: Any) -> Write:
    return Write(key, "Task", "upsert", None, KEY, {KEY: key, **fields})


def file(key: str, size: int = 10) -> Write:
    data = base64.b64encode(b"x" * size).decode()
    return Write(key, "ContentVersion", "create", None, KEY, {KEY: key, "VersionData": data})


def test_writes_of_a_kind_go_together(receiver: Receiver, open_session: Open) -> None:
    writes = [update("w1", "001A", Name="x"), task("t1"), update("w2", "001B"), task("t2")]
    found = {each.key: each for each in deliver(open_session(), writes)}
    assert [call for call, _ in receiver.calls] == ["PATCH Account", "PATCH Task"]
    assert found["w1"] == Delivery("w1", True, "001A", created=False)
    assert found["t1"] == Delivery("t1", True, "id-t1", created=True)


def test_writes_to_one_record_keep_their_order(receiver: Receiver, open_session: Open) -> None:
    writes = [update(f"w{n}", f"001{n % 3}", Description=str(n)) for n in range(9)]
    assert all(each.ok for each in deliver(open_session(), writes))
    seen: dict[str, list[str]] = defaultdict(list)
    for _, rows in receiver.calls:
        assert len({row["id"] for row in rows}) == len(rows)
        for row in rows:
            seen[row["id"]].append(row["Description"])
    assert seen == {"0010": list("036"), "0011": list("147"), "0012": list("258")}


def test_200_rows_go_in_a_call(receiver: Receiver, open_session: Open) -> None:
    writes = [task(f"t{n}") for n in range(401)]
    assert len(list(deliver(open_session(), writes))) == 401
    assert [len(rows) for _, rows in receiver.calls] == [200, 200, 1]


@pytest.mark.parametrize(("doubtful", "sent"), [(["f1", "f2"], [2, 1]), ([], [2, 3])])
def test_a_file_is_made_once(
    receiver: Receiver, open_session: Open, doubtful: list[str], sent: list[int]
) -> None:
    """What may be there is looked up first; what is there all the same, the org refuses."""
    writes = [file("f1"), file("f2")]
    first = list(deliver(open_session(), writes))
    again = list(deliver(open_session(), [*writes, file("f3")], doubtful=doubtful))
    assert [each.created for each in first] == [True, True]
    assert {each.key: (each.ok, each.created) for each in again} == {
        "f1": (True, False),
        "f2": (True, False),
        "f3": (True, True),
    }
    assert [len(rows) for _, rows in receiver.calls] == sent


def test_files_stay_below_five_megabytes_a_call(receiver: Receiver, open_session: Open) -> None:
    writes = [file(f"f{n}", 900_000) for n in range(12)]
    assert len(list(deliver(open_session(), writes))) == 12
    assert max(receiver.sizes) < 5_100_000
    assert [len(rows) for _, rows in receiver.calls] == [4, 4, 4]


def test_a_row_that_fails_takes_no_other_with_it(receiver: Receiver, open_session: Open) -> None:
    receiver.refused = {"001B": "ENTITY_IS_DELETED", "001C": "UNABLE_TO_LOCK_ROW"}
    writes = [update(key, f"001{key}") for key in "ABC"]
    found = {each.key: each for each in deliver(open_session(retries=1), writes)}
    assert found["A"].ok
    assert (found["B"].error_code, found["B"].retryable) == ("ENTITY_IS_DELETED", False)
    assert (found["C"].error_code, found["C"].retryable) == ("UNABLE_TO_LOCK_ROW", True)
    assert found["B"].record_id == "001B"


def test_a_lost_answer_is_safe_to_repeat(
    receiver: Receiver, wire: responses.RequestsMock, open_session: Open
) -> None:
    """The org made the file, but nobody heard: it is looked up, and not made again."""
    url = f"{DATA}/composite/sobjects"
    wire.remove("POST", url)

    def lose(request: Any) -> tuple[int, dict[str, str], str]:
        receiver.take(request)
        raise requests.ReadTimeout("slow")

    wire.add_callback("POST", url, lose)
    [delivery] = deliver(open_session(), [file("f1")])
    assert (delivery.ok, delivery.created, delivery.record_id) == (True, False, "068f1")
    assert len(receiver.calls) == 1


class Refusing(Receiver):
    """An org that refuses any call with a certain row in it, as a whole."""

    def __init__(self, wire: responses.RequestsMock, poison: str) -> None:
        super().__init__(wire)
        self.poison = poison

    def take(self, request: Any) -> tuple[int, dict[str, str], str]:
        if self.poison in request.body.decode():
            self.sizes.append(0)
            return 400, {}, json.dumps([{"errorCode": "JSON_PARSER_ERROR", "message": "no"}])
        return super().take(request)


def test_a_call_refused_as_a_whole_is_taken_apart(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    org = Refusing(wire, '"001X7"')
    writes = [*(update(f"w{n}", f"001X{n}") for n in range(150)), task("t1")]
    found = {each.key: each for each in deliver(open_session(), writes)}
    assert [key for key, each in found.items() if not each.ok] == ["w7"]
    assert found["w7"].error_code == "JSON_PARSER_ERROR"
    assert len(found) == 151 and org.sizes.count(0) < 12


def test_an_org_that_refuses_every_call_is_not_asked_about_each_row(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    org = Refusing(wire, '"Account"')
    writes = [*(update(f"w{n}", f"001X{n}") for n in range(2_000)), task("t1")]
    found = {each.key: each for each in deliver(open_session(), writes)}
    assert [key for key, each in found.items() if each.ok] == ["t1"]
    assert org.sizes.count(0) < 150


def test_a_later_write_to_a_record_waits_for_the_earlier(
    receiver: Receiver, open_session: Open
) -> None:
    receiver.refused = {"001A": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    writes = [
        update("w1", "001A"),
        update("w2", "001B"),
        update("w3", "001A"),
        update("w4", "001B"),
    ]
    found = {each.key: each for each in deliver(open_session(), writes)}
    assert [each.ok for each in found.values()] == [False, True, False, True]
    assert (found["w3"].error_code, found["w3"].retryable) == ("EARLIER_WRITE_WAITS", True)


def test_what_the_guard_keeps_back_does_not_go_out(receiver: Receiver, open_session: Open) -> None:
    asked: list[int] = []

    def guard(writes: Sequence[Write]) -> list[str]:
        asked.append(len(writes))
        return ["w1"]

    writes = [update(f"w{n}", f"001X{n}") for n in range(2_001)]
    found = {each.key for each in deliver(open_session(), writes, guard=guard)}
    assert "w1" not in found and len(found) == 2_000
    assert asked == [2_000, 1]


def test_an_empty_value_is_said(receiver: Receiver, open_session: Open) -> None:
    assert [each.ok for each in deliver(open_session(), [update("w1", "001A", Reason=None)])]
    [(_, [row])] = receiver.calls
    assert row["Reason"] is None


def test_three_batches_without_an_answer_end_it(
    wire: responses.RequestsMock, open_session: Open
) -> None:
    wire.add("PATCH", f"{DATA}/composite/sobjects", status=503, body="[]")
    writes = [update(f"w{n}", f"001X{n}") for n in range(1_000)]
    heard: list[Delivery] = []
    with pytest.raises(CrmUnreachable):
        heard.extend(deliver(open_session(retries=0), writes))
    assert {each.error_code for each in heard} == {"UNANSWERED"} and len(heard) == 400


def test_nothing_to_write_makes_no_call(receiver: Receiver, open_session: Open) -> None:
    session = open_session()
    before = session.calls
    assert list(deliver(session, [])) == []
    assert session.calls == before


def test_a_write_that_names_no_record_is_refused() -> None:
    with pytest.raises(ValueError, match="record_id"):
        Write("k", "Account", "update", None, None, {})
    with pytest.raises(ValueError, match="external_id_field"):
        Write("k", "Task", "upsert", None, None, {})
