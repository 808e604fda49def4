"""Random conditions of the rule language, and packages as an installer leaves them."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lifecycle.extending import ColumnType, Plugin, Table
from lifecycle.rulebook import Rulebook, load_rulebook

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "conditions"), str(ROOT / "examples" / "plugin")]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that puts a package with an entry point in reach; it is gone afterwards."""
    place = tmp_path / "site"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))

    def install(code: str, name: str = "extra", package: str = "partners-extra") -> None:
        module = package.replace("-", "_")
        (place / f"{module}.py").write_text(code)
        about = place / f"{module}-1.2.3.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2.3\n")
        entry = f"[partner_lifecycle.plugins]\n{name} = {module}:PLUGIN\n"
        (about / "entry_points.txt").write_text(entry)
        monkeypatch.delitem(sys.modules, module, raising=False)

    return install


@pytest.fixture
def extra() -> Plugin:
    """A plug-in with facts of two views."""
    touches, gifts = Table("extra", "touch", "touch"), Table("extra", "gift", "gift")
    touches.count("touches")(count)
    gifts.fact(ColumnType.CENTS, "largest gift")(largest)
    return Plugin("extra", facts=(touches, gifts))


def count(_today: date) -> pl.Expr:
    return pl.len()


def largest(_today: date) -> pl.Expr:
    return pl.col("amount_usd").max()


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Rulebook]:
    """Return a function from rule files (stage=text of rules) to a small rulebook."""

    def build(**stages: str) -> Rulebook:
        (tmp_path / "clauses.yaml").write_text("C1: {gist: A clause., document: D}\n")
        for stage, rules in stages.items():
            (tmp_path / f"{stage}.yaml").write_text(f"stage: {stage}\nrules:\n{rules}")
        return load_rulebook(tmp_path)

    return build
