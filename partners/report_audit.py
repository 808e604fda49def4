"""What looks at the ledger found, as people read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console

from partners.console import counted, table

if TYPE_CHECKING:
    from partners.ledger import Difference, Erased, Finding, Replayed, Verified, Wanted

__all__ = ["print_erased", "print_replayed", "print_verified"]

_MOST = 50
_SOUND = (
    "Nothing was changed: no decision nor what it was made from, no seal, rule or episode, and "
    "each partner stands as its last decision says."
)
_NOT_LOOKED_AT = (
    "Not looked at: the texts for staff beside where a partner stands, which `partners audit "
    "replay` compares; drafts, writes to the CRM, screening hits, overrides, runs."
)


def print_verified(console: Console, verified: "Verified") -> None:
    """Print every finding, how much was looked at, and the root."""
    _print_findings(console, verified.findings, verified.found)
    told = f"{counted(verified.decisions, 'decision')}, {verified.erased} of them erased"
    noted = f"; {counted(verified.erasures, 'erasure')} noted" if verified.erasures else ""
    console.print(f"{told}{noted}.")
    if verified.followed:
        since = f"{counted(verified.since_seal, 'decision')} since the last"
        console.print(f"{counted(verified.seals, 'seal')}; {since}.")
    else:
        console.print("The chains were not followed.")
    if verified.root:
        console.print(f"Root of the ledger: {verified.root}", soft_wrap=True)
    concluded = f"{counted(verified.found, 'finding')}." if verified.found else _SOUND
    console.print(f"{concluded}\n{_NOT_LOOKED_AT}", soft_wrap=True)


def _print_findings(console: Console, findings: Sequence["Finding"], found: int) -> None:
    for finding in findings[:_MOST]:
        console.print(f"  ! {finding}", markup=False, soft_wrap=True)
    if found > _MOST:
        console.print(f"  ! and {found - _MOST} more")


def print_replayed(console: Console, replayed: "Replayed", wanted: "Wanted") -> None:
    """Print what comes out otherwise, and how many decisions come out the same."""
    if not replayed.on_record:
        of = f" of a partner {wanted.partner}" if wanted.partner else ""
        since = f" since {wanted.since}" if wanted.since else ""
        console.print(f"No decision{of}{since} is on record.", markup=False)
        return
    rows = [
        [each.decision, each.partner, each.day, each.part, *_both(each)]
        for each in replayed.differences[:_MOST]
    ]
    if rows:
        columns = ("decision", "partner", "day", "part", "recorded", "again")
        console.print(table(f"{replayed.different} decisions come out otherwise", columns, rows))
    _print_findings(console, replayed.findings, replayed.unreadable)
    console.print(f"{replayed.same} decisions come out the same, {replayed.different} otherwise.")
    left = {
        "made by persons: nothing to decide again": replayed.by_persons,
        "erased, or gone: cannot be decided again": replayed.erased,
        "by rules that are not kept as they were, or a plug-in that is not installed": (
            replayed.without_rules
        ),
        "written over: cannot be decided again": replayed.unreadable,
    }
    for why, many in left.items():
        if many:
            console.print(f"{many} {why}.")


def print_erased(console: Console, erased: "Erased") -> None:
    """Print what was erased, and what is left to do."""
    if erased.noted:
        console.print(
            f"Erased: what {counted(erased.decisions, 'decision')} came from, "
            f"{counted(erased.drafts, 'draft')}, {erased.writes} of the writes to the CRM, "
            f"{counted(erased.others, 'text')} elsewhere.",
            soft_wrap=True,
        )
    else:
        console.print("All of it was erased before. Nothing was added to the ledger.")
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
