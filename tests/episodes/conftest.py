"""The rules that are played, before and after some of them got new ids."""

import logging
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import structlog

from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import rules_folder

sys.path.insert(0, str(Path(__file__).parent))
_BOOK = Path(__file__).parent / "book"


class Books:
    """A rulebook, and the same with new ids for some rules; told in a word when a test fails."""

    def __init__(self, first: Rulebook, renamed: Rulebook) -> None:
        self.first, self.renamed = first, renamed


@pytest.fixture(scope="session")
def small_books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The rules of this folder, which use every feature."""
    return _books(_BOOK, tmp_path_factory, ("AC01", "AC02", "AN03", "AN05"))


@pytest.fixture(scope="session")
def shipped_books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The rules that are shipped."""
    return _books(rules_folder(), tmp_path_factory, ("AC02", "AG03", "AN01", "AN20"))


@pytest.fixture(params=["small_books", "shipped_books"])
def books(request: pytest.FixtureRequest) -> Books:
    """One rulebook after the other."""
    found: Books = request.getfixturevalue(request.param)
    return found


def _books(folder: Path, folders: pytest.TempPathFactory, renamed: Sequence[str]) -> Books:
    later = folders.mktemp("later") / "rules"
    shutil.copytree(folder, later)
    for file in later.glob("*.yaml"):
        text = file.read_text("utf-8")
        for old in renamed:
            new = f"{old[:2]}9{old[3]}"
            text = text.replace(f"- id: {old}\n", f"- id: {new}\n  aliases: [{old}]\n")
        file.write_text(text, "utf-8")
    return Books(load_rulebook(folder), load_rulebook(later))


@pytest.fixture(autouse=True)
def _silent() -> None:
    """Say nothing of what went well: thousands of days do."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
