"""The rules as one JDM decision table in zen-engine, a row in the table for each rule."""

import json
import sys
import time
from typing import Any

import zen


def cell(operator: str, value: Any) -> str:
    literal = json.dumps(value)
    return literal if operator == "==" else f"{operator} {literal}"


def table(rules: list[Any]) -> dict[str, Any]:
    facts = sorted({fact for _, conditions in rules for fact, _, _ in conditions})
    columns = {fact: f"c{place}" for place, fact in enumerate(facts)}
    lines = []
    for rule, conditions in rules:
        cells = {columns[fact]: cell(operator, value) for fact, operator, value in conditions}
        lines.append(
            {"_id": rule, **dict.fromkeys(columns.values(), ""), **cells, "rule": f'"{rule}"'}
        )
    inputs = [{"id": column, "name": fact, "field": fact} for fact, column in columns.items()]
    outputs = [{"id": "rule", "name": "rule", "field": "rule"}]
    content = {"hitPolicy": "collect", "inputs": inputs, "outputs": outputs, "rules": lines}
    place = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": place},
        {
            "id": "t",
            "type": "decisionTableNode",
            "name": "t",
            "position": place,
            "content": content,
        },
        {"id": "out", "type": "outputNode", "name": "out", "position": place},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "t"},
        {"id": "2", "type": "edge", "sourceId": "t", "targetId": "out"},
    ]
    return {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}


def nested(row: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in row.items():
        place = facts
        *above, last = name.split(".")
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return facts


def main() -> None:
    given = json.load(sys.stdin)
    decision = zen.ZenEngine().create_decision(json.dumps(table(given["rules"])))
    rows = [nested(row) for row in given["rows"]]
    decision.evaluate(rows[0])
    begun = time.perf_counter()
    results = [decision.evaluate(row)["result"] for row in rows]
    seconds = time.perf_counter() - begun
    holding = [sorted(each["rule"] for each in result or []) for result in results]
    print(json.dumps({"seconds": seconds, "holding": holding}))


main()
