"""Agreements: written, sent, incomplete, signed, called off, never signed."""

from partners.demo.partner import Partner
from partners.demo.stories.story import INSTITUTIONS, PARTNERS, PUBLIC, Story

__all__ = ["SIGNING"]


def _known(partner: Partner) -> None:
    partner.touch(14, outcome="interested", meeting=True)
    partner.decided()


def _being_written(partner: Partner) -> None:
    _known(partner)
    partner.contract("Draft", start=30, end=760)


def _sent(partner: Partner) -> None:
    _known(partner)
    partner.contract("In Approval Process", start=20, end=750)


def _incomplete(partner: Partner) -> None:
    _known(partner)
    partner.contract("Draft", start=20, end=750, complete=False)


def _signed(partner: Partner) -> None:
    _known(partner)
    partner.contract(start=-2, end=728)


def _signed_on_conditions(partner: Partner) -> None:
    partner.touch(14, outcome="interested")
    partner.conditions(due=120)
    partner.contract(start=-1, end=729)


def _gift_accepted(partner: Partner) -> None:
    partner.gift(6)


def _called_off(partner: Partner) -> None:
    _known(partner)
    partner.contract("Cancelled", start=10, end=375)


def _never_signed(partner: Partner) -> None:
    partner.touch(200)
    partner.decided()
    partner.contract("Draft", start=-300, end=430)


def _promises_exclusivity(partner: Partner) -> None:
    _known(partner)
    partner.contract("Draft", start=20, end=385, Exclusive__c=True)


def _endorses_a_product(partner: Partner) -> None:
    _known(partner)
    partner.contract("In Approval Process", start=20, end=385, Endorses__c=True)


def _clearance_ran_out(partner: Partner) -> None:
    partner.touch(14)
    partner.decided(valid=-12)
    partner.contract("Draft", start=20, end=385)


def _sent_to_somebody_silent(partner: Partner) -> None:
    _sent(partner)
    if partner.contact:
        partner.contact["HasOptedOutOfEmail"] = True


def _at(days: int) -> tuple[str, int]:
    return "agreement", days


SIGNING = (
    Story("nothing_written", _known, PARTNERS, *_at(5)),
    Story("being_written", _being_written, PARTNERS, *_at(20)),
    Story("sent", _sent, PARTNERS, *_at(10)),
    Story("sent_long_ago", _sent, PARTNERS, *_at(45)),
    Story("incomplete", _incomplete, PARTNERS, *_at(15)),
    Story("signed", _signed, PARTNERS, *_at(40)),
    Story("signed_on_conditions", _signed_on_conditions, INSTITUTIONS, *_at(40)),
    Story("gift_accepted", _gift_accepted, PUBLIC, *_at(1)),
    Story("called_off", _called_off, PARTNERS, *_at(60)),
    Story("never_signed", _never_signed, PARTNERS, *_at(400)),
    Story("promises_exclusivity", _promises_exclusivity, INSTITUTIONS, *_at(25)),
    Story("endorses_a_product", _endorses_a_product, INSTITUTIONS, *_at(25)),
    Story("clearance_ran_out", _clearance_ran_out, PARTNERS, *_at(60)),
    Story("sent_to_somebody_silent", _sent_to_somebody_silent, PARTNERS, *_at(12)),
)
