"""The rules looped in rule-engine: each a compiled expression asked about each row."""

import json
import sys
import time
from typing import Any

import rule_engine


def text(conditions: list[Any]) -> str:
    return " and ".join(
        f"{fact.replace('.', '_')} {operator} {json.dumps(value)}"
        for fact, operator, value in conditions
    )


def main() -> None:
    given = json.load(sys.stdin)
    rules = [(rule, rule_engine.Rule(text(conditions))) for rule, conditions in given["rules"]]
    rows = [{name.replace(".", "_"): value for name, value in row.items()} for row in given["rows"]]
    begun = time.perf_counter()
    holding = [sorted(name for name, rule in rules if rule.matches(row)) for row in rows]
    print(json.dumps({"seconds": time.perf_counter() - begun, "holding": holding}))


main()
