"""Write the handbook: contents into the page's template, the page into a folder."""

from datetime import date
from pathlib import Path

import jinja2

from lifecycle.authoring.handbook.contents import contents
from lifecycle.drafting import Library
from lifecycle.rulebook import Rulebook

__all__ = ["write_handbook"]


def write_handbook(
    rulebook: Rulebook, library: Library, day: date, folder: Path, title: str
) -> Path:
    """Write index.html into `folder`, which is made if it is missing; return the file.

    Parameters have their values of `day`. Raises ParameterTooEarly, and OSError when the
    folder cannot be written to.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lifecycle.authoring.handbook", "pages"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("index.html")
    text = page.render(title=title, day=day, book=contents(rulebook, library, day))
    file = folder / "index.html"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file
