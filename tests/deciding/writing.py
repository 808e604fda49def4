"""Rules as text, for small rulebooks."""


def rule(rule_id: str, when: str, then: str, **more: str) -> str:
    """Return one rule as YAML."""
    given = {"name": "a.rule", "cite": "[C1]", "because": f"Because of {rule_id}."}
    lines = [f"  {key}: {value}\n" for key, value in {**given, **more}.items()]
    return f"- id: {rule_id}\n{''.join(lines)}  when: |\n    {when}\n  then: {then}\n"
