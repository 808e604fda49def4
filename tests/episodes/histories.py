"""What may happen to a few partners in five years, as lists of events that hypothesis makes up."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

__all__ = ["DAYS", "FIRST", "Event", "History", "days_played", "histories"]

FIRST = date(2020, 1, 1)
DAYS = 1_826
_PARTNERS = 4
_AUDIENCES = ("corporation", "foundation", "hnwi", "public")
_STAGES = ("prospect", "diligence", "agreement", "active", "renewal", "closed", None)
_OUTCOMES = ("interested", "interested", "neutral", "declined", None)


@dataclass(frozen=True)
class Event:
    """What the mirror shows from a day on: `row` of `view`, or None where it is gone."""

    day: int
    view: str
    id: str
    row: dict | None


@dataclass(frozen=True)
class History:
    """Events by day, idle days that are played too, and what goes wrong on which day."""

    events: tuple[Event, ...]
    idle: frozenset[int]
    killed: dict[int, int]
    late: frozenset[int]
    allowed: frozenset[int]

    def on(self, day):
        """Return what arrives on a day."""
        return [event for event in self.events if event.day == day]


def days_played(history):
    """Return the days on which something arrives, and the idle ones that are played too."""
    return sorted({event.day for event in history.events} | history.idle)


def _day(number):
    return FIRST + timedelta(days=number)


_partner = st.integers(0, _PARTNERS - 1).map("P{}".format)
_near = st.sampled_from((-400, -35, -10, -1, 0, 0, 0, 1, 7, 60))
_number = st.integers(0, 2)


@st.composite
def _events(draw, day):
    """One event that arrives on `day`; rows have few ids, so that they change again and again."""
    make = draw(st.sampled_from(_MAKERS))
    return Event(day, *make(draw, _day(day)))


def _gift(draw, day):
    row = {
        "partner_id": draw(_partner),
        "status": draw(st.sampled_from(("received", "received", "pledged"))),
        "kind": draw(st.sampled_from(("cash", "in_kind"))),
        "amount": (cents := draw(st.sampled_from((1_000, 250_000, 400_000)))),
        "amount_usd": draw(st.sampled_from((cents, cents, None))),
        "date": day + timedelta(days=draw(_near)),
        "acknowledged_at": draw(st.sampled_from((None, None, day))),
    }
    return "gift", f"g{draw(st.integers(0, 9))}", draw(st.sampled_from((row, row, row, None)))


_ENDS = (None, date(2020, 12, 31), date(2021, 6, 30), date(2022, 12, 31), date(2024, 6, 30))


def _agreement(draw, day):
    parts = ("has_roles", "has_activities", "has_governance", "has_accountability")
    row = {
        "partner_id": draw(_partner),
        "status": draw(st.sampled_from(("signed", "signed", "sent", "draft", "ended"))),
        "partnership_types": draw(st.sampled_from(("resource", "resource;advocacy", None))),
        "start_date": draw(st.sampled_from((FIRST, date(2021, 3, 1), None))),
        "end_date": draw(st.sampled_from(_ENDS)),
        "signed_at": draw(st.sampled_from((day, day, None))),
        "ended_on": draw(st.sampled_from((None, None, day))),
        "value_usd": draw(st.sampled_from((None, 5_000_000, 900_000_000))),
        "exclusive": draw(st.sampled_from((False, False, True))),
        **dict.fromkeys(parts, draw(st.sampled_from((True, True, False)))),
    }
    return "agreement", f"a{draw(_number)}", row


def _contact(draw, day):
    row = {
        "partner_id": draw(_partner),
        "name": draw(st.sampled_from(("Ana", "Ben", "Dee", None))),
        "email": draw(st.sampled_from(("a@example.org", "b@example.org", None))),
        "is_primary": draw(st.booleans()),
        "email_opt_out": draw(st.sampled_from((False, False, True))),
        "deceased": draw(st.sampled_from((False, False, False, True))),
        "bounced_at": draw(st.sampled_from((None, None, day))),
    }
    return "contact", f"c{draw(st.integers(0, 5))}", row


def _touch(draw, day):
    row = {
        "partner_id": draw(_partner),
        "direction": draw(st.sampled_from(("inbound", "outbound"))),
        "kind": draw(st.sampled_from(("email", "call", "meeting", "visit"))),
        "outcome": draw(st.sampled_from(_OUTCOMES)),
        "office": draw(st.sampled_from(("Geneva", "Dakar", None))),
        "at": day + timedelta(days=draw(_near)),
    }
    return "touch", f"t{draw(st.integers(0, 9))}", draw(st.sampled_from((row, row, row, None)))


def _obligation(draw, day):
    row = {
        "partner_id": draw(_partner),
        "kind": draw(st.sampled_from(("report", "recognition", "visit", "payment"))),
        "owed_by": draw(st.sampled_from(("us", "partner"))),
        "due_date": draw(st.sampled_from((date(2020, 7, 1), date(2021, 7, 1), date(2022, 7, 1)))),
        "done_at": draw(st.sampled_from((None, None, day))),
    }
    return "obligation", f"o{draw(_number)}", row


_CRITERIA = ("human_rights", "labour", "environment", "anti_corruption")


def _diligence(draw, day):
    met = draw(st.sampled_from(("met", "met", "unclear")))
    decided = {
        "status": "decided",
        "depth": draw(st.sampled_from(("basic", "standard", "enhanced", "enhanced"))),
        "risk": draw(st.sampled_from(("low", "low", "moderate", "high", None))),
        "outcome": draw(st.sampled_from(("cleared", "cleared", "conditions", "refused"))),
        "decided_at": draw(st.sampled_from((day, day, day, None))),
        "valid_until": day + timedelta(days=draw(st.sampled_from((50, 400, 900)))),
        "conditions_due": day + timedelta(days=40),
        "assessed_by": "U1",
        "approved_by": draw(st.sampled_from(("U2", "U2", "U1"))),
        "approval_level": draw(st.sampled_from(("unit", "executive", "executive", None))),
        **dict.fromkeys((*_CRITERIA, "un_obligations", "undue_risk"), met),
    }
    opened = {"status": draw(st.sampled_from(("open", "waiting"))), "depth": "basic"}
    row = draw(st.sampled_from((decided, decided, opened)))
    return "diligence", f"d{draw(_number)}", {"partner_id": draw(_partner), **row}


def _hit(draw, day):
    row = {"partner_id": draw(_partner), "status": draw(st.sampled_from(("open", "closed")))}
    return "screening_hit", f"{draw(_number)}", row | {"opened_at": day, "opened_by": "U3"}


def _credit(draw, _day):
    row = {"partner_id": draw(_partner), "gift_id": f"g{draw(st.integers(0, 9))}", "share": 0.5}
    return "gift_credit", f"s{draw(_number)}", row


def _partner_row(draw, _day):
    """Somebody appears, or is described otherwise."""
    row = {
        "audience": draw(st.sampled_from(_AUDIENCES)),
        "country": draw(st.sampled_from(("CH", None))),
        "sector": draw(st.sampled_from(("Banking", "Banking", None, "Tobacco"))),
        "parent_id": draw(st.sampled_from((None, None, "P0"))),
        "capacity_usd": draw(st.sampled_from((None, 200_000_000))),
    }
    return "partner", draw(_partner), row


def _stage(draw, _day):
    return "stage", draw(_partner), {"stage": draw(st.sampled_from(_STAGES))}


def _merge(draw, _day):
    return "merge", draw(_partner), {"into": draw(_partner)}


def _release(draw, _day):
    return "release", draw(_partner), {"which": draw(_number)}


_MAKERS = [*[_gift, _agreement, _touch] * 3, *[_release] * 3, *[_contact, _diligence] * 2]
_MAKERS += [_obligation, _hit, _credit, _stage, _merge, _partner_row]


@st.composite
def histories(draw, *, busy=16):
    """Some busy days of five years, each with several events; the rows of a day in any order."""
    days = draw(st.lists(st.integers(1, DAYS - 1), min_size=busy // 2, max_size=busy, unique=True))
    events = [draw(_events(day)) for day in days for _ in range(draw(st.integers(4, 9)))]
    some = st.frozensets(st.sampled_from(days))
    return History(
        events=(*_met(), *events),
        idle=draw(st.frozensets(st.integers(0, DAYS - 1), max_size=busy)),
        killed={day: draw(st.integers(1, 40)) for day in sorted(draw(some))},
        late=draw(some),
        allowed=draw(some),
    )


def _met():
    """The partners of the first day, each with somebody to write to."""
    for n in range(_PARTNERS - 1):
        person = {"partner_id": f"P{n}", "name": "Cai", "email": "c@example.org"}
        yield Event(0, "partner", f"P{n}", {"audience": _AUDIENCES[n]})
        yield Event(0, "contact", f"c{n}", {**person, "is_primary": True})
