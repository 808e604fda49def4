"""The files of salesforce/ as a test reads them: every value by its path, and nothing guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

ROOT = Path(__file__).parents[2] / "salesforce"
MAIN = ROOT / "force-app/main/default"
EMAIL_DRAFTS = ROOT / "email-drafts/main/default"
CLIENT_APP = ROOT / "client-app/main/default"
_NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"


@dataclass(frozen=True)
class File:
    """One file of metadata."""

    path: Path

    @cached_property
    def root(self) -> Element:
        found: Element = fromstring(self.path.read_bytes())
        return found

    @property
    def name(self) -> str:
        """The developer name: the file's name without its two suffixes."""
        return self.path.name.rsplit(".", 2)[0]

    @property
    def object(self) -> str:
        """The object in whose folder it lies."""
        return self.path.parents[1].name

    def all(self, path: str) -> list[str]:
        """All values at a path like `filters/field`."""
        return [each.text or "" for each in self.elements(path)]

    def one(self, path: str) -> str:
        """The value at a path, empty when there is none."""
        return next(iter(self.all(path)), "")

    def elements(self, path: str) -> list[Element]:
        return self.root.findall("/".join(_NAMESPACE + part for part in path.split("/")))

    def groups(self, path: str) -> Iterator[dict[str, str]]:
        """Each element at a path as a mapping of what stands in it."""
        for element in self.elements(path):
            yield {each.tag.removeprefix(_NAMESPACE): each.text or "" for each in element}


def files(pattern: str, folder: Path = MAIN) -> list[File]:
    """The files that a pattern finds, at least one."""
    found = [File(path) for path in sorted(folder.glob(pattern))]
    assert found, pattern
    return found


def label(file: File) -> str:
    return file.path.relative_to(ROOT).as_posix()
