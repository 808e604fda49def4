"""Rules folders to break in one way each, and what the random conditions need."""

import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lifecycle.authoring import Finding, check_rulebook, template_fields
from lifecycle.drafting import Library, load_templates
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import rules_folder, templates_folder

sys.path.insert(0, str(Path(__file__).parent.parent / "conditions"))

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def shipped() -> Rulebook:
    """The rulebook as it ships."""
    return load_rulebook(rules_folder())


@pytest.fixture(scope="session")
def library() -> Library:
    """The letters as they ship."""
    return load_templates(templates_folder(), template_fields())


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the shipped rules to change."""
    return Path(shutil.copytree(rules_folder(), tmp_path / "rules"))


@pytest.fixture
def warned(rules: Path, library: Library) -> Callable[..., list[Finding]]:
    """Return a function that adds rules to a stage and gives the warnings about them."""

    def check(stage: str, *texts: str) -> list[Finding]:
        file = rules / f"{stage}.yaml"
        written = [
            f"- id: ZZ{number:02}\n  name: zz.rule_{number}\n  cite: [S§21]\n  because: Because.\n"
            + "".join(f"  {line}\n" for line in text.strip().splitlines())
            for number, text in enumerate(texts, 1)
        ]
        file.write_text("\n".join([file.read_text("utf-8"), *written]), "utf-8")
        found = check_rulebook(load_rulebook(rules), library, TODAY)
        return [each for each in found if (each.rule_id or "ZZ").startswith("ZZ")]

    return check
