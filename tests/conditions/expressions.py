"""Random conditions of the rule language, and random facts for them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from lifecycle.conditions import FactType, Function, ParameterType, ValueType, functions

STAGES = ("prospect", "active", "closed")
AUDIENCES = ("corporation", "public")
FACTS = {
    "stage": FactType(ValueType.TEXT, STAGES),
    "partner.audience": FactType(ValueType.TEXT, AUDIENCES),
    "partner.name": FactType(ValueType.TEXT),
    "gift.count": FactType(ValueType.NUMBER),
    "gift.total": FactType(ValueType.NUMBER),
    "flag.one": FactType(ValueType.BOOLEAN),
    "flag.two": FactType(ValueType.BOOLEAN),
    "day.one": FactType(ValueType.DATE),
    "day.two": FactType(ValueType.DATE),
}
PARAMETER_TYPES = {
    "limit": ParameterType(ValueType.NUMBER, False),
    "limit.by": ParameterType(ValueType.NUMBER, True),
    "start": ParameterType(ValueType.DATE, False),
}
PARAMETERS = {
    "limit": 3,
    "limit.by": {"corporation": 5, "public": -1},
    "start": date(2026, 1, 1),
}
_WORDS = ["a", "b", "Ünïcödé", "", "it's", 'say "so"', "日本", "\\", "a\nb", "𝔘", "{x}", "null"]

numbers = st.one_of(
    st.integers(-10, 10), st.sampled_from([2**53, -(2**53), 2**31, 2**52 + 1, 10**15])
)
days = st.dates(date(1, 1, 1), date(9999, 12, 31)) | st.integers(-40, 40).map(
    lambda n: date(2026, 1, 1) + timedelta(days=n)
)
_BY_TYPE = {
    ValueType.NUMBER: numbers,
    ValueType.BOOLEAN: st.booleans(),
    ValueType.DATE: days,
    ValueType.TEXT: st.sampled_from(_WORDS),
}


def _known(kind: FactType) -> st.SearchStrategy:
    return st.sampled_from(kind.values) if kind.values else _BY_TYPE[kind.type]


facts = st.fixed_dictionaries({name: st.none() | _known(kind) for name, kind in FACTS.items()})


def _literals(kind: ValueType) -> st.SearchStrategy[str]:
    return {
        ValueType.NUMBER: numbers.map(str),
        ValueType.DATE: days.map(lambda day: f'date("{day.isoformat()}")'),
        ValueType.TEXT: st.sampled_from(_WORDS).map(repr),
        ValueType.BOOLEAN: st.sampled_from(["True", "False"]),
    }[kind]


def _calls(gives: ValueType) -> st.SearchStrategy[str]:
    """Return calls of every function that gives this, plug-ins' in force among them."""
    named = [(name, each) for name, each in functions().items() if each.gives is gives]
    return st.one_of([_call(name, each) for name, each in named])


def _call(name: str, function: Function) -> st.SearchStrategy[str]:
    given = [_terms(kind) for kind in function.takes]
    if function.literal_last:
        given[-1] = _literals(function.takes[-1])
    return st.tuples(*given).map(lambda each: f"{name}({', '.join(each)})")


def _terms(kind: ValueType) -> st.SearchStrategy[str]:
    names = [name for name, each in FACTS.items() if each.type is kind and not each.values]
    found = st.sampled_from(names) | _literals(kind)
    if kind is ValueType.NUMBER:
        found |= st.sampled_from(['param("limit")', 'param("limit.by", partner.audience)'])
    return found | st.just('param("start")') if kind is ValueType.DATE else found


def _sums(kind: ValueType) -> st.SearchStrategy[str]:
    term = _terms(kind)
    if kind is ValueType.NUMBER:
        both = st.tuples(term, st.sampled_from("+-*"), term).map(lambda t: f"({' '.join(t)})")
        apart = st.tuples(_terms(ValueType.DATE), _terms(ValueType.DATE))
        return term | both | apart.map(lambda t: f"({t[0]} - {t[1]})") | _calls(kind)
    if kind is ValueType.DATE:
        moved = st.tuples(term, st.sampled_from("+-"), _terms(ValueType.NUMBER))
        return term | moved.map(lambda t: f"({' '.join(t)})")
    return term


def _comparisons(kind: ValueType) -> st.SearchStrategy[str]:
    operators = ["==", "!="] if kind is ValueType.TEXT else ["==", "!=", "<", "<=", ">", ">="]
    side, sign = _sums(kind), st.sampled_from(operators)
    plain = st.tuples(side, sign, side)
    chained = st.tuples(side, sign, side, sign, side)
    return (plain | chained).map(" ".join)


def _enum(name: str) -> st.SearchStrategy[str]:
    value = st.sampled_from(FACTS[name].values).map(repr)
    compared = st.tuples(st.just(name), st.sampled_from(["==", "!="]), value).map(" ".join)
    listed = st.lists(value, min_size=1, max_size=3).map(", ".join)
    among = st.tuples(st.sampled_from(["in", "not in"]), listed)
    return compared | among.map(lambda t: f"{name} {t[0]} [{t[1]}]")


_missing = st.tuples(st.sampled_from(sorted(FACTS)), st.sampled_from(["is None", "is not None"]))


def _atoms() -> st.SearchStrategy[str]:
    return st.one_of(
        _comparisons(ValueType.NUMBER),
        _comparisons(ValueType.DATE),
        _comparisons(ValueType.TEXT),
        _enum("stage"),
        _enum("partner.audience"),
        _missing.map(" ".join),
        st.sampled_from(["flag.one", "flag.two", "True", "False"]),
        _calls(ValueType.BOOLEAN),
    )


def any_condition() -> st.SearchStrategy[str]:
    """Return conditions with every function that is in force now."""
    return st.recursive(
        _atoms(),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' and '.join(parts)})"),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' or '.join(parts)})"),
            inner.map(lambda part: f"(not {part})"),
        ),
        max_leaves=6,
    )


conditions = any_condition()
