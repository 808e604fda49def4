"""Read back what a decision was made from."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lifecycle.conditions import Facts, Value, ValueType
from lifecycle.deciding import Case
from lifecycle.facts import FactSpec, RowKind, fact_specs, row_specs
from partners.ledger.personal import personal_facts

__all__ = ["Recorded", "read_recorded"]


class Recorded(NamedTuple):
    """The case that was decided, and the rules that were left out of that run."""

    case: Case
    left_out: tuple[str, ...]


def read_recorded(
    partner_id: str, day: date, public: Mapping[str, Any], private: Mapping[str, Any]
) -> Recorded:
    """Return the case from the two parts that the ledger keeps of it."""
    hidden = personal_facts() | {"held"}
    plain = {name: value for name, value in public.items() if name not in hidden}
    known = _typed({**plain, **private["facts"]}, fact_specs())
    case = Case(
        facts={**dict.fromkeys(fact_specs()), **known, "partner.id": partner_id, "today": day},
        rows={kind: _rows(kind, of) for kind, of in private.get("rows", {}).items()},
        acted={rule: frozenset(of) for rule, of in private.get("acted", {}).items()},
        person_moved=private.get("moved_from"),
        by=private.get("by"),
        still=private.get("still", False),
    )
    return Recorded(case, tuple(private.get("left_out", ())))


def _rows(kind: RowKind, rows: list[Mapping[str, Any]]) -> list[Facts]:
    specs = row_specs(kind)
    return [{**dict.fromkeys(specs), **_typed(row, specs)} for row in rows]


def _typed(values: Mapping[str, Any], specs: Mapping[str, FactSpec]) -> dict[str, Value]:
    """Return values with their dates, which JSON has as texts."""
    dates = {name for name in values if name in specs and _is_date(specs[name])}
    return {
        name: date.fromisoformat(value) if name in dates else value
        for name, value in values.items()
    }


def _is_date(spec: FactSpec) -> bool:
    return spec.type.type is ValueType.DATE
