"""Which facts may name a person: they stand in the row that may be erased, and nowhere else."""

from collections.abc import Iterable
from functools import cache
from typing import get_args

from lifecycle.conditions import ValueType
from lifecycle.facts import FactSpec, RowKind, fact_specs, row_specs
from lifecycle.plugins import Plugin, plugins
from lifecycle.rulebook import Rule

__all__ = ["KNOWN", "ROW_KINDS", "anchored_on_personal", "personal_facts"]

KNOWN = "known"
"""What the ledger says in place of a value that may name a person."""
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)


def personal_facts() -> frozenset[str]:
    """Return the facts whose text anybody may have written: names, addresses, places, roles.

    Numbers, days, yes and no, words of a list, and the CRM's ids name nobody by themselves.
    """
    return _personal(plugins())


@cache
def _personal(_added: tuple[Plugin, ...]) -> frozenset[str]:
    """Return them for the plug-ins in force, whose facts may name persons too."""
    every = [fact_specs(), *(row_specs(kind) for kind in ROW_KINDS)]
    return frozenset(name for specs in every for name, spec in specs.items() if _free(name, spec))


def anchored_on_personal(rules: Iterable[Rule]) -> frozenset[str]:
    """Return the ids of the rules that act once per such a text."""
    return frozenset(rule.id for rule in rules if rule.once_per in personal_facts())


def _free(name: str, spec: FactSpec) -> bool:
    is_id = name.endswith((".id", "_id", "_ids"))
    return spec.type.type is ValueType.TEXT and not spec.type.values and not is_id
