"""Salesforce's own converter understands every file, and loses nothing on the way."""

import fcntl
import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from source_format import EMAIL_DRAFTS, ROOT, files

_NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
_CONVERTER = "12.37.0"
# The converter asks for an HTTP client that needs a newer Node; it never calls anybody here.
_PACKAGE = {
    "private": True,
    "dependencies": {"@salesforce/source-deploy-retrieve": _CONVERTER},
    "overrides": {"undici": "7.16.0"},
}
_FIELDS = "objects/*/fields/*.field-meta.xml"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Converted:
    """What the converter read, and the folder that would be sent to the org."""

    components: list[dict[str, Any]]
    folder: Path

    def root(self, path: str) -> Element:
        found: Element = fromstring((self.folder / path).read_bytes())
        return found

    def named(self, path: str, child: str) -> set[str]:
        """The full names of an object's children of one kind."""
        places = self.root(path).findall(f"{_NAMESPACE}{child}/{_NAMESPACE}fullName")
        return {each.text or "" for each in places}


@pytest.fixture(scope="module")
def converter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the converter is installed; kept from one run of tests to the next."""
    npm, name = shutil.which("npm"), f"sf-converter-{_CONVERTER}"
    if npm is None:
        pytest.skip("npm is not installed, so Salesforce's converter cannot be tried")
    cache = request.config.cache
    folder = Path(cache.mkdir(name)) if cache else tmp_path_factory.mktemp(name)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several workers may want it at once
        if not (folder / "complete").exists():
            (folder / "package.json").write_text(json.dumps(_PACKAGE))
            _run(npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", at=folder)
            (folder / "complete").touch()
    return folder


@pytest.fixture(scope="module")
def converted(converter: Path, tmp_path_factory: pytest.TempPathFactory) -> Converted:
    output, script = tmp_path_factory.mktemp("converted"), Path(__file__).with_name("convert.cjs")
    project = json.loads((ROOT / "sfdx-project.json").read_text())
    folders = [str(ROOT / each["path"]) for each in project["packageDirectories"]]
    told = _run("node", str(script), str(converter), str(output), *folders, at=output)
    return Converted(json.loads(told), output)


def _run(*command: str, at: Path) -> str:
    done = subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_is_read_as_a_component(converted: Converted) -> None:
    ours = {str(path) for path in ROOT.rglob("*-meta.xml")}
    assert {each["file"] for each in converted.components if each.get("file")} == ours


def test_the_manifest_lists_what_is_deployed(converted: Converted) -> None:
    listed = Counter(
        types.findtext(f"{_NAMESPACE}name")
        for types in converted.root("package.xml").findall(f"{_NAMESPACE}types")
        for _ in types.findall(f"{_NAMESPACE}members")
    )
    fields = len(files(_FIELDS)) + len(files(_FIELDS, EMAIL_DRAFTS))
    views = len(files("objects/*/listViews/*.listView-meta.xml"))
    assert (listed["CustomField"], listed["ListView"], listed["PermissionSet"]) == (
        fields,
        views,
        4,
    )
    assert listed["ExternalClientApplication"] == 1


def test_objects_are_put_together_whole(converted: Converted) -> None:
    for child, folder in (
        ("fields", "fields/*.field-meta.xml"),
        ("listViews", "listViews/*.listView-meta.xml"),
        ("validationRules", "validationRules/*.validationRule-meta.xml"),
    ):
        for name in {file.object for file in files(f"objects/*/{folder}")}:
            wanted = {file.name for file in files(f"objects/{name}/{folder}")}
            assert converted.named(f"objects/{name}.object", child) == wanted


def test_a_field_is_the_same_after_the_conversion(converted: Converted) -> None:
    for file in files(_FIELDS) + files(_FIELDS, EMAIL_DRAFTS):
        for each in converted.root(f"objects/{file.object}.object").findall(f"{_NAMESPACE}fields"):
            if each.findtext(f"{_NAMESPACE}fullName") == file.name:
                assert _values(each) == _values(file.root)


def _values(element: Element) -> list[tuple[str, str]]:
    return [(each.tag, (each.text or "").strip()) for each in element.iter()][1:]
