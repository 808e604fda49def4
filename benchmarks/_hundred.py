"""A hundred rules that every engine can read: three comparisons each, on facts always known."""

from pathlib import Path
from random import Random
from typing import Any

from lifecycle.rulebook import Rulebook, load_rulebook

__all__ = ["FACTS", "hundred_rules", "rulebook_of"]

Condition = tuple[str, str, Any]
_NUMBERS = {
    "gift.count": 6,
    "gift.total_usd": 100_000_000,
    "gift.unthanked_count": 3,
    "touch.count": 3,
    "agreement.count": 3,
    "diligence.count": 3,
    "days_in_stage": 1000,
}
_TEXTS = {
    "partner.audience": ("corporation", "foundation", "hnwi", "public"),
    "stage": ("prospect", "diligence", "agreement", "active", "renewal", "closed"),
}
FACTS = (*_NUMBERS, *_TEXTS)


def hundred_rules() -> list[tuple[str, list[Condition]]]:
    """Return a hundred rules by id, each as its conditions."""
    random = Random(100)
    return [(f"AN{number:02}", _conditions(random)) for number in range(100)]


def _conditions(random: Random) -> list[Condition]:
    numbers = random.sample(sorted(_NUMBERS), 2)
    compared: list[Condition] = [
        (name, random.choice((">=", "<", ">", "<=")), random.randint(0, _NUMBERS[name]))
        for name in numbers
    ]
    name = random.choice(sorted(_TEXTS))
    return [*compared, (name, "==", random.choice(_TEXTS[name]))]


def rulebook_of(rules: list[tuple[str, list[Condition]]], folder: Path) -> Rulebook:
    """Write the rules as people would, and load them."""
    lines = ["stage: any", "rules:"]
    for name, conditions in rules:
        when = " and ".join(f"{fact} {op} {value!r}" for fact, op, value in conditions)
        lines += [f"- id: {name}", f"  name: hundred.{name.lower()}", "  cite: [C1]"]
        lines += [f"  because: Rule {name}.", f"  when: {when}", "  then: {flag: Look here}"]
    (folder / "clauses.yaml").write_text("C1: {gist: A clause., document: A document}\n")
    (folder / "any.yaml").write_text("\n".join(lines) + "\n")
    return load_rulebook(folder)
