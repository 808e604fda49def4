"""The rules looped in durable_rules: assert a row, note what fires, retract it."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from durable.engine import Host, MessageNotHandledException

OPERATORS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
fired: list[str] = []


class Quiet(Host):
    """A host without timer threads: they would fire rules behind our back."""

    def _run(self) -> None:
        pass


def noting(rule: str) -> Callable[[Any], None]:
    return lambda _context: fired.append(rule)


def atom(fact: str, operator: str, value: Any) -> dict[str, Any]:
    literal = {fact.replace(".", "_"): value}
    return literal if operator == "==" else {OPERATORS[operator]: literal}


def main() -> None:
    given = json.load(sys.stdin)
    ruleset = {
        rule: {"all": [{"m": {"$and": [atom(*each) for each in conditions]}}], "run": noting(rule)}
        for rule, conditions in given["rules"]
    }
    host = Quiet({"all": ruleset})
    facts = [
        {"id": number, **{name.replace(".", "_"): value for name, value in row.items()}}
        for number, row in enumerate(given["rows"], 1)
    ]
    holding, begun = [], time.perf_counter()
    for fact in facts:
        fired.clear()
        try:
            host.assert_fact("all", fact)
            host.retract_fact("all", fact)
        except MessageNotHandledException:
            pass
        holding.append(sorted(set(fired)))
    print(json.dumps({"seconds": time.perf_counter() - begun, "holding": holding}))


main()
