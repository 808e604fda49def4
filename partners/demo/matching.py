"""Employers that double the gifts of their staff."""

from partners.demo.records import Record, Records, ref

__all__ = ["add_matching_gifts"]

_EMPLOYERS = ("employer_1", "employer_2")


def add_matching_gifts(records: Records) -> None:
    """Let two firms match the gift of an employee each, credited to the employee as well."""
    accounts = {account["_id"]: account for account in records.by_object["Account"]}
    firsts = {f"thanked_{number}_gift_1" for number in (1, 2)}
    gifts = [gift for gift in records.by_object["Opportunity"] if gift["_id"] in firsts]
    pairs = list(zip(_EMPLOYERS, gifts, strict=False))
    for employer, gift in pairs:
        if employer in accounts:
            _match(records, accounts[employer], gift)


def _match(records: Records, employer: Record, gift: Record) -> None:
    employer |= {"npsp__Matching_Gift_Company__c": True, "npsp__Matching_Gift_Percent__c": 100}
    key = f"{employer['_id']}_matching_1"
    records.add(
        "Opportunity",
        key,
        Name=f"{employer['Name']} matching"[:120],
        AccountId=ref("Account", employer["_id"]),
        StageName="Closed Won",
        CloseDate=records.day(-2),
        Amount=gift["Amount"],
        Gift_Kind__c="matching",
        Partnership_Type__c="resource",
        Program_Country__c=gift["Program_Country__c"],
    )
    gift["npsp__Matching_Gift_Account__c"] = ref("Account", employer["_id"])
    gift["npsp__Matching_Gift_Status__c"] = "Received"
    records.add(
        "npsp__Partial_Soft_Credit__c",
        f"{key}_credit",
        npsp__Opportunity__c=ref("Opportunity", key),
        npsp__Contact__c=gift["npsp__Primary_Contact__c"],
        npsp__Amount__c=gift["Amount"],
        npsp__Role_Name__c="Matched Donor",
    )
