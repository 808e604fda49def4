"""The wheel carries policy, words and metadata, and works in an empty environment elsewhere."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("partner_lifecycle", "crm_sync", "lifecycle", "partners")
DATA = ("rules", "templates", "salesforce")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as on another machine, without this one's settings, and return its output."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PARTNERS_", "PYTHON", "PYTEST", "COV_"))
    }
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def pip(*arguments: str | Path, cwd: Path) -> None:
    run(sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    offline = ("--no-deps", "--no-index", "--no-build-isolation")
    pip("wheel", *offline, "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("partner_lifecycle-*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel, and borrows only what it depends on."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    (own,) = folder.glob("venv/lib/python*/site-packages")
    # A plain path: the .pth files beside the borrowed packages, this checkout's too, stay unread.
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "borrowed.pth").write_text("\n".join(sorted(borrowed)))
    return python


def shipped(folder: str) -> set[str]:
    """The files of a folder that belong to the project."""
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.suffix != ".pyc" and not any(part.startswith(".") for part in path.parts[-2:])
    }


@pytest.mark.parametrize("folder", [*PACKAGES, *DATA])
def test_the_wheel_carries_every_file(wheel: Path, folder: str) -> None:
    expected = shipped(folder)
    if folder in DATA:
        expected = {f"partner_lifecycle/data/{name}" for name in expected}
    assert expected
    with zipfile.ZipFile(wheel) as archive:
        assert expected <= set(archive.namelist())


def test_the_sources_carry_the_example_plug_in(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path, cwd=ROOT)
    (built,) = tmp_path.glob("partner_lifecycle-*.tar.gz")
    with tarfile.open(built) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert shipped("examples") <= names


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_installed_elsewhere_it_finds_its_own_data(elsewhere: Path, tmp_path: Path) -> None:
    script = (
        "from partner_lifecycle.resources import *\n"
        "for find in (rules_folder, templates_folder, metadata_folder): print(find())\n"
        "from partners.settings import load_settings\n"
        "from partners.store import open_store\n"
        "open_store(load_settings().store.url).close()"
    )
    folders = run(elsewhere, "-W", "error", "-c", script, cwd=tmp_path).splitlines()
    assert [Path(folder).name for folder in folders] == list(DATA)
    assert all(Path(folder).is_relative_to(elsewhere.parents[1]) for folder in folders)
    assert (tmp_path / "partners.db").exists()


@pytest.mark.skipif(find_spec("partners.__main__") is None, reason="no command line here")
def test_installed_elsewhere_it_runs_the_demo(elsewhere: Path, tmp_path: Path) -> None:
    told = run(elsewhere, "-m", "partners", "demo", "--json", cwd=tmp_path)
    assert json.loads(told)
    assert "demo" in run(elsewhere.with_name("partners"), "--help", cwd=tmp_path)
