"""Read back what a decision was made from."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from lifecycle.conditions import Facts, Value, ValueType
from lifecycle.deciding import Case
from lifecycle.facts import STAGES, FactSpec, RowKind, fact_specs, row_specs
from partners.ledger.kept import Kept, Plain, Unreadable
from partners.ledger.personal import personal_facts

__all__ = ["Recorded", "read_recorded"]


class Recorded(NamedTuple):
    """The case that was decided, and the rules that were left out of that run."""

    case: Case
    left_out: tuple[str, ...]


def read_recorded(kept: Kept) -> Recorded:
    """Return the case from the two parts that the ledger keeps of it.

    Raises Unreadable where a fact is not of its type.
    """
    hidden, private = personal_facts() | {"held"}, kept.recorded
    plain = {name: value for name, value in kept.facts.items() if name not in hidden}
    known = _typed({**plain, **private.facts}, fact_specs())
    own: dict[str, Value] = {"partner.id": kept.partner_id, "today": kept.decided_at.date()}
    case = Case(
        facts=_standing({**dict.fromkeys(fact_specs()), **known, **own}),
        rows={kind: _rows(kind, of) for kind, of in private.rows.items()},
        acted={rule: frozenset(of) for rule, of in private.acted.items()},
        person_moved=private.moved_from,
        by=private.by,
        still=private.still,
    )
    return Recorded(case, tuple(private.left_out))


def _standing(facts: Facts) -> Facts:
    """Return facts that say where the partner stood, without which nothing is decided."""
    if facts["stage"] not in STAGES or facts["since"] is None or facts["visit"] is None:
        raise Unreadable("what was recorded does not say where the partner stood")
    return facts


def _rows(kind: RowKind, rows: list[dict[str, Plain]]) -> list[Facts]:
    specs = row_specs(kind)
    return [{**dict.fromkeys(specs), **_typed(row, specs)} for row in rows]


def _typed(values: Mapping[str, Any], specs: Mapping[str, FactSpec]) -> dict[str, Value]:
    """Return values of the types of their facts; JSON has dates as texts."""
    return {
        name: _value(name, value, specs[name].type.type) if name in specs else value
        for name, value in values.items()
    }


def _value(name: str, value: Any, kind: ValueType) -> Value:
    if value is None:
        return None
    try:
        return _READ[kind](value)
    except (ValueError, TypeError):
        raise Unreadable(f"the fact {name} is not {_KINDS[kind]}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or abs(value) >= _TOO_LARGE:
        raise ValueError("not a number of a table")
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


_TOO_LARGE = 2**63
"""No table holds such a number."""
_KINDS = {
    ValueType.TEXT: "a text",
    ValueType.NUMBER: "a whole number",
    ValueType.BOOLEAN: "true or false",
    ValueType.DATE: "a date",
}
_READ: Mapping[ValueType, Callable[[Any], Value]] = {
    ValueType.TEXT: _text,
    ValueType.NUMBER: _number,
    ValueType.BOOLEAN: _boolean,
    ValueType.DATE: date.fromisoformat,
}
