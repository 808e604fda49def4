"""The folder of templates: which files there are, for whom and in which language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lifecycle.drafting.house import ENGLISH
from lifecycle.drafting.language import Language
from lifecycle.drafting.names import did_you_mean
from lifecycle.drafting.policy import Policy
from lifecycle.drafting.policy_file import read_policy
from lifecycle.drafting.source import Source
from partner_lifecycle.errors import Problem
from partner_lifecycle.views import VIEWS

__all__ = ["ANYONE", "AUDIENCES", "PARTS", "PUBLIC", "Folder", "Voices", "read_folder"]

AUDIENCES = VIEWS["partner"].columns["audience"].values
PUBLIC = AUDIENCES[-1]
ANYONE = "any"
PARTS = ("greeting", "closing", "footer")
_NAMED = "name it <audience>.<language>.md, like any.en.md"


@dataclass(frozen=True)
class Voices:
    """The files of one purpose or part, by (audience, language)."""

    place: str
    files: Mapping[tuple[str, str], Source]

    @property
    def languages(self) -> set[str]:
        """The languages that anybody has written in."""
        return {language for _audience, language in self.files}

    def speaks_to(self, audience: str, language: str) -> Source | None:
        """Return the file for an audience in a language, or the one for anyone."""
        return self.files.get((audience, language)) or self.files.get((ANYONE, language))

    def missing(self, languages: Iterable[str]) -> list[Problem]:
        """Return a problem for each language in which some audience would have no file."""
        problems = []
        for language in sorted(languages):
            without = [audience for audience in AUDIENCES if not self.speaks_to(audience, language)]
            if without:
                what = f"nothing in {language} for {', '.join(without)}"
                name = f"{ANYONE}.{language}.md"
                problems.append(Problem(f"{self.place}/{name}", 1, 1, what, f"write {name}"))
        return problems


@dataclass(frozen=True)
class Folder:
    """All the files that letters are made of."""

    layout_html: Source
    layout_text: Source
    parts: Mapping[str, Voices]
    purposes: Mapping[str, Voices]
    policy: Policy

    @property
    def languages(self) -> set[str]:
        """The languages in which there are letters."""
        return {ENGLISH}.union(*(voices.languages for voices in self.purposes.values()))


def read_folder(folder: Path, problems: list[Problem]) -> Folder:
    """Read templates/; unreadable, misnamed and missing files are added to `problems`."""
    emails = sorted(path for path in (folder / "emails").glob("*") if path.is_dir())
    if not emails:
        problems.append(Problem("emails", 1, 1, "there are no letters", "add <purpose>/any.en.md"))
    read = Folder(
        layout_html=_read(folder, folder / "layout.html", problems),
        layout_text=_read(folder, folder / "layout.txt", problems),
        parts={part: _voices(folder, folder / "parts" / part, problems) for part in PARTS},
        purposes={path.name: _voices(folder, path, problems) for path in emails},
        policy=read_policy(folder / "policy.yaml", "policy.yaml", problems),
    )
    for voices in read.purposes.values():
        problems.extend(voices.missing(voices.languages | {ENGLISH}))
    for voices in read.parts.values():
        problems.extend(voices.missing(read.languages))
    return read


def _read(folder: Path, path: Path, problems: list[Problem]) -> Source:
    name = path.relative_to(folder).as_posix()
    try:
        return Source(name, path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem(name, line, 1, "the file is not UTF-8", "save it as UTF-8"))
    except OSError as error:
        problems.append(Problem(name, 1, 1, f"cannot be read: {error.strerror}"))
    return Source(name, "")


def _voices(folder: Path, place: Path, problems: list[Problem]) -> Voices:
    files = {}
    for path in sorted(place.glob("*")):
        source = _read(folder, path, problems)
        audience, _, language = path.stem.partition(".")
        wrong = _wrong_name(path.suffix, audience, language)
        if wrong:
            problems.append(Problem(source.file, 1, 1, *wrong))
        else:
            files[audience, language] = source
    return Voices(place.relative_to(folder).as_posix(), files)


def _wrong_name(suffix: str, audience: str, language: str) -> tuple[str, str] | None:
    if suffix != ".md" or not language:
        return "the file's name does not say for whom it is", _NAMED
    if audience not in (*AUDIENCES, ANYONE):
        hint = did_you_mean(audience, [*AUDIENCES, ANYONE])
        return f"there is no audience {audience}", hint
    try:
        Language(language)
    except ValueError:
        return f"there is no language {language}", _NAMED
    return None
