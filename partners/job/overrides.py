"""Rules set aside for a partner by a named role, with a written reason: add, withdraw, list.

Which rules, and by whom, the rules say themselves (`override:`). Nothing is ever deleted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lifecycle.rulebook import Rule, Rulebook
from partner_lifecycle.names import did_you_mean
from partners.errors import OverrideRefused
from partners.job.finding import find_partner, partner_names
from partners.store import Store, override, read_aliases

__all__ = ["NewOverride", "add_override", "in_force", "list_overrides", "withdraw_override"]

_RECORDED = ("id", "rule_id", "by", "role", "reason", "until")


@dataclass(frozen=True)
class NewOverride:
    """What a person asks for: by whom, in what role, why, and to which day (for good if None)."""

    by: str
    role: str
    reason: str
    until: date | None = None


def add_override(
    store: Store, rulebook: Rulebook, partner: str, rule: str, *, asked: NewOverride, now: datetime
) -> int:
    """Set a rule aside for a partner; return the override's number.

    Raises PartnerUnknown, RuleUnknown, and OverrideRefused where the rule leaves no room for it.
    """
    found = rulebook.find(rule)
    _check(found, asked, now.date())
    with store.transaction() as connection:
        partner_id, _ = find_partner(connection, partner)
        row = {"partner_id": partner_id, "rule_id": found.id, "at": now, **asdict(asked)}
        added = insert(override).values(row).returning(override.c.id)
        return int(connection.execute(added).scalar_one())


def _check(rule: Rule, asked: NewOverride, today: date) -> None:
    if not rule.override:
        what = f"Nobody may set {rule.id} aside ({', '.join(rule.cite)})."
        raise OverrideRefused(what, remedy="put right what it says; see `partners rules explain`")
    if asked.role not in rule.override:
        may = " or ".join(rule.override)
        raise OverrideRefused(
            f"{rule.id} cannot be set aside by the role {asked.role}.",
            remedy=did_you_mean(asked.role, rule.override, f"this is for: {may}"),
        )
    if not (asked.reason.strip() and asked.by.strip()):
        raise OverrideRefused("An override needs a name and a reason.", remedy="write both")
    if asked.until is not None and asked.until < today:
        what = f"{asked.until} is over."
        raise OverrideRefused(what, remedy="name the last day on which it holds, or none")


def withdraw_override(store: Store, number: int, by: str, now: datetime) -> None:
    """End an override; raise OverrideRefused if it is none, or was withdrawn before."""
    here = (override.c.id == number) & override.c.withdrawn_at.is_(None)
    ended = update(override).where(here).values(withdrawn_at=now, withdrawn_by=by)
    with store.transaction() as connection:
        if not connection.execute(ended).rowcount:
            what = f"There is no override {number} to withdraw."
            raise OverrideRefused(what, remedy="`partners override list` has their numbers")


def list_overrides(
    store: Store, today: date, partner: str | None = None, *, everything: bool = False
) -> list[dict[str, Any]]:
    """Return overrides in force, or all that ever were, with `in_force` for each."""
    with store.reading() as connection:
        theirs = None if partner is None else [find_partner(connection, partner)[0]]
        rows, names = _rows(connection, theirs), partner_names(connection)
    for row in rows:
        row["partner"] = names.get(row["partner_id"], row["partner_id"])
        row["in_force"] = _holds(row, today)
    return [row for row in rows if everything or row["in_force"]]


def in_force(
    connection: Connection, partner_ids: Collection[str], today: date
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return by partner which rules are set aside on a day, by whom, in what role and why."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    if not partner_ids:
        return found
    for row in _rows(connection, partner_ids):
        if _holds(row, today):
            told = {name: row[name] for name in _RECORDED if row[name] is not None}
            found.setdefault(row["partner_id"], []).append(told)
    return found


def _rows(connection: Connection, partner_ids: Collection[str] | None) -> list[dict[str, Any]]:
    """Return the overrides of some partners, or of all, under the ids that live on."""
    aliases = read_aliases(connection)
    every = connection.execute(select(override).order_by(override.c.id)).mappings()
    rows = [dict(row) for row in every]
    for row in rows:
        row["partner_id"] = aliases.get(row["partner_id"], row["partner_id"])
    return [row for row in rows if partner_ids is None or row["partner_id"] in partner_ids]


def _holds(row: Mapping[str, Any], today: date) -> bool:
    ended = row["withdrawn_at"] is not None or (row["until"] is not None and row["until"] < today)
    return row["at"].date() <= today and not ended
