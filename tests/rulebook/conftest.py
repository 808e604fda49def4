"""A small, correct rules folder that each test breaks in its own way."""

from pathlib import Path

import pytest

_FILES = {
    "clauses.yaml": "S§21: {gist: Check before you conclude., document: Strategy}\n",
    "parameters/notice/days.yaml": (
        "meaning: days of notice\nunit: days\ntype: integer\ncite: [S§21]\n"
        "values:\n  2016-01-01: {corporation: 90, any: 30}\n  2020-01-01: 60\n"
    ),
    "prospect.yaml": (
        "stage: prospect\n"
        "rules:\n"
        "- id: PR01\n"
        "  name: prospect.ready\n"
        "  cite: [S§21]\n"
        "  because: The prospect is ready.\n"
        "  when: gift.count > 0\n"
        "  then: {move_to: diligence}\n"
    ),
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The folder of a small rulebook."""
    folder = tmp_path / "rules"
    for name, text in _FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
