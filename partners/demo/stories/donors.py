"""The public: small and regular gifts, thanks, consent, and a donor's last year."""

from partners.demo.partner import Partner
from partners.demo.records import ref
from partners.demo.stories.story import PUBLIC, Story

__all__ = ["DONORS", "regular", "thanked"]


def thanked(partner: Partner) -> None:
    """One or two gifts of this year, all thanked for."""
    partner.gift(partner.records.random.randint(30, 250))
    if partner.records.random.random() < 0.4:
        partner.gift(partner.records.random.randint(400, 600))


def regular(partner: Partner) -> None:
    """A monthly gift for a year, thanked for each time."""
    contact = ref("Contact", partner.record["_id"])
    amount = partner.records.random.randint(1, 6) * 10
    recurring = partner.records.add(
        "npe03__Recurring_Donation__c",
        f"{partner.key}_recurring_1",
        Name=f"{partner.record['LastName']} monthly",
        npe03__Contact__c=contact,
        npe03__Amount__c=amount,
        npe03__Installment_Period__c="Monthly",
        npe03__Date_Established__c=partner.records.day(-360),
        npsp__StartDate__c=partner.records.day(-360),
        npsp__RecurringType__c="Open",
        npsp__Status__c="Active",
    )
    for month in range(12):
        link = ref("npe03__Recurring_Donation__c", recurring["_id"])
        partner.gift(20 + 30 * month, amount, npe03__Recurring_Donation__c=link)


def _gave(partner: Partner) -> None:
    thanked(partner)
    partner.gift(3, thanked=False)


def _thanks_are_late(partner: Partner) -> None:
    thanked(partner)
    partner.gift(24, thanked=False)


def _wants_no_mail(partner: Partner) -> None:
    _gave(partner)
    partner.record["HasOptedOutOfEmail"] = True


def _wants_no_contact(partner: Partner) -> None:
    _gave(partner)
    partner.record["npsp__Do_Not_Contact__c"] = True


def _has_died(partner: Partner) -> None:
    _gave(partner)
    partner.record["npsp__Deceased__c"] = True


def _mail_came_back(partner: Partner) -> None:
    _gave(partner)
    partner.record["EmailBouncedDate"] = f"{partner.records.day(-30)}T06:30:00.000Z"
    partner.record["EmailBouncedReason"] = "550 no such mailbox"


def _began_last_week(partner: Partner) -> None:
    partner.gift(9)


def _gives_more_and_more(partner: Partner) -> None:
    partner.gift(300, amount=6_000)
    partner.gift(40, amount=9_000)


def _a_year_ago(partner: Partner) -> None:
    partner.gift(350)


def _long_ago(partner: Partner) -> None:
    partner.gift(610)


def _at(days: int) -> tuple[str, int]:
    return "active", days


DONORS = (
    Story("thanked", thanked, PUBLIC, *_at(260)),
    Story("regular", regular, PUBLIC, *_at(360)),
    Story("gave", _gave, PUBLIC, *_at(260)),
    Story("donor_thanks_are_late", _thanks_are_late, PUBLIC, *_at(260)),
    Story("wants_no_mail", _wants_no_mail, PUBLIC, *_at(260)),
    Story("wants_no_contact", _wants_no_contact, PUBLIC, *_at(260)),
    Story("has_died", _has_died, PUBLIC, *_at(260)),
    Story("mail_came_back", _mail_came_back, PUBLIC, *_at(260)),
    Story("began_last_week", _began_last_week, PUBLIC, *_at(8)),
    Story("gives_more_and_more", _gives_more_and_more, PUBLIC, *_at(300)),
    Story("a_year_ago", _a_year_ago, PUBLIC, *_at(350)),
    Story("long_ago", _long_ago, PUBLIC, *_at(610)),
)
