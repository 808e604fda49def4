"""Due diligence: opened, waiting, assessed, stuck, cleared, refused, left."""

from partners.demo.partner import Partner
from partners.demo.records import ref
from partners.demo.stories.story import FIRMS, INSTITUTIONS, PARTNERS, PUBLIC, Story

__all__ = ["CHECKS"]


def _not_opened(partner: Partner) -> None:
    partner.touch(12, outcome="interested", meeting=True)


def _in_progress(partner: Partner) -> None:
    partner.touch(15, outcome="interested")
    partner.diligence("open")


def _just_opened(partner: Partner) -> None:
    partner.touch(8, outcome="interested")
    partner.diligence("open", Evidence_Count__c=1)


def _information_missing(partner: Partner) -> None:
    partner.touch(35)
    partner.diligence("waiting", Evidence_Count__c=2)


def _assessed(partner: Partner) -> None:
    partner.touch(20, outcome="interested")
    partner.diligence("assessed", Evidence_Count__c=7)


def _stuck(partner: Partner) -> None:
    partner.touch(30)
    partner.diligence("escalated", Risk__c="substantial")


def _cleared(partner: Partner) -> None:
    partner.touch(10, outcome="interested")
    partner.decided()


def _cleared_on_conditions(partner: Partner) -> None:
    partner.touch(10, outcome="interested")
    partner.conditions(due=90)


def _small_gift(partner: Partner) -> None:
    partner.gift(25)


def _large_gift(partner: Partner) -> None:
    partner.gift(15, amount=18_000)


def _refused(partner: Partner) -> None:
    partner.touch(25)
    partner.decided("refused", Labour__c="not_met", Risk__c="high")


def _putting_things_right(partner: Partner) -> None:
    partner.touch(14)
    partner.decided("remediation", Environment__c="not_met", Risk__c="substantial")


def _withdrew(partner: Partner) -> None:
    partner.diligence("waiting")
    partner.touch(3, outcome="declined", direction="inbound")


def _needs_a_closer_look(partner: Partner) -> None:
    partner.account["Industry"] = "Energy"
    partner.touch(9)
    partner.diligence("open", Depth__c="standard")


def _one_person_did_both(partner: Partner) -> None:
    partner.touch(9)
    partner.decided(Approver__c=ref("User", "Geneva"))


def _ran_out_meanwhile(partner: Partner) -> None:
    partner.touch(18)
    partner.decided(valid=-40)


def _at(days: int) -> tuple[str, int]:
    return "diligence", days


CHECKS = (
    Story("not_opened", _not_opened, PARTNERS, *_at(10)),
    Story("in_progress", _in_progress, PARTNERS, *_at(12)),
    Story("just_opened", _just_opened, PARTNERS, *_at(5)),
    Story("information_missing", _information_missing, PARTNERS, *_at(40)),
    Story("assessed", _assessed, PARTNERS, *_at(30)),
    Story("stuck", _stuck, PARTNERS, *_at(100)),
    Story("cleared", _cleared, PARTNERS, *_at(45)),
    Story("cleared_on_conditions", _cleared_on_conditions, INSTITUTIONS, *_at(45)),
    Story("small_gift", _small_gift, PUBLIC, *_at(1)),
    Story("large_gift", _large_gift, PUBLIC, *_at(8)),
    Story("refused", _refused, PARTNERS, *_at(50)),
    Story("putting_things_right", _putting_things_right, FIRMS, *_at(40)),
    Story("withdrew", _withdrew, PARTNERS, *_at(25)),
    Story("needs_a_closer_look", _needs_a_closer_look, FIRMS, *_at(12)),
    Story("one_person_did_both", _one_person_did_both, PARTNERS, *_at(30)),
    Story("ran_out_meanwhile", _ran_out_meanwhile, PARTNERS, *_at(30)),
)
