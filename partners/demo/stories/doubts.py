"""Doubts: an excluded trade, a check that was not deep enough, papers that are not in order."""

from partners.demo.partner import Partner
from partners.demo.stories.story import FIRMS, INSTITUTIONS, Story

__all__ = ["DOUBTS"]


def _excluded_trade(partner: Partner) -> None:
    partner.account["Industry"] = "Tobacco"
    partner.touch(20, outcome="interested", direction="inbound")


def _not_deep_enough(partner: Partner) -> None:
    partner.account["Industry"] = "Energy"
    partner.touch(12)
    partner.decided(Depth__c="standard")


def _risk_accepted_too_low(partner: Partner) -> None:
    partner.touch(12)
    partner.decided(Risk__c="high", Approval_Level__c="division")


def _high_risk_found(partner: Partner) -> None:
    partner.touch(12)
    partner.diligence("assessed", Risk__c="high")


def _signed_nobody_knows_when(partner: Partner) -> None:
    partner.touch(12)
    partner.decided()
    contract = partner.contract(start=-3, end=727)
    del contract["CustomerSignedDate"]


def _incomplete_in_force(partner: Partner) -> None:
    partner.touch(12)
    partner.decided()
    partner.contract(complete=False)
    partner.duty("us", 150)


def _criterion_not_met(partner: Partner) -> None:
    partner.touch(12)
    partner.decided(Environment__c="not_met")
    partner.contract()
    partner.duty("us", 150)


DOUBTS = (
    Story("excluded_trade", _excluded_trade, FIRMS, "prospect", 90),
    Story("not_deep_enough", _not_deep_enough, FIRMS, "diligence", 40),
    Story("risk_accepted_too_low", _risk_accepted_too_low, INSTITUTIONS, "diligence", 40),
    Story("high_risk_found", _high_risk_found, INSTITUTIONS, "diligence", 40),
    Story("signed_nobody_knows_when", _signed_nobody_knows_when, INSTITUTIONS, "agreement", 40),
    Story("incomplete_in_force", _incomplete_in_force, INSTITUTIONS, "active", 200),
    Story("criterion_not_met", _criterion_not_met, INSTITUTIONS, "active", 200),
)
