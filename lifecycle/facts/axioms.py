"""What is always true of facts, written as conditions: no proof then shows an impossible partner.

Each is tested on random data. Counts are 0 and not missing where there are no rows; what speaks of
a current or last row is missing then.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lifecycle.conditions import FactType, ValueType
from lifecycle.facts.matrix import fact_specs
from lifecycle.facts.rows import RowKind
from lifecycle.plugins import plugins

__all__ = ["Axiom", "axioms", "row_axioms"]


@dataclass(frozen=True)
class Axiom:
    """A condition that holds for every partner, and why."""

    name: str
    text: str
    reason: str


_STANDING = {
    "stage is not None": "a partner we have not met is a prospect",
    "suspended is not None": "a partner we have not met is not suspended",
    "since is not None": "a stage that nobody dated begins today",
    "today is not None": "every decision has a day",
    "visit >= 0": "visits are counted from 0",
    "days_in_stage == today - since": "that is what the days are",
    "set_from is None or set_from != stage": "a person who sets a stage sets another",
    "set_from is None or visit > 0": "setting it began a stay",
    "partner.id is not None": "the CRM gives every record an id",
}
_NO_ROWS = "where there is no row there is nothing to show"
_SUBSET = "a part is not more than the whole"
_CONTACT = {
    "contact.reachable_count <= contact.count": _SUBSET,
    "(contact.count > 0) == (contact.id is not None)": "every row has an id",
    "contact.count == 0 or contact.bounced is not None": "a mail came back or it did not",
    """contact.count == 0 or contact.reachable == (contact.email is not None
        and not contact.email_opt_out and not contact.do_not_contact
        and not contact.deceased and not contact.bounced)""": "that is what reachable means",
    "contact.count == 0 or contact.reachable == (contact.reachable_count > 0)": "who can be"
    " reached is written to first",
}
_GIFT = {
    "gift.overdue_count <= gift.pledged_count": _SUBSET,
    "gift.in_kind_count + gift.matching_count <= gift.count": _SUBSET,
    "gift.unthanked_count <= gift.count": _SUBSET,
    "gift.unvalued_count <= gift.count": _SUBSET,
    "gift.credited_count > 0 or gift.credited_usd == 0": "a sum of nothing is 0",
    "gift.credited_count > 0 or gift.credited_last_date is None": _NO_ROWS,
    "gift.total_usd is not None and gift.pledged_usd is not None": "a sum of nothing is 0",
    "gift.count > 0 or gift.total_usd == 0": "a sum of nothing is 0",
    "gift.pledged_count > 0 or gift.pledged_usd == 0": "a sum of nothing is 0",
    "(gift.first_date is None) == (gift.last_date is None)": "both are days of dated gifts",
    "gift.last_date is None or gift.first_date <= gift.last_date": "the first is the earliest",
    "(gift.count > 0) == (gift.last_id is not None)": "every row has an id",
}
_AGREEMENT = {
    "(agreement.count > 0) == (agreement.id is not None)": "every row has an id",
    """agreement.count == 0 or agreement.complete == (agreement.has_roles
        and agreement.has_activities and agreement.has_governance
        and agreement.has_accountability)""": "that is what complete means",
    """(agreement.term_days is None) == (agreement.start_date is None
        or agreement.end_date is None)""": "days are known where both days are",
    """agreement.term_days is None
        or agreement.term_days == agreement.end_date - agreement.start_date""": "that is the term",
    """agreement.anniversary is None or (agreement.anniversary >= agreement.start_date
        and agreement.anniversary <= today
        and agreement.anniversary > today - 366)""": "a year has at most 366 days",
    "agreement.preference_count <= agreement.count": _SUBSET,
    "agreement.concluded_count + next_agreement.count <= agreement.count": _SUBSET,
    """agreement.concluded_count > 0 or agreement.status is None
        or agreement.status not in ["signed", "ended"]""": "the current one counts too",
    "agreement.incomplete_count <= agreement.count": _SUBSET,
    """agreement.preference_count > 0 or agreement.status is None or agreement.status != "signed"
        or agreement.days_left < 0 or not (agreement.exclusive or agreement.endorses
            or agreement.bars_tenders)""": "the current one counts too",
    """agreement.incomplete_count > 0 or agreement.status is None or agreement.status != "signed"
        or agreement.days_left < 0 or agreement.complete""": "the current one counts too",
    """agreement.preference_count + agreement.incomplete_count == 0
        or agreement.status == "signed\"""": "what is in force is current",
    "(next_agreement.count > 0) == (next_agreement.id is not None)": "every row has an id",
    "next_agreement.count <= agreement.count": _SUBSET,
    """next_agreement.count == 0
        or next_agreement.status in ["sent", "draft"]""": "that is what waits for a signature",
}
_DILIGENCE = {
    "(diligence.count > 0) == (diligence.id is not None)": "every row has an id",
    """diligence.count == 0 or diligence.criteria_met == (diligence.human_rights == "met"
        and diligence.labour == "met" and diligence.environment == "met"
        and diligence.anti_corruption == "met" and diligence.un_obligations == "met"
        and diligence.undue_risk == "met")""": "that is what it means that all are met",
    "diligence.count == 0 or diligence.four_eyes == (diligence.assessed_by"
    " != diligence.approved_by)": "that is what four eyes are",
    "diligence.open_count + verdict.count <= diligence.count": _SUBSET,
    "diligence.incident_count <= diligence.open_count": _SUBSET,
    "diligence.unfinished_count <= diligence.count - diligence.open_count": _SUBSET,
    """diligence.count == 0 or (diligence.open_count == 0) == (diligence.status is not None
        and diligence.status == "decided")""": "what is open is at work",
}
_VERDICT = {
    "(verdict.count > 0) == (verdict.id is not None)": "every row has an id",
    "(verdict.count > 0) == (verdict.outcome is not None)": "a verdict has an outcome",
    "verdict.count == 0 or verdict.four_eyes == (verdict.assessed_by"
    " != verdict.approved_by)": "that is what four eyes are",
    "verdict.count == 0 or not verdict.criteria_met or verdict.criteria_open": _SUBSET,
    'verdict.count == 0 or not verdict.criteria_met or verdict.un_obligations == "met"': _SUBSET,
    """verdict.count == 0 or not verdict.criteria_open
        or verdict.un_obligations in ["met", "unclear"]""": _SUBSET,
}
_OBLIGATION = {
    "obligation.open_count <= obligation.count": _SUBSET,
    """obligation.report_count + obligation.recognition_count + obligation.consultation_count
        + obligation.payment_count <= obligation.running_count""": _SUBSET,
    "obligation.running_count <= obligation.count": _SUBSET,
    "obligation.overdue_by_us + obligation.overdue_by_partner <= obligation.open_count": _SUBSET,
    "obligation.open_count > 0 or (obligation.next_due_date is None"
    " and obligation.next_kind is None)": _NO_ROWS,
    """obligation.overdue_by_us + obligation.overdue_by_partner == 0
        or obligation.next_due_date < today""": "what is overdue comes first",
}
_CONDITION = {
    "condition.count == 0 or verdict.count > 0": "a condition belongs to a decision",
    "condition.open_count <= condition.count": _SUBSET,
    "condition.overdue_count + condition.undated_count <= condition.open_count": _SUBSET,
    "(condition.overdue_count > 0) == (condition.overdue_since is not None)": _NO_ROWS,
    "condition.overdue_since is None or condition.overdue_since < today": "its day has passed",
}
_TOUCH = {
    "touch.outbound_count + touch.inbound_count <= touch.count": _SUBSET,
    "touch.interested_count <= touch.count": _SUBSET,
    "touch.offices_90d <= touch.outbound_count": "an office counts once, however often it wrote",
    "(touch.count > 0) == (touch.last_date is not None)": "what has no day is no touch yet",
    "touch.count == 0 or touch.last_date <= today": "a meeting still to come is no touch yet",
    "(touch.inbound_count > 0) == (touch.last_inbound_date is not None)": "each touch has a day",
    "touch.inbound_count == 0 or touch.last_inbound_date <= touch.last_date": "the last is last",
    'touch.last_outcome is None or touch.last_outcome != "interested"'
    " or touch.interested_count > 0": "the last one counts too",
    "(touch.outbound_count > 0) == (touch.last_outbound_date is not None)": "each touch has a day",
    "touch.outbound_count == 0 or touch.last_outbound_date <= touch.last_date": "the last is last",
    """touch.waiting_since is None or (touch.waiting_since <= touch.last_inbound_date
        and (touch.last_outbound_date is None
             or touch.last_outbound_date <= touch.waiting_since))""": "nobody has answered since",
    "(touch.last_answer is not None) == (touch.last_answer_date is not None)": _NO_ROWS,
    "touch.last_answer_date is None or touch.last_answer_date <= touch.last_date": _SUBSET,
    """touch.last_outcome is None or touch.last_outcome not in ["interested", "declined"]
        or (touch.last_answer == touch.last_outcome
            and touch.last_answer_date == touch.last_date)""": "the last one is an answer",
    "touch.last_meeting_date is None or touch.last_meeting_date <= touch.last_date": _SUBSET,
    """touch.last_visit_date is None
        or touch.last_meeting_date >= touch.last_visit_date""": "a visit is a meeting too",
    "touch.offices_90d == 0 or touch.days_since_last <= 90": "they wrote within these days",
}
_OWN = {
    "hit.open_count > 0 or hit.open_since is None": _NO_ROWS,
    "draft.released_90d == 0 or draft.last_released_date >= today - 90": "the last is last",
}
_WRITTEN = {
    "standing": _STANDING,
    "contact": _CONTACT,
    "gift": _GIFT,
    "agreement": _AGREEMENT,
    "diligence": _DILIGENCE,
    "verdict": _VERDICT,
    "obligation": _OBLIGATION,
    "condition": _CONDITION,
    "touch": _TOUCH,
    "own": _OWN,
}
_CURRENT = {
    "contact": "contact.count",
    "agreement": "agreement.count",
    "next_agreement": "next_agreement.count",
    "diligence": "diligence.count",
    "verdict": "verdict.count",
    "obligation": "obligation.count",
    "touch": "touch.count",
}
_DAYS = {
    "gift.days_since_last": "today - gift.last_date",
    "agreement.days_left": "agreement.end_date - today",
    "diligence.days_valid": "diligence.valid_until - today",
    "verdict.days_valid": "verdict.valid_until - today",
    "touch.days_since_last": "today - touch.last_date",
}
_ROWS: Mapping[RowKind, Mapping[str, str]] = {
    "gift": {
        "row.status is None or row.status != 'received' or gift.count > 0": "it is counted",
        "row.status is None or row.status != 'pledged' or gift.pledged_count > 0": "it is counted",
    },
    "agreement": {
        "agreement.count > 0": "it is counted",
        "row.overdue == (row.days_left < 0)": "that is what overdue means",
    },
    "obligation": {
        'row.kind == "condition" or obligation.count > 0': "it is counted",
        "row.overdue == (row.days_left < 0 and row.done_at is None)": "that is what it means",
    },
    "contact": {"contact.count > 0": "it is counted"},
}
_ENDS: Mapping[RowKind, str] = {"agreement": "row.end_date", "obligation": "row.due_date"}


def axioms() -> list[Axiom]:
    """Return what is true of every partner's facts, plug-ins' facts among them."""
    of_plugins = {plugin.name: plugin.axioms for plugin in plugins()}
    families = {**_WRITTEN, **of_plugins}
    written = [each for name, family in families.items() for each in _named(name, family.items())]
    derived = [("counts", _counted()), ("current", _shown()), ("days", _days(_DAYS))]
    return [*(each for name, pairs in derived for each in _named(name, pairs)), *written]


def row_axioms(kind: RowKind) -> list[Axiom]:
    """Return what is true of every row of a kind beside its partner's facts."""
    ends = _ENDS.get(kind)
    days = dict.fromkeys(("row.days_left", "row.days_until"), f"{ends} - today") if ends else {}
    pairs = [("row.id is not None", "every row has an id"), *_days(days), *_ROWS[kind].items()]
    return _named(f"row.{kind}", pairs)


def _named(family: str, pairs: Iterable[tuple[str, str]]) -> list[Axiom]:
    return [
        Axiom(f"{family}.{number}", " ".join(text.split()), reason)
        for number, (text, reason) in enumerate(pairs, start=1)
    ]


def _counted() -> Iterator[tuple[str, str]]:
    for name, spec in fact_specs().items():
        if spec.type == FactType(ValueType.NUMBER) and spec.unit == "rows":
            yield f"{name} >= 0", "rows are counted from 0"


def _shown() -> Iterator[tuple[str, str]]:
    """What a table shows of its current row is missing when there is none."""
    for name, spec in fact_specs().items():
        family = name.partition(".")[0]
        if family in _CURRENT and spec.default is None:
            yield f"{_CURRENT[family]} > 0 or {name} is None", _NO_ROWS
        if name.startswith("gift.last_"):
            yield f"gift.count > 0 or {name} is None", _NO_ROWS
        if family in ("parent", "group") and name != "parent.id":
            nothing = "is None" if spec.default is None else f"== {spec.default}"
            yield f"parent.id is not None or {name} {nothing}", "without a parent nothing is known"


def _days(between: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, difference in between.items():
        day = difference.replace("today", "").strip(" -")
        yield f"({name} is None) == ({day} is None)", "days are known where the day is"
        yield f"{name} is None or {name} == {difference}", "that is what the days are"
