"""Whatever the facts: a partner comes to rest, and the same facts move it no further."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from lifecycle.conditions import FactType, Value, ValueType
from lifecycle.deciding import Case, Decider, Decision, NativeEngine
from lifecycle.facts import STAGES, fact_schema
from lifecycle.rulebook import load_rulebook

TODAY = date(2026, 6, 1)
RULEBOOK = load_rulebook(Path(__file__).parents[2] / "rules")
# Around the values at which the rules change their mind.
_DAYS = (-900, -600, -400, -91, -61, -30, -1, 0, 1, 30, 59, 100, 179, 181, 340, 400, 600)
_LIKELY = {
    "diligence.status": ("decided", "decided", "decided", "open"),
    "verdict.outcome": ("cleared", "cleared", "conditions", "refused", "remediation"),
    "agreement.signed_at": (TODAY - timedelta(days=30), TODAY - timedelta(days=1), None),
    "agreement.status": ("signed", "signed", "sent", "draft", "ended", "cancelled"),
    "verdict.depth": ("standard", "enhanced", "enhanced"),
    "verdict.valid_until": tuple(TODAY + timedelta(days=n) for n in (-1, 0, 100, 400, 600)),
    "verdict.approval_level": ("unit", "division", "executive", "executive"),
    "verdict.risk": ("low", "low", "low", "moderate", "high"),
    "partner.trade": ("banking", "banking", "banking", "energy", "tobacco"),
    "hit.open_count": (0, 0, 0, 0, 1),
    "group.open_hits": (*[0] * 9, 1),
    "group.outcome": (None, None, None, None, "refused"),
    "group.risk": (None, None, None, None, "high"),
    "group.trades": (None, None, None, "mining"),
    "agreement.preference_count": (*[0] * 9, 1),
    "set_from": (*[None] * 9, "closed"),
    "obligation.overdue_by_partner": (0, 0, 0, 1, 2),
    "condition.count": (*[0] * 9, 1),
    "condition.open_count": (*[0] * 9, 1),
    "condition.overdue_count": (*[0] * 9, 1),
    "condition.undated_count": (*[0] * 9, 1),
    "diligence.incident_count": (*[0] * 9, 1),
    "agreement.bars_tenders": (*[False] * 9, True),
}


@pytest.fixture(scope="module")
def decider() -> Decider:
    engine = NativeEngine(RULEBOOK.rules, RULEBOOK.on(TODAY))
    return Decider(RULEBOOK, TODAY, engine)


def _value(random: Random, name: str, kind: FactType) -> Value:
    if name in _LIKELY:
        return random.choice(_LIKELY[name])
    if kind.values:
        return random.choice(kind.values)
    if kind.type is ValueType.BOOLEAN:
        return random.random() < (
            0.1 if name in ("agreement.exclusive", "agreement.endorses") else 0.8
        )
    if kind.type is ValueType.DATE:
        return TODAY + timedelta(days=random.choice(_DAYS))
    if kind.type is ValueType.NUMBER:
        return random.choice((0, 1, 2, 30, 500_000, 2_000_000))
    return random.choice(("a", "b"))


def _facts(random: Random) -> dict[str, Value]:
    """Facts that an org could show: days agree with dates, and where there is none, nothing is."""
    facts = {name: _value(random, name, kind) for name, kind in fact_schema().items()}
    for family in ("gift", "agreement", "diligence", "verdict", "touch"):
        facts[f"{family}.count"] = random.choice((0, 1, 1, 2))
        if facts[f"{family}.count"] == 0:
            kept = {f"{family}.count", "gift.pledged_count", "touch.offices_90d"}
            kept |= {"gift.unvalued_count", "diligence.open_count"}
            facts |= {n: None for n in facts if n.startswith(f"{family}.") and n not in kept}
    facts |= _touches(random, facts)
    for days, day, sign in (
        ("gift.days_since_last", "gift.last_date", -1),
        ("touch.days_since_last", "touch.last_date", -1),
        ("agreement.days_left", "agreement.end_date", 1),
        ("diligence.days_valid", "diligence.valid_until", 1),
        ("verdict.days_valid", "verdict.valid_until", 1),
    ):
        facts[days] = sign * (facts[day] - TODAY).days if facts[day] else None
    since = random.randint(0, 900)
    facts |= {"since": TODAY - timedelta(days=since), "days_in_stage": since, "today": TODAY}
    return facts | {"visit": 1, "partner.id": "p"}


def _touches(random: Random, facts: Mapping[str, Value]) -> dict[str, Value]:
    """No touch lies ahead or after the last; the last clear answer is that one, or one before."""
    last = min(facts["touch.last_date"], TODAY) if facts["touch.last_date"] else None
    days = {
        name: _by(last, facts[name])
        for name in facts
        if name.startswith("touch.last_") and name.endswith("_date")
    }
    said, day = facts["touch.last_outcome"], last
    if said not in ("interested", "declined"):
        said = random.choice(("interested", "declined", None)) if last else None
        day = last - timedelta(days=random.choice((0, 1, 400))) if said else None
    answer = {"touch.last_answer": said if day else None, "touch.last_answer_date": day}
    return {**days, "touch.last_date": last, **answer}


def _by(last: date | None, day: Value) -> Value:
    return min(last, day) if last and day else None


def _again(decision: Decision, facts: Mapping[str, Value]) -> Case:
    stands = ("stage", "since", "days_in_stage", "visit", "suspended", "set_from")
    acted = {firing.rule_id: frozenset([firing.anchor]) for firing in decision.firings}
    return Case({**facts, **{name: decision.facts[name] for name in stands}}, {}, acted)


@pytest.mark.parametrize("stage", STAGES)
def test_deciding_twice_on_the_same_facts_moves_nobody_twice(decider, stage):
    random = Random(stage)
    moved = 0
    for _ in range(300):
        facts = _facts(random) | {"stage": stage}
        first = decider.decide(Case(facts, {}, {}))
        second = decider.decide(_again(first, facts))
        assert (second.moves, second.suspended) == ((), first.suspended), facts
        moved += bool(first.moves)
    assert moved > 30


@pytest.mark.parametrize("stage", STAGES)
def test_a_rule_that_suspends_never_meets_one_that_resumes(decider, stage):
    random = Random(stage)
    engine = NativeEngine(RULEBOOK.rules, RULEBOOK.on(TODAY))
    for _ in range(300):
        held = [RULEBOOK.by_id[i].then for i in engine.holding(_facts(random) | {"stage": stage})]
        assert not (any(t.suspend for t in held) and any(t.resume for t in held))


def test_only_the_cleared_and_signed_become_active(decider):
    random = Random("active")
    became = 0
    for _ in range(12000):
        stage = random.choice(("diligence", "agreement", "agreement", "renewal"))
        decision = decider.decide(Case(_facts(random) | {"stage": stage}, {}, {}))
        if any(move.stage_to == "active" for move in decision.moves):
            _check(decision.facts)
            became += decision.facts["partner.audience"] != "public"
    assert became > 1


def _check(facts: Mapping[str, Value]) -> None:
    assert facts["hit.open_count"] == 0
    assert facts["verdict.outcome"] not in ("refused", "remediation")
    if facts["partner.audience"] != "public":
        assert facts["agreement.status"] == "signed" and facts["agreement.complete"]
        assert not facts["agreement.exclusive"] and not facts["agreement.endorses"]
        assert facts["verdict.four_eyes"] and facts["verdict.days_valid"] >= 0
        assert facts["partner.trade"] != "tobacco"
        assert facts["verdict.depth"] == "enhanced" or facts["partner.trade"] == "banking"
