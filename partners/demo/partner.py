"""A partner as people would enter it in the org, with all that hangs on it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from partners.demo.records import Record, Records, ref

__all__ = ["Partner"]

_FOUR_PARTS = ("Has_Roles__c", "Has_Activities__c", "Has_Governance__c", "Has_Accountability__c")
_CRITERIA = (
    "Human_Rights__c",
    "Labour__c",
    "Environment__c",
    "Anti_Corruption__c",
    "UN_Obligations__c",
    "Undue_Risk__c",
)
_TYPES = ("advocacy", "innovation", "resource", "implementation")
_AMOUNTS = {
    "corporation": (20, 300, 1000),
    "foundation": (15, 250, 1000),
    "hnwi": (10, 120, 1000),
    "public": (2, 90, 10),
}


@dataclass
class Partner:
    """A partner being told: its account, its contact and all that hangs on them."""

    records: Records
    key: str
    audience: str
    office: str
    country: str
    account: Record
    contact: Record | None
    is_person: bool
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def record(self) -> Record:
        """Return the record that carries the stage: the contact of a person, else the account."""
        return self.contact if self.is_person and self.contact else self.account

    def touch(
        self,
        days_ago: int,
        outcome: str = "neutral",
        direction: str = "outbound",
        office: str | None = None,
        *,
        meeting: bool = False,
        visit: bool = False,
    ) -> None:
        """Add a mail, a meeting or a visit that took place some days ago."""
        fields: Record = {
            "Touch_Direction__c": direction,
            "Touch_Outcome__c": outcome,
            "OwnerId": ref("User", office or self.office),
            **self._about("WhatId", "WhoId"),
        }
        day = self.records.day(-days_ago)
        if meeting or visit:
            kind = "Visit" if visit else "Meeting"
            times = {"StartDateTime": f"{day}T09:00:00.000Z", "EndDateTime": f"{day}T10:00:00.000Z"}
            fields |= {"Subject": kind, "Type": kind, "DurationInMinutes": 60, **times}
            self.records.add("Event", self._next("event"), **fields)
        else:
            fields |= {"Subject": "E-mail", "Type": "Email", "TaskSubtype": "Email"}
            fields |= {"Status": "Completed", "ActivityDate": day}
            self.records.add("Task", self._next("task"), **fields)

    def gift(
        self,
        days_ago: int,
        amount: int | None = None,
        kind: str = "cash",
        thanked: bool = True,
        **fields: Any,
    ) -> Record:
        """Add a gift received some days ago, in US$, thanked for within four days."""
        given: Record = {"StageName": "Closed Won", **fields}
        if thanked:
            day = self.records.day(min(0, 4 - days_ago))
            given |= {"Thanked_On__c": day, "npsp__Acknowledgment_Date__c": day}
            given |= {"npsp__Acknowledgment_Status__c": "Acknowledged"}
        if kind in ("in_kind", "pro_bono"):
            given["npsp__In_Kind_Type__c"] = "Goods" if kind == "in_kind" else "Services"
        return self._opportunity(-days_ago, amount, kind, given)

    def pledge(self, in_days: int, amount: int | None = None) -> Record:
        """Add a gift promised for a day, in US$."""
        return self._opportunity(in_days, amount, "cash", {"StageName": "Pledged"})

    def credit(self, gift: Record) -> Record:
        """Credit the contact with half of a gift that somebody else made."""
        if self.contact is None:
            raise ValueError(f"{self.key} has no contact to credit")
        return self.records.add(
            "npsp__Partial_Soft_Credit__c",
            self._next("credit"),
            npsp__Opportunity__c=ref("Opportunity", gift["_id"]),
            npsp__Contact__c=ref("Contact", self.contact["_id"]),
            npsp__Amount__c=gift["Amount"] / 2,
            npsp__Role_Name__c="Influencer",
        )

    def contract(
        self,
        status: str = "Activated",
        start: int = -300,
        end: int = 400,
        complete: bool = True,
        **fields: Any,
    ) -> Record:
        """Add an agreement running from `start` to `end`, in days from today."""
        signed = {"CustomerSignedDate": self.records.day(min(start, 0))}
        return self.records.add(
            "Contract",
            self._next("contract"),
            AccountId=ref("Account", self.account["_id"]),
            Status=status,
            StartDate=self.records.day(start),
            EndDate=self.records.day(end),
            ContractTerm=max(1, (end - start) // 30),
            Partnership_Types__c=self.records.random.choice(_TYPES),
            Agreement_Value__c=self._amount(),
            Program_Countries__c=self.country,
            **dict.fromkeys(_FOUR_PARTS[: 4 if complete else 2], True),
            **(signed if status in ("Activated", "Ended") else {}),
            **({"CustomerSignedId": ref("Contact", self.contact["_id"])} if self.contact else {}),
            **fields,
        )

    def diligence(self, status: str, **fields: Any) -> Record:
        """Add a due diligence that is not decided yet."""
        given: Record = {"Depth__c": "enhanced", "Evidence_Count__c": 6, **fields}
        return self.records.add(
            "Due_Diligence__c",
            self._next("diligence"),
            Status__c=status,
            Assessor__c=ref("User", "Geneva"),
            **self._about("Partner__c", "Person__c"),
            **given,
        )

    def decided(self, outcome: str = "cleared", valid: int = 500, **fields: Any) -> Record:
        """Add a due diligence decided by two people, valid for so many more days."""
        given: Record = {
            **dict.fromkeys(_CRITERIA, "met"),
            "Outcome__c": outcome,
            "Risk__c": "low" if outcome == "cleared" else "moderate",
            "Approver__c": ref("User", "Nairobi"),
            "Decided_On__c": self.records.day(min(valid, 0) - 90),
            "Valid_Until__c": self.records.day(valid),
            **fields,
        }
        return self.diligence("decided", **given)

    def conditions(self, due: int, **fields: Any) -> Record:
        """Add a clearance on the condition that labour standards improve by a day."""
        condition: Record = {"Labour__c": "unclear", "Conditions_Due__c": self.records.day(due)}
        return self.decided("conditions", **condition, **fields)

    def duty(self, owed_by: str, due: int, done: bool = False, kind: str = "report") -> Record:
        """Add something one side owes the other on a day."""
        finished = {"Done_On__c": self.records.day(min(due, 0) - 2)} if done else {}
        return self.records.add(
            "Obligation__c",
            self._next("duty"),
            Kind__c=kind,
            Owed_By__c=owed_by,
            Due_Date__c=self.records.day(due),
            **self._about("Partner__c", "Person__c"),
            **finished,
        )

    def _opportunity(self, day: int, amount: int | None, kind: str, fields: Record) -> Record:
        giver = {"AccountId": ref("Account", self.account["_id"])}
        if self.is_person and self.contact:
            giver["npsp__Primary_Contact__c"] = ref("Contact", self.contact["_id"])
        return self.records.add(
            "Opportunity",
            self._next("gift"),
            Name=f"{self.record.get('LastName') or self.account['Name']} {kind}"[:120],
            CloseDate=self.records.day(day),
            Amount=self._amount() if amount is None else amount,
            Gift_Kind__c=kind,
            Partnership_Type__c="resource",
            Program_Country__c=self.country,
            **giver,
            **fields,
        )

    def _amount(self) -> int:
        low, high, step = _AMOUNTS[self.audience]
        return self.records.random.randint(low, high) * step

    def _about(self, account: str, contact: str) -> Record:
        """Point at a person through the contact, at an organisation through the account."""
        if self.is_person and self.contact:
            return {contact: ref("Contact", self.contact["_id"])}
        about: Record = {account: ref("Account", self.account["_id"])}
        if contact == "WhoId" and self.contact:
            about[contact] = ref("Contact", self.contact["_id"])
        return about

    def _next(self, what: str) -> str:
        self.counts[what] += 1
        return f"{self.key}_{what}_{self.counts[what]}"
