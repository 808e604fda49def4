"""What looks at the ledger found, as people read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from partners.console import table

if TYPE_CHECKING:
    from partners.ledger import Difference, Erased, Replayed, Verified

__all__ = ["print_erased", "print_replayed", "print_verified"]

_MOST = 50


def print_verified(console: Console, verified: "Verified") -> None:
    """Print every finding, how much was looked at, and the root."""
    for finding in verified.findings[:_MOST]:
        console.print(f"  ! {finding}", markup=False, soft_wrap=True)
    if verified.found > _MOST:
        console.print(f"  ! and {verified.found - _MOST} more")
    console.print(f"{verified.decisions} decisions, of which {verified.erased} are erased.")
    if verified.followed:
        console.print(f"{verified.seals} seals; {verified.since_seal} decisions since the last.")
    else:
        console.print("The chains were not followed.")
    if verified.root:
        console.print(f"Root of the ledger: {verified.root}", soft_wrap=True)
    console.print(f"{verified.found} findings." if verified.found else "Nothing was changed.")


def print_replayed(console: Console, replayed: "Replayed") -> None:
    """Print what comes out otherwise, and how many decisions come out the same."""
    rows = [
        [each.decision, each.partner, each.day, each.part, *_both(each)]
        for each in replayed.differences[:_MOST]
    ]
    if rows:
        columns = ("decision", "partner", "day", "part", "recorded", "again")
        console.print(table(f"{replayed.different} decisions come out otherwise", columns, rows))
    console.print(f"{replayed.same} decisions come out the same, {replayed.different} otherwise.")
    left = {
        "made by persons: nothing to decide again": replayed.by_persons,
        "erased, or gone: cannot be decided again": replayed.erased,
        "by rules that are not kept, or a plug-in that is not installed": replayed.without_rules,
    }
    for why, many in left.items():
        if many:
            console.print(f"{many} {why}.")


def print_erased(console: Console, erased: "Erased") -> None:
    """Print what was erased, and what is left to do."""
    console.print(
        f"Erased: what {erased.decisions} decisions were made from, {erased.drafts} drafts, "
        f"{erased.writes} writes to the CRM."
    )
    if erased.mirrored:
        console.print(
            "  ! The mirror still has the partner: delete it in the CRM, then `partners sync`.",
            soft_wrap=True,
        )
    console.print(f"Root of the ledger: {erased.root}", soft_wrap=True)


def _both(difference: "Difference") -> tuple[str, str]:
    """Return of both sides what the other has not."""
    recorded, again = difference.recorded, difference.again
    return _said(recorded, again), _said(again, recorded)


def _said(value: Any, other: Any) -> str:
    if isinstance(value, Mapping):
        return "\n".join(
            f"{name}: {value[name]}" for name in value if other.get(name) != value[name]
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(line for each in value if each not in other for line in _rule(each, other))
    return str(value)


def _rule(item: Mapping[str, Any], other: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a rule, and its conditions where the other side has the rule with other ones."""
    name = "rule" if "rule" in item else "rule_id"
    yield str(item[name])
    for same in (each for each in other if each.get(name) == item[name]):
        for part in ("conditions", "missing"):
            for seen in item.get(part, ()):
                if seen not in same.get(part, ()):
                    yield f"  {seen['about']}: {seen['seen']} (needed: {seen['needed']})"
        if item.get("anchor") != same.get("anchor"):
            yield f"  {item['anchor']}"
