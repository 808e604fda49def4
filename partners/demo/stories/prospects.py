"""Prospects: newcomers, talks, interest, gifts out of the blue, a no, and silence."""

from partners.demo.partner import Partner
from partners.demo.stories.story import EVERYBODY, INSTITUTIONS, PARTNERS, PUBLIC, Story

__all__ = ["PROSPECTS"]


def _newcomer(_partner: Partner) -> None:
    """Nothing but a name and an address."""


def _unresearched(partner: Partner) -> None:
    partner.account.pop("Industry", None)
    partner.account.pop("BillingCountry", None)


def _recently_in_talks(partner: Partner) -> None:
    partner.touch(40)
    partner.touch(8, meeting=True)


def _talks_fell_asleep(partner: Partner) -> None:
    partner.touch(70, meeting=True)
    partner.touch(45)


def _credited(partner: Partner) -> None:
    someone_elses = partner.records.by_object["Opportunity"][0]
    partner.credit(someone_elses)


def _interested(partner: Partner) -> None:
    partner.touch(30)
    partner.touch(3, outcome="interested", direction="inbound")


def _gave_out_of_the_blue(partner: Partner) -> None:
    partner.gift(20, thanked=False)


def _first_public_gift(partner: Partner) -> None:
    partner.gift(4, thanked=False)


def _declined(partner: Partner) -> None:
    partner.touch(60, meeting=True)
    partner.touch(4, outcome="declined", direction="inbound")


def _silent(partner: Partner) -> None:
    partner.touch(850)


def _refused_before(partner: Partner) -> None:
    partner.decided("refused", Human_Rights__c="not_met", Risk__c="high")
    partner.touch(5, outcome="interested", direction="inbound")


def _courted_by_two_offices(partner: Partner) -> None:
    other = "Dakar" if partner.office != "Dakar" else "Nairobi"
    partner.touch(50, office=other)
    partner.touch(12, meeting=True)


def _waits_for_an_answer(partner: Partner) -> None:
    partner.touch(40)
    partner.touch(6, direction="inbound")


def _wealthier_than_recorded(partner: Partner) -> None:
    partner.record["Giving_Capacity__c"] = 2_500_000
    partner.touch(15)


PROSPECTS = (
    Story("newcomer", _newcomer, EVERYBODY),
    Story("unresearched", _unresearched, INSTITUTIONS),
    Story("nobody_known", _newcomer, INSTITUTIONS, alone=True),
    Story("recently_in_talks", _recently_in_talks, PARTNERS),
    Story("talks_fell_asleep", _talks_fell_asleep, PARTNERS),
    Story("interested", _interested, PARTNERS),
    Story("gave_out_of_the_blue", _gave_out_of_the_blue, PARTNERS),
    Story("first_public_gift", _first_public_gift, PUBLIC),
    Story("declined", _declined, EVERYBODY, "prospect", 120),
    Story("silent", _silent, EVERYBODY, "prospect", 900),
    Story("refused_before", _refused_before, PARTNERS, "prospect", 30),
    Story("courted_by_two_offices", _courted_by_two_offices, PARTNERS, "prospect", 60),
    Story("waits_for_an_answer", _waits_for_an_answer, PARTNERS, "prospect", 60),
    Story("credited", _credited, PUBLIC),
    Story("wealthier_than_recorded", _wealthier_than_recorded, PUBLIC, "prospect", 40),
)
