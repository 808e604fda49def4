"""Renewal, the end, and the way back."""

from partners.demo.partner import Partner
from partners.demo.records import ref
from partners.demo.stories.running import steady
from partners.demo.stories.story import EVERYBODY, PARTNERS, PUBLIC, Story

__all__ = ["ENDINGS"]


def _in_its_last_months(partner: Partner, end: int = 90, valid: int = 500) -> None:
    partner.touch(25, meeting=True)
    partner.decided(valid=valid)
    partner.contract(start=end - 730, end=end)
    partner.duty("us", end + 60)
    partner.gift(120)


def _clearance_ends_too(partner: Partner) -> None:
    _in_its_last_months(partner, valid=20)


def _next_one(partner: Partner, status: str, complete: bool = True, days: int = 60) -> None:
    partner.touch(25, meeting=True)
    partner.decided()
    last = partner.contract("Ended", start=-790, end=-days)
    following = {"Previous_Agreement__c": ref("Contract", last["_id"])}
    partner.contract(status, start=-20, end=710, complete=complete, **following)


def _next_one_drafted(partner: Partner) -> None:
    _next_one(partner, "Draft", days=10)


def _next_one_sent(partner: Partner) -> None:
    _next_one(partner, "In Approval Process")


def _next_one_incomplete(partner: Partner) -> None:
    _next_one(partner, "Draft", complete=False)


def _next_one_signed(partner: Partner) -> None:
    _next_one(partner, "Activated")


def _over(partner: Partner) -> None:
    partner.touch(25)
    partner.decided()
    partner.contract("Ended", start=-800, end=-70)


def _ran_out(partner: Partner) -> None:
    partner.touch(25)
    partner.decided()
    partner.contract(start=-900, end=-170)


def _wants_no_more(partner: Partner) -> None:
    _in_its_last_months(partner)
    partner.touch(8, outcome="declined", direction="inbound")


def _gave_again(partner: Partner) -> None:
    partner.gift(390)
    partner.gift(5, thanked=False)


def _asked_to_give_again(partner: Partner) -> None:
    partner.gift(400)


def _did_not_give_again(partner: Partner) -> None:
    partner.gift(620)


def _parted(partner: Partner) -> None:
    partner.touch(900)
    partner.gift(950)


def _parted_for_good_reason(partner: Partner) -> None:
    partner.touch(700)
    partner.decided("refused", Undue_Risk__c="not_met", Risk__c="high")


def _wrote_again(partner: Partner) -> None:
    _parted(partner)
    partner.touch(2, direction="inbound")


def _came_back_with_a_gift(partner: Partner) -> None:
    _parted(partner)
    partner.gift(5, thanked=False)


def _promise_left_open(partner: Partner) -> None:
    _parted(partner)
    partner.pledge(-200)


def _agreement_in_force(partner: Partner) -> None:
    steady(partner)


RENEWAL = ("renewal", 60)
ENDINGS = (
    Story("in_its_last_months", _in_its_last_months, PARTNERS, "active", 640),
    Story("next_one_drafted", _next_one_drafted, PARTNERS, "active", 790),
    Story("over", _over, PARTNERS, "active", 800),
    Story("in_talks_about_the_next", _in_its_last_months, PARTNERS, *RENEWAL),
    Story("clearance_ends_too", _clearance_ends_too, PARTNERS, *RENEWAL),
    Story("next_one_sent", _next_one_sent, PARTNERS, *RENEWAL),
    Story("next_one_incomplete", _next_one_incomplete, PARTNERS, *RENEWAL),
    Story("next_one_signed", _next_one_signed, PARTNERS, *RENEWAL),
    Story("next_one_never_signed", _next_one_drafted, PARTNERS, "renewal", 400),
    Story("ran_out", _ran_out, PARTNERS, "renewal", 350),
    Story("wants_no_more", _wants_no_more, PARTNERS, *RENEWAL),
    Story("gave_again", _gave_again, PUBLIC, *RENEWAL),
    Story("asked_to_give_again", _asked_to_give_again, PUBLIC, *RENEWAL),
    Story("did_not_give_again", _did_not_give_again, PUBLIC, "renewal", 280),
    Story("parted", _parted, EVERYBODY, "closed", 880),
    Story("parted_for_good_reason", _parted_for_good_reason, PARTNERS, "closed", 400),
    Story("parted_last_year", _parted, EVERYBODY, "closed", 400),
    Story("wrote_again", _wrote_again, EVERYBODY, "closed", 880),
    Story("came_back_with_a_gift", _came_back_with_a_gift, EVERYBODY, "closed", 880),
    Story("promise_left_open", _promise_left_open, EVERYBODY, "closed", 880),
    Story("agreement_in_force", _agreement_in_force, PARTNERS, "closed", 50),
)
