"""Running partnerships of organisations and wealthy donors: steady ones, and what goes wrong."""

from partners.demo.partner import Partner
from partners.demo.stories.story import FIRMS, HNWI, INSTITUTIONS, PARTNERS, Story

__all__ = ["RUNNING", "steady"]


def steady(partner: Partner) -> None:
    """Everything in order: cleared, signed, thanked, in touch."""
    _never_met(partner)
    partner.touch(25, visit=True)


def _never_met(partner: Partner, valid: int = 500) -> None:
    partner.decided(valid=valid)
    partner.contract()
    partner.duty("us", 150)
    partner.duty("partner", -60, done=True, kind="payment")
    partner.duty("us", -90, done=True, kind="recognition")
    partner.duty("us", 180, kind="consultation")
    partner.gift(200)


def _just_begun(partner: Partner) -> None:
    partner.touch(20, meeting=True)
    partner.decided()
    partner.contract(start=-6)
    partner.duty("us", 170)


def _neglected(partner: Partner) -> None:
    _never_met(partner)
    partner.touch(150)


def _nothing_planned(partner: Partner) -> None:
    partner.touch(25)
    partner.decided()
    partner.contract()


def _we_are_late(partner: Partner) -> None:
    steady(partner)
    partner.duty("us", -10)


def _report_due(partner: Partner) -> None:
    steady(partner)
    partner.duty("us", 15, kind="recognition")


def _partner_is_late(partner: Partner) -> None:
    steady(partner)
    partner.duty("partner", -20, kind="payment")


def _partner_is_very_late(partner: Partner) -> None:
    _partner_is_late(partner)
    partner.duty("partner", -45)


def _clearance_runs_out(partner: Partner) -> None:
    _never_met(partner, valid=25)
    partner.touch(25)


def _clearance_has_run_out(partner: Partner) -> None:
    _never_met(partner, valid=-15)
    partner.touch(25)


def _never_checked(partner: Partner) -> None:
    partner.touch(25)
    partner.contract()
    partner.duty("us", 150)


def _found_wanting(partner: Partner) -> None:
    steady(partner)
    partner.decided("refused", Decided_On__c=partner.records.day(-3), Anti_Corruption__c="not_met")


def _condition_due(partner: Partner, due: int = 14) -> None:
    partner.touch(25)
    partner.conditions(due=due)
    partner.contract()
    partner.duty("us", 150)


def _condition_missed(partner: Partner) -> None:
    _condition_due(partner, due=-5)


def _no_agreement(partner: Partner) -> None:
    partner.touch(25)
    partner.decided()
    partner.gift(90)


def _endorsement_in_force(partner: Partner) -> None:
    partner.touch(25)
    partner.decided()
    partner.contract(Endorses__c=True)
    partner.duty("us", 150)


def _promise_not_kept(partner: Partner) -> None:
    steady(partner)
    partner.pledge(-40)


def _goods_arrived(partner: Partner) -> None:
    steady(partner)
    partner.gift(6, kind="in_kind", thanked=False)
    partner.gift(30, kind="pro_bono")


def _pro_bono_arrived(partner: Partner) -> None:
    steady(partner)
    partner.gift(3, kind="pro_bono", thanked=False)


def _money_arrived(partner: Partner) -> None:
    steady(partner)
    partner.gift(3, thanked=False)


def _thanks_are_late(partner: Partner) -> None:
    steady(partner)
    partner.gift(25, thanked=False)


def _entered_wrongly(partner: Partner) -> None:
    steady(partner)
    partner.gift(5, amount=-300, thanked=False)
    partner.gift(-40, thanked=False)


def _less_wealthy_than_recorded(partner: Partner) -> None:
    steady(partner)
    partner.record["Giving_Capacity__c"] = 400_000


def _at(days: int) -> tuple[str, int]:
    return "active", days


RUNNING = (
    Story("steady", steady, PARTNERS, *_at(300)),
    Story("employer", steady, FIRMS, *_at(300)),
    Story("just_begun", _just_begun, PARTNERS, *_at(5)),
    Story("neglected", _neglected, PARTNERS, *_at(300)),
    Story("never_met", _never_met, PARTNERS, *_at(300)),
    Story("nothing_planned", _nothing_planned, INSTITUTIONS, *_at(120)),
    Story("we_are_late", _we_are_late, PARTNERS, *_at(300)),
    Story("report_due", _report_due, PARTNERS, *_at(300)),
    Story("partner_is_late", _partner_is_late, PARTNERS, *_at(300)),
    Story("partner_is_very_late", _partner_is_very_late, INSTITUTIONS, *_at(300)),
    Story("clearance_runs_out", _clearance_runs_out, PARTNERS, *_at(300)),
    Story("clearance_has_run_out", _clearance_has_run_out, PARTNERS, *_at(300)),
    Story("found_wanting", _found_wanting, INSTITUTIONS, *_at(300)),
    Story("condition_due", _condition_due, INSTITUTIONS, *_at(200)),
    Story("condition_missed", _condition_missed, INSTITUTIONS, *_at(200)),
    Story("no_agreement", _no_agreement, PARTNERS, *_at(150)),
    Story("endorsement_in_force", _endorsement_in_force, INSTITUTIONS, *_at(200)),
    Story("promise_not_kept", _promise_not_kept, PARTNERS, *_at(300)),
    Story("goods_arrived", _goods_arrived, INSTITUTIONS, *_at(300)),
    Story("pro_bono_arrived", _pro_bono_arrived, INSTITUTIONS, *_at(300)),
    Story("money_arrived", _money_arrived, PARTNERS, *_at(300)),
    Story("thanks_are_late", _thanks_are_late, PARTNERS, *_at(300)),
    Story("never_checked", _never_checked, INSTITUTIONS, *_at(200)),
    Story("entered_wrongly", _entered_wrongly, INSTITUTIONS, *_at(300)),
    Story("less_wealthy_than_recorded", _less_wealthy_than_recorded, HNWI, *_at(300)),
)
