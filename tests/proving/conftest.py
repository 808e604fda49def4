"""Small rulebooks with invariants, from a few rules that a test writes down."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lifecycle.proving import Invariant, load_invariants
from lifecycle.rulebook import Rulebook, load_rulebook

sys.path.insert(0, str(Path(__file__).parents[1] / "deciding"))
Written = tuple[Rulebook, tuple[Invariant, ...]]


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Written]:
    """Return a function from invariants and rule files (stage=rules) to both, loaded."""

    def build(invariants: str, *, limit: str = "2016-01-01: 3", **stages: str) -> Written:
        folder = tmp_path / "rules"
        (folder / "parameters").mkdir(parents=True, exist_ok=True)
        (folder / "parameters" / "limit.yaml").write_text(
            f"meaning: A limit\ntype: integer\ncite: [C1]\nvalues: {{{limit}}}\n"
        )
        (folder / "clauses.yaml").write_text("C1: {gist: A clause., document: D}\n")
        for stage, rules in stages.items():
            (folder / f"{stage}.yaml").write_text(f"stage: {stage}\nrules:\n{rules}")
        (folder / "invariants.yaml").write_text(f"invariants:\n{invariants}")
        rulebook = load_rulebook(folder)
        return rulebook, load_invariants(rulebook)

    return build
