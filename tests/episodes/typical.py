"""Five years in the lives of four typical partners, whose records arrive in any order."""

from datetime import timedelta

from histories import FIRST, Event, History
from hypothesis import strategies as st

__all__ = ["ENDS", "lives"]

# Where each is at the end, in whatever order its records came.
ENDS = {"P0": "active", "P1": "closed", "P2": "renewal", "P3": "closed"}
_LATEST = 1_826
_PARTS = ("has_roles", "has_activities", "has_governance", "has_accountability")
_CRITERIA = ("human_rights", "labour", "environment", "anti_corruption")


def _date(day):
    return FIRST + timedelta(days=day)


def _met(partner, audience):
    person = {"partner_id": partner, "name": "Cai", "email": "c@example.org", "is_primary": True}
    yield Event(0, "partner", partner, {"audience": audience, "sector": "Banking"})
    yield Event(0, "contact", f"c{partner}", person)


def _interest(partner, day):
    row = {"direction": "inbound", "kind": "meeting", "outcome": "interested", "at": _date(day)}
    return Event(day, "touch", f"t{partner}{day}", {"partner_id": partner, **row})


def _cleared(partner, day, years, **more):
    row = {
        "status": "decided",
        "depth": "enhanced",
        "risk": "low",
        "outcome": "cleared",
        "decided_at": _date(day),
        "valid_until": _date(day + 365 * years),
        "assessed_by": "U1",
        "approved_by": "U2",
        "approval_level": "executive",
        **dict.fromkeys((*_CRITERIA, "un_obligations", "undue_risk"), "met"),
    }
    return Event(day, "diligence", f"d{partner}{day}", {"partner_id": partner, **row, **more})


def _signed(partner, day, years, **more):
    row = {
        "status": "signed",
        "partnership_types": "resource",
        "start_date": _date(day),
        "end_date": _date(day + 365 * years),
        "signed_at": _date(day),
        "exclusive": False,
        **dict.fromkeys(_PARTS, True),
    }
    return Event(day, "agreement", f"a{partner}{day}", {"partner_id": partner, **row, **more})


def _gift(partner, day, dollars, kind="cash"):
    cents = dollars * 100
    row = {"status": "received", "kind": kind, "amount": cents, "amount_usd": cents}
    return Event(
        day, "gift", f"g{partner}{day}", {"partner_id": partner, "date": _date(day), **row}
    )


def _owes(partner, day, by, kind, *, done=None):
    row = {"owed_by": by, "kind": kind, "due_date": _date(day)}
    yield Event(day - 120, "obligation", f"o{partner}{day}", {"partner_id": partner, **row})
    if done is not None:
        told = {"partner_id": partner, **row, "done_at": _date(done)}
        yield Event(done, "obligation", f"o{partner}{day}", told)


def _a_foundation_with_grants():
    """A grant of three years, reported on each year, and the next one."""
    yield from _met("P0", "foundation")
    yield _interest("P0", 20)
    yield _cleared("P0", 60, 3)
    yield _signed("P0", 90, 3)
    for year in range(4):
        yield _gift("P0", 100 + 365 * year, 50_000)
        yield from _owes("P0", 400 + 365 * year, "us", "report", done=390 + 365 * year)
    yield _cleared("P0", 1_050, 3)
    yield _signed("P0", 1_170, 3, previous_id="aP090")


def _a_firm_that_leaves():
    """A firm that keeps its word for two years, is late with payments, and does not renew."""
    yield from _met("P1", "corporation")
    yield _interest("P1", 30)
    yield _cleared("P1", 80, 3, outcome="conditions", conditions_due=_date(300), labour="unclear")
    yield _signed("P1", 120, 2)
    yield _gift("P1", 150, 200_000, kind="in_kind")
    for day in (400, 430, 460):
        yield from _owes("P1", day, "partner", "payment", done=520)


def _a_family():
    """A family that gives every year, and is thanked in person."""
    yield from _met("P2", "hnwi")
    yield _interest("P2", 10)
    yield _cleared("P2", 40, 5)
    yield _signed("P2", 70, 5)
    for year in range(5):
        yield _gift("P2", 80 + 365 * year, 20_000)


def _one_of_the_public():
    """Somebody who gives now and then for two years, and then no more."""
    yield from _met("P3", "public")
    for day in (5, 200, 420, 640, 700):
        yield _gift("P3", day, 60)


def _script():
    yield from _a_foundation_with_grants()
    yield from _a_firm_that_leaves()
    yield from _a_family()
    yield from _one_of_the_public()


@st.composite
def lives(draw, *, every):
    """The four lives; each record arrives up to four weeks late, and one day in `every` is idle.

    A record that says how a thing went on never comes before the one that says it began.
    """
    came = {}
    events = []
    for event in sorted(_script(), key=lambda each: each.day):
        late = draw(st.sampled_from((0, 0, 1, 3, 9, 28))) if event.day else 0
        key = event.view, event.id
        came[key] = max(event.day + late, came.get(key, 0))
        events.append(Event(came[key], event.view, event.id, event.row))
    idle = frozenset(range(0, _LATEST, every))
    return History(tuple(draw(st.permutations(events))), idle, {}, frozenset(), frozenset())
