import pytest

from crm_sync.sandbox import Org, SandboxError


def test_records_refer_to_each_other_in_any_order(org: Org) -> None:
    ids = org.load(
        {
            "Task": [{"WhoId": {"_ref": "Contact:c"}, "Status": "Completed", "Subject": "call"}],
            "Contact": [{"_id": "c", "LastName": "Doe", "AccountId": {"_ref": "Account:1"}}],
            "Account": [
                {"_id": 1, "Name": "A", "ParentId": {"_ref": "Account:2"}},
                {"_id": 2, "Name": "B"},
            ],
        }
    )
    assert ids.keys() == {"Account:1", "Account:2", "Contact:c"}
    (task,) = org.query("SELECT AccountId, Who.Name, IsClosed FROM Task")
    assert (task["AccountId"], task["Who"]["Name"], task["IsClosed"]) == (
        ids["Account:1"],
        "Doe",
        True,
    )
    (child,) = org.query("SELECT Parent.Name FROM Account WHERE Name = 'A'")
    assert child["Parent"]["Name"] == "B"


def test_audit_fields_may_be_given(org: Org) -> None:
    claire = org.user_id("claire@local.example")
    org.load(
        {
            "Account": [
                {"Name": "old", "CreatedDate": "2019-05-06T07:08:09Z", "CreatedById": claire},
                {
                    "Name": "changed",
                    "CreatedDate": "2019-01-01T00:00:00Z",
                    "SystemModstamp": "2020-01-01T00:00:00.500Z",
                },
            ]
        }
    )
    changed, old = org.query(
        "SELECT CreatedDate, CreatedById, LastModifiedDate, SystemModstamp, OwnerId "
        "FROM Account ORDER BY Name"
    )
    assert (
        old["CreatedDate"]
        == old["LastModifiedDate"]
        == old["SystemModstamp"]
        == "2019-05-06T07:08:09.000+0000"
    )
    assert old["CreatedById"] == old["OwnerId"] == claire
    assert (
        changed["SystemModstamp"] == changed["LastModifiedDate"] == "2020-01-01T00:00:00.000+0000"
    )


def test_a_row_in_the_middle_that_cannot_be_read_loads_nothing(org: Org) -> None:
    accounts = [{"_id": number, "Name": f"n{number}"} for number in range(9_000)]
    accounts[7_000]["AnnualRevenue"] = "much"
    with pytest.raises(SandboxError) as caught:
        org.load({"Account": accounts})
    assert "Account 7000" in str(caught.value)
    assert org.query("SELECT Id FROM Account") == []


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"Name": "a", "Nane": "b"}, "did you mean Name"),
        ({"Name": "a", "ParentId": {"_ref": "Account:9"}}, "refers to Account:9"),
    ],
)
def test_mistakes_are_named(org: Org, record: dict[str, object], says: str) -> None:
    with pytest.raises(SandboxError) as caught:
        org.load({"Account": [record]})
    assert says in str(caught.value)


def test_later_records_go_on_counting(org: Org) -> None:
    org.load({"Account": [{"Name": "a"}], "Due_Diligence__c": [{}]})
    org.load({"Account": [{"Name": "b"}], "Due_Diligence__c": [{}]})
    rows = org.query("SELECT Name FROM Due_Diligence__c ORDER BY Name")
    assert [each["Name"] for each in rows] == ["DD-0001", "DD-0002"]
    assert len({each["Id"] for each in org.query("SELECT Id FROM Account")}) == 2
