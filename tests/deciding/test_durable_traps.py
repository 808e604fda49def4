"""durable_rules has traps that were measured; our adapter walks into none of them, one by one."""

import json
import resource
import threading
from collections import Counter
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from writing import rule

from lifecycle.deciding import DurableEngine, NativeEngine, durable_available, durable_definition
from lifecycle.deciding import durable as adapter
from lifecycle.facts import fact_schema

pytestmark = pytest.mark.skipif(
    not durable_available(), reason="durable_rules is not installed here"
)
TODAY = date(2026, 6, 15)
NUMBERS = [name for name, kind in fact_schema().items() if kind.type == "number"]


@pytest.fixture
def engines(book):
    """Return a function from rules for prospects to the live engine and the native one."""

    def build(*rules, parameters=None):
        rulebook = book(prospect="".join(rules))
        kinds = (DurableEngine, NativeEngine)
        return [kind(rulebook.rules, parameters or {}) for kind in kinds]

    return build


def _facts(**named):
    given = {name.replace("__", "."): value for name, value in named.items()}
    return {"stage": "prospect", "today": TODAY, **given}


def _flags(when, rule_id="PR01", **more):
    return rule(rule_id, when, "{flag: F}", **more)


def _written(rulebook):
    return [durable_definition(each, rulebook.on(TODAY)) for each in rulebook.rules]


def _keys(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _keys(value)
    elif isinstance(node, list):
        for each in node:
            yield from _keys(each)


def test_more_partners_than_sessions_that_it_can_hold(engines):
    durable, _ = engines(_flags("gift.count > 1_000"))
    held = [n for n in range(3_000) if durable.holding(_facts(gift__count=n))]
    assert held == list(range(1_001, 3_000))


def test_no_partner_is_a_session_and_none_is_deleted(engines, monkeypatch):
    durable, _ = engines(_flags("gift.count > 0"))
    asked = Counter()

    class Watched:
        """The core, with every call written down."""

        def __getattr__(self, name):
            asked[name] += 1
            return getattr(core, name)

    (ruleset,) = durable._rulesets(None, "prospect", "every")
    core, sent = ruleset._core, []
    monkeypatch.setattr(ruleset, "_core", Watched())
    loads = json.dumps
    monkeypatch.setattr(adapter.json, "dumps", lambda it: sent.append(it) or loads(it))
    assert [bool(durable.holding(_facts(gift__count=n))) for n in (0, 1, 2)] == [False, True, True]
    assert asked.keys() == {
        "assert_fact",
        "retract_fact",
        "start_action_for_state",
        "complete_and_start_action",
    }
    assert all("sid" not in each for each in sent)


def test_only_and_and_comparisons_with_literals_go_in(book):
    rulebook = book(
        prospect=_flags("gift.count > 1 or touch.count > 1 or not gift.pledged_count != 2")
        + _flags("gift.count + 1 > touch.count * 2 and gift.count > 3", "PR02")
        + _flags('partner.name in ["a", "b"] and partner.country not in ["c"]', "PR03")
        + _flags("gift.last_date > today - 30 and gift.first_date is None", "PR04")
    )
    keys = {key for each in _written(rulebook) for key in _keys(each)}
    signs = {key for key in keys if key.startswith("$")}
    assert signs <= {"$and", "$neq", "$lt", "$lte", "$gt", "$gte"}
    assert {"$or", "$nor", "$nex", "$ex", "$add", "$sub", "$mul", "$div"} & keys == set()


@pytest.mark.parametrize(
    "when",
    [
        "gift.count + touch.count > 10",
        "gift.count * 2 > touch.count",
        "gift.total_usd - gift.pledged_usd < 5",
        "gift.count > touch.count",
        "gift.count > 5",
        "gift.count != 5",
        "not (gift.count <= 5)",
    ],
)
def test_a_missing_value_is_never_the_one_of_the_partner_before(engines, when):
    durable, native = engines(_flags(when))
    names = ("gift.count", "touch.count", "gift.total_usd", "gift.pledged_usd")
    random, held = Random(when), 0
    for _ in range(300):
        facts = _facts() | {n: random.choice((None, 0, 3, 9, 40)) for n in names}
        assert durable.holding(facts) == native.holding(facts)
        held += bool(native.holding(facts))
    assert 0 < held < 300


def test_the_one_before_leaves_nothing_behind(engines):
    durable, _ = engines(_flags("gift.count > 0 and touch.count > 0"))
    assert not durable.holding(_facts(gift__count=1))
    assert not durable.holding(_facts(touch__count=1))
    assert durable.holding(_facts(gift__count=1, touch__count=1))
    assert not durable.holding(_facts())


def test_nothing_that_goes_in_is_a_fraction(engines, monkeypatch):
    durable, native = engines(
        _flags("gift.total_usd * 3 - 1 > 0 and gift.total_usd > 0"),
        _flags("gift.total_usd < 9007199254740992", "PR02"),
    )
    durable.holding(_facts())  # by now the rules themselves have gone in
    sent = []
    loads = json.dumps
    monkeypatch.setattr(adapter.json, "dumps", lambda it: sent.append(it) or loads(it))
    for cents in (0, 1, -1, 2**31, 2**53 - 1, 2**53, -(2**53)):
        facts = _facts(gift__total_usd=cents)
        assert durable.holding(facts) == native.holding(facts)
    assert {type(value) for each in sent for value in each.values()} <= {int, bool}


@pytest.mark.parametrize("fraction", [1e-05, 1.5, float("nan"), float("inf")])
def test_a_fraction_is_refused_before_it_gets_there(engines, fraction):
    durable, _ = engines(_flags("gift.total_usd > 0"))
    with pytest.raises(TypeError, match="neither text, nor a whole number"):
        durable.holding(_facts(gift__total_usd=fraction))
    assert durable.holding(_facts(gift__total_usd=1))


def test_a_text_is_not_greater_than_a_number(engines):
    durable, native = engines(
        _flags('partner.name != "9" and partner.name != "10"'),
        _flags("gift.count > 5", "PR02"),
        _flags('partner.name == "7"', "PR03"),
    )
    for name in ("7", "9", "10", "a", "", "é", 'a "quoted" \\ one', "true", "null"):
        facts = _facts(partner__name=name, gift__count=1)
        assert durable.holding(facts) == native.holding(facts)


def test_many_alternatives_are_one_firing_and_no_explosion(engines):
    ors = " and ".join(f"({a} > 0 or {b} > 0)" for a, b in pairwise(NUMBERS))
    durable, native = engines(_flags(ors))
    everything = _facts() | dict.fromkeys(NUMBERS, 1)
    (ruleset,) = durable._rulesets(None, "prospect", "every")
    assert ruleset.fired(everything) == ["PR01"]
    assert native.holding(everything) == {"PR01"}
    assert not durable.holding(_facts())


def test_more_facts_than_it_can_hold_properties(engines):
    asked = {"number": "> 0", "text": '== "a"', "date": '> date("2026-01-01")', "true or false": ""}
    values = {"number": 1, "text": "a", "date": TODAY, "true or false": True}
    schema = {name: kind.type for name, kind in fact_schema().items() if not kind.values}
    every = [f"{name} {asked[kind]}" for name, kind in schema.items()]
    durable, native = engines(_flags(" and ".join(every)), *_many(every))
    full = _facts() | {name: values[kind] for name, kind in schema.items()}
    for facts in (full, _facts(), full | {NUMBERS[0]: None}):
        assert durable.holding(facts) == native.holding(facts)
    assert len(durable.holding(full)) == 1 + len(every)
    for ruleset in durable._rulesets(None, "prospect", "every"):
        assert len(ruleset._definition.properties(full)) < 255


@pytest.mark.parametrize("when", ["gift.count > 0", "gift.count + 1 > 1"])
def test_more_rules_that_ask_the_same_than_it_can_hold(engines, when):
    durable, native = engines(*_many([when] * 700))
    for gifts in (None, 0, 1):
        assert durable.holding(_facts(gift__count=gifts)) == native.holding(
            _facts(gift__count=gifts)
        )
    assert len(durable.holding(_facts(gift__count=1))) == 700


def test_more_conditions_in_one_rule_than_it_can_nest(engines):
    durable, native = engines(_flags(" and ".join(f"{name} >= 0" for name in NUMBERS)))
    assert len(NUMBERS) > 14
    for facts in (_facts() | dict.fromkeys(NUMBERS, 0), _facts() | dict.fromkeys(NUMBERS[1:], 0)):
        assert durable.holding(facts) == native.holding(facts)


def _many(conditions):
    ids = [f"Z{chr(65 + n // 100)}{n % 100:02}" for n in range(len(conditions))]
    return map(_flags, conditions, ids)


def test_the_same_facts_twice_are_two_partners(engines):
    durable, _ = engines(_flags("gift.count > 0"))
    facts = _facts(gift__count=2)
    assert [durable.holding(facts) for _ in range(3)] == [{"PR01"}] * 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError("a defect")])
def test_what_is_raised_meanwhile_comes_out(engines, monkeypatch, error):
    durable, _ = engines(_flags("gift.count + 1 > 0"))
    (ruleset,) = durable._rulesets(None, "prospect", "every")

    def broken(_facts):
        raise error

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ruleset._definition._scope, "holding", broken)
        with pytest.raises(error if isinstance(error, type) else type(error)):
            durable.holding(_facts(gift__count=1))
    assert durable.holding(_facts(gift__count=1)) == {"PR01"}


def test_threads_lose_no_firing(engines):
    durable, native = engines(
        _flags("gift.count > 5"), _flags("touch.count > 3 or gift.count == 2", "PR02")
    )
    many = [_facts(gift__count=n % 11, touch__count=n % 7) for n in range(2_000)]
    wanted = [native.holding(facts) for facts in many]
    found = {}

    def work(place):
        found[place] = [durable.holding(facts) for facts in many]

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[place] for place in range(4)] == [wanted] * 4


def test_no_thread_is_left_behind(engines):
    before = threading.active_count()
    durable, _ = engines(_flags("gift.count > 0"))
    durable.holding(_facts(gift__count=1))
    assert threading.active_count() == before


@pytest.mark.slow
def test_memory_is_flat_over_many_partners(engines):
    durable, _ = engines(
        *(_flags(f"gift.count > {n} and partner.name != 'x'", f"PR{n:02}") for n in range(20))
    )

    def decide(many):
        for n in range(many):
            durable.holding(_facts(gift__count=n % 25, partner__name=f"Partner {n}"))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    settled = decide(4_000)
    assert decide(20_000) - settled < 4_096  # kilobytes


def test_there_is_no_division_that_could_stop_the_process(engines):
    from lifecycle.conditions import parse

    _, mistakes = parse("gift.count / 0 > 1", fact_schema(), {})
    assert mistakes
    durable, native = engines(_flags("gift.count * 0 == 0 and year(gift.last_date) > 2000"))
    for day in (None, TODAY, date.min, date.max):
        facts = _facts(gift__count=1, gift__last_date=day)
        assert durable.holding(facts) == native.holding(facts)
