from typing import Any

import pytest

from crm_sync.sandbox import LocalOrg


@pytest.fixture
def accounts(local: LocalOrg) -> int:
    local.org.load({"Account": [{"Name": f"n{number:05}"} for number in range(4_500)]})
    return 4_500


ALL = "SELECT Id, Name FROM Account ORDER BY Name"


def test_pages_hold_every_record_once(api: Any, accounts: int) -> None:
    page = api.query(ALL)
    assert (page["totalSize"], page["done"], len(page["records"])) == (accounts, False, 2_000)
    names = [each["Name"] for each in page["records"]]
    while not page["done"]:
        page = api("GET", page["nextRecordsUrl"]).json()
        names += [each["Name"] for each in page["records"]]
    assert names == [f"n{number:05}" for number in range(accounts)]
    assert "nextRecordsUrl" not in page


@pytest.mark.parametrize(
    ("wish", "size"), [("200", 200), ("7", 200), ("1500", 1500), ("9999", 2000)]
)
def test_the_size_of_a_page_is_a_wish(api: Any, accounts: int, wish: str, size: int) -> None:
    page = api.query(ALL, **{"Sforce-Query-Options": f"batchSize={wish}"})
    assert len(page["records"]) == size
    assert page["nextRecordsUrl"].endswith(f"-{size}")


def test_a_page_that_is_exactly_full_is_the_last(local: LocalOrg, api: Any) -> None:
    local.org.load({"Account": [{"Name": "n"} for _ in range(2_000)]})
    page = api.query(ALL)
    assert page["done"] is True
    assert len(page["records"]) == 2_000


def test_groups_do_not_come_in_pages(api: Any, accounts: int) -> None:
    answer = api("GET", "/query", params={"q": "SELECT Name FROM Account GROUP BY Name"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    limited = api.query("SELECT Name FROM Account GROUP BY Name LIMIT 2000")
    assert (limited["totalSize"], limited["done"]) == (2_000, True)


def test_a_lost_page_can_be_asked_for_again(api: Any, accounts: int) -> None:
    first = api.query(ALL)
    second = api("GET", first["nextRecordsUrl"]).json()
    last = api("GET", second["nextRecordsUrl"]).json()
    assert last["done"]
    assert api("GET", first["nextRecordsUrl"]).json() == second


def test_later_pages_show_the_org_as_the_query_began(
    local: LocalOrg, api: Any, accounts: int
) -> None:
    first = api.query(ALL)
    local.org.load({"Account": [{"Name": "a first one"}]})
    local.org.delete("Account", first["records"][0]["Id"])
    names = [each["Name"] for each in first["records"]]
    page = first
    while not page["done"]:
        page = api("GET", page["nextRecordsUrl"]).json()
        names += [each["Name"] for each in page["records"]]
    assert names == [f"n{number:05}" for number in range(accounts)]


def test_a_locator_belongs_to_its_session(api: Any, as_user: Any, accounts: int) -> None:
    place = api.query(ALL)["nextRecordsUrl"]
    answer = as_user("claire")("GET", place)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize("name", ["nonsense", "01g000000000000-2000", "01gZZZZZZZZZZZZZZZ-2000"])
def test_a_locator_that_never_was_is_refused(api: Any, name: str) -> None:
    assert api("GET", f"/query/{name}").json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_an_eleventh_open_query_closes_the_first(local: LocalOrg, api: Any, accounts: int) -> None:
    places = [api.query(ALL)["nextRecordsUrl"] for _ in range(11)]
    assert api("GET", places[0]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert api("GET", places[1]).status_code == 200
    local.org.insert("Account", {"Name": "late"})
    for _ in range(3):  # whatever connection answers, it sees the org as it is
        assert api.query("SELECT COUNT() FROM Account")["totalSize"] == accounts + 1


def test_query_all_shows_the_bin(local: LocalOrg, api: Any) -> None:
    record = local.org.insert("Account", {"Name": "a"})
    local.org.delete("Account", record)
    text = {"q": "SELECT Id, IsDeleted FROM Account"}
    assert api("GET", "/query", params=text).json()["totalSize"] == 0
    shown = api("GET", "/queryAll", params=text).json()["records"]
    assert [each["IsDeleted"] for each in shown] == [True]


def test_count_and_attributes(api: Any, accounts: int) -> None:
    counted = api.query("SELECT COUNT() FROM Account")
    assert counted == {"totalSize": accounts, "done": True, "records": []}
    (record,) = api.query("SELECT Id FROM Account LIMIT 1")["records"]
    assert record["attributes"] == {
        "type": "Account",
        "url": f"/services/data/v62.0/sobjects/Account/{record['Id']}",
    }
