"""Frames as the store hands them over, from a few rows that a test writes down."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lifecycle.facts import FRAMES, build_matrix
from lifecycle.rulebook import Rulebook, load_rulebook
from partners.store import SCHEMAS

sys.path.insert(0, str(Path(__file__).parent))
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
TODAY = date(2026, 6, 15)


@pytest.fixture
def frames() -> Callable[..., dict[str, pl.DataFrame]]:
    """Return a function from rows by view to all frames; views that are not named are empty."""

    def build(**rows: Sequence[Mapping[str, Any]]) -> dict[str, pl.DataFrame]:
        return {
            name: pl.DataFrame(list(rows.get(name, [])), schema=SCHEMAS[name]) for name in FRAMES
        }

    return build


@pytest.fixture
def facts_of(frames: Callable[..., dict[str, pl.DataFrame]]) -> Callable[..., dict[str, Any]]:
    """Return a function from rows to the facts of partner P, which exists unless it is given."""

    def facts(**rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        given = {"partner": [{"id": "P"}], **rows}
        matrix = build_matrix(frames(**given), TODAY)
        return next(row for row in matrix.to_dicts() if row["partner.id"] == "P")

    return facts


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Rulebook]:
    """Return a function from rule files (stage=text of rules) to a small rulebook."""

    def build(**stages: str) -> Rulebook:
        folder = tmp_path / f"rules{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / "clauses.yaml").write_text("C1: {gist: A clause., document: D}\n")
        for stage, rules in stages.items():
            (folder / f"{stage}.yaml").write_text(f"stage: {stage}\nrules:\n{rules}")
        return load_rulebook(folder)

    return build
