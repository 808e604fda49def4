"""Random conditions of the rule language, and packages as an installer leaves them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

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
