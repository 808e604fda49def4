"""What people change in the org between the two runs of the demo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from partners.demo.records import Record, ref

__all__ = ["Edit", "edits"]


@dataclass(frozen=True)
class Edit:
    """One change by a person: an update of the record `key`, or a new record without a key.

    `who` is the user's office, `what` a sentence for the reader, `about` the `_id` of the partner
    whose decision should change. References in `fields` are as in the population.
    """

    who: str
    what: str
    about: str
    object: str
    key: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def edits(today: date, population: Mapping[str, Sequence[Record]]) -> list[Edit]:
    """Return the changes, each of which should lead to a new decision for one partner.

    `population` must be of the same `today`; a small one lacks some of the partners, and what would
    happen to them.
    """
    return _Edits(today, population).all()


class _Edits:
    def __init__(self, today: date, population: Mapping[str, Sequence[Record]]) -> None:
        self.today = today.isoformat()
        self.later = (today + timedelta(days=730)).isoformat()
        self.by_key = {kind: {row["_id"]: row for row in rows} for kind, rows in population.items()}

    def all(self) -> list[Edit]:
        told = {
            "assessed_1": self.diligence_cleared,
            "sent_1": self.contract_signed,
            "in_talks_about_the_next_1": self.end_date_moved,
            "clearance_has_run_out_1": self.clearance_renewed,
            "steady_1": self.refused,
            "gave_1": self.opted_out,
            "thanked_2": self.gift_arrived,
            "parted_1": self.wrote_again,
        }
        return [tell(about) for about, tell in told.items() if about in self.by_key["Account"]]

    def diligence_cleared(self, about: str) -> Edit:
        what = f"The due diligence of {self.name(about)} is approved by a second person."
        fields = {"Status__c": "decided", "Evidence_Count__c": 8, **self.clearance()}
        return Edit("Nairobi", what, about, "Due_Diligence__c", f"{about}_diligence_1", fields)

    def contract_signed(self, about: str) -> Edit:
        what = f"{self.name(about)} signs the agreement."
        fields = {
            "Status": "Activated",
            "StartDate": self.today,
            "EndDate": self.later,
            "CustomerSignedDate": self.today,
        }
        return Edit("Geneva", what, about, "Contract", f"{about}_contract_1", fields)

    def end_date_moved(self, about: str) -> Edit:
        what = f"The agreement with {self.name(about)} is extended by two years."
        fields = {"EndDate": self.later}
        return Edit("Panama", what, about, "Contract", f"{about}_contract_1", fields)

    def clearance_renewed(self, about: str) -> Edit:
        what = f"A new due diligence clears {self.name(about)}, which was suspended."
        fields = {"Status__c": "decided", "Depth__c": "standard", **self.clearance()}
        fields |= {
            "Assessor__c": ref("User", "Bangkok"),
            **self.partner_of("Due_Diligence__c", about),
        }
        return Edit("Nairobi", what, about, "Due_Diligence__c", fields=fields)

    def refused(self, about: str) -> Edit:
        what = f"A new due diligence refuses {self.name(about)} while the partnership runs."
        fields = {"Status__c": "decided", "Depth__c": "enhanced", **self.clearance()}
        fields |= {"Outcome__c": "refused", "Risk__c": "high", "Labour__c": "not_met"}
        fields |= {
            "Assessor__c": ref("User", "Dakar"),
            **self.partner_of("Due_Diligence__c", about),
        }
        return Edit("Nairobi", what, about, "Due_Diligence__c", fields=fields)

    def opted_out(self, about: str) -> Edit:
        what = f"{self.name(about)} asks for no more e-mail, before the thanks went out."
        return Edit("Dakar", what, about, "Contact", about, {"HasOptedOutOfEmail": True})

    def gift_arrived(self, about: str) -> Edit:
        what = f"A gift arrives from {self.name(about)}."
        fields = {
            "Name": f"{self.name(about)} cash",
            "AccountId": ref("Account", about),
            "npsp__Primary_Contact__c": ref("Contact", about),
            "StageName": "Closed Won",
            "CloseDate": self.today,
            "Amount": 250,
            "Gift_Kind__c": "cash",
        }
        return Edit("Geneva", what, about, "Opportunity", fields=fields)

    def wrote_again(self, about: str) -> Edit:
        what = f"{self.name(about)} writes to us, long after we parted."
        fields = {
            "Subject": "E-mail",
            "Type": "Email",
            "TaskSubtype": "Email",
            "Status": "Completed",
            "ActivityDate": self.today,
            "Touch_Direction__c": "inbound",
            "Touch_Outcome__c": "interested",
            "OwnerId": ref("User", "Geneva"),
            **self.partner_of("Task", about),
        }
        return Edit("Geneva", what, about, "Task", fields=fields)

    def clearance(self) -> Record:
        criteria = "Human_Rights Labour Environment Anti_Corruption UN_Obligations Undue_Risk"
        return {
            **{f"{criterion}__c": "met" for criterion in criteria.split()},
            "Outcome__c": "cleared",
            "Risk__c": "low",
            "Approver__c": ref("User", "Nairobi"),
            "Decided_On__c": self.today,
            "Valid_Until__c": self.later,
        }

    def partner_of(self, kind: str, about: str) -> Record:
        to_account, to_contact = _POINTERS[kind]
        if self.is_person(about):
            return {to_contact: ref("Contact", about)}
        return {to_account: ref("Account", about)}

    def is_person(self, about: str) -> bool:
        return "Partner_Audience__c" in self.by_key["Contact"].get(about, {})

    def name(self, about: str) -> str:
        if self.is_person(about):
            person = self.by_key["Contact"][about]
            return f"{person['FirstName']} {person['LastName']}"
        return str(self.by_key["Account"][about]["Name"])


_POINTERS = {"Due_Diligence__c": ("Partner__c", "Person__c"), "Task": ("WhatId", "WhoId")}
