"""Letters as the project ships them, and a partner about whom everything is known."""

import shutil
from collections.abc import Callable, Mapping
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lifecycle.drafting import House, Library, TemplateProblems, load_templates
from partner_lifecycle.views import VIEWS, ColumnType
from partners.demo.house import EXAMPLE_HOUSE

TEMPLATES = Path(__file__).parents[2] / "templates"
_VIEWS = ("partner", "contact", "agreement", "diligence")
_ROWS = ("gift", "agreement", "obligation")


@pytest.fixture(scope="session")
def fields() -> Mapping[str, ColumnType]:
    """Names that letters may use, as the rules' facts have them."""
    known = {f"{v}.{c.name}": c.type for v in _VIEWS for c in VIEWS[v].columns.values()}
    known |= {f"row.{c.name}": c.type for v in _ROWS for c in VIEWS[v].columns.values()}
    return known | {
        "today": ColumnType.DATE,
        "suspended": ColumnType.BOOLEAN,
        "touch.last_date": ColumnType.DATE,
        "verdict.conditions_due": ColumnType.DATE,
        "gift.count": ColumnType.INTEGER,
        "gift.first_date": ColumnType.DATE,
        "gift.last_date": ColumnType.DATE,
        "gift.last_amount": ColumnType.CENTS,
        "gift.last_currency": ColumnType.TEXT,
        "gift.total_usd": ColumnType.CENTS,
        "gift.credited_count": ColumnType.INTEGER,
        "gift.credited_usd": ColumnType.CENTS,
    }


@pytest.fixture(scope="session")
def templates() -> Path:
    return TEMPLATES


@pytest.fixture(scope="session")
def library(fields: Mapping[str, ColumnType]) -> Library:
    return load_templates(TEMPLATES, fields)


@pytest.fixture
def house() -> House:
    return EXAMPLE_HOUSE


@pytest.fixture
def values() -> dict[str, object]:
    """Everything that a letter may ask of an imaginary partner."""
    return {
        "today": date(2026, 11, 21),
        "partner.name": "Northwind Shipping",
        "partner.audience": "corporation",
        "contact.name": "Lucía Núñez",
        "contact.last_name": "Núñez",
        "contact.salutation": "Ms.",
        "agreement.start_date": date(2026, 1, 1),
        "agreement.end_date": date(2027, 12, 31),
        "agreement.countries": "Kenya;Peru",
        "touch.last_date": date(2026, 10, 30),
        "verdict.conditions_due": date(2027, 1, 31),
        "gift.count": 3,
        "gift.credited_count": 4,
        "gift.credited_usd": 61_000,
        "gift.first_date": date(2023, 5, 4),
        "gift.last_date": date(2026, 11, 2),
        "row.kind": "cash",
        "row.amount": 1_250_050,
        "row.currency": "EUR",
        "row.date": date(2026, 11, 2),
        "row.due_date": date(2026, 12, 1),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the real layout and parts, and no letter yet."""
    for name in ("layout.html", "layout.txt", "policy.yaml"):
        shutil.copy(TEMPLATES / name, tmp_path / name)
    shutil.copytree(TEMPLATES / "parts", tmp_path / "parts")
    (tmp_path / "emails").mkdir()
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Write one letter into the folder, with a good head unless the text brings its own."""

    def write(text: str, name: str = "introduction/any.en.md", head: str = "") -> Path:
        path = folder / "emails" / name
        path.parent.mkdir(exist_ok=True)
        good = "subject: A word\npreheader: A line\nkind: service\ncite: [S§9]\n"
        path.write_text(
            text if text.startswith("---") else f"---\n{good}{head}---\n{text}", "utf-8"
        )
        return folder

    return write


@pytest.fixture
def complaints(fields: Mapping[str, ColumnType]) -> Callable[[Path], list[str]]:
    """Load a folder that must fail, and return its problems as a person reads them."""

    def complaints(folder: Path) -> list[str]:
        with pytest.raises(TemplateProblems) as caught:
            load_templates(folder, fields)
        return [str(problem) for problem in caught.value.problems]

    return complaints


class Page(HTMLParser):
    """What a mail program sees of a page; fails on tags that do not close where they opened."""

    _VOID = ("meta", "br", "img", "hr")
    _UNSEEN = ("title", "style")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self._said: list[str] = []
        self._hidden = 0
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in self._VOID:
            self.open.append(tag)
            if tag in self._UNSEEN or dict(attrs).get("class") == "preheader":
                self._hidden = len(self.open)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1] == tag, f"</{tag}> closes <{self.open[-1]}>"
        if len(self.open) == self._hidden:
            self._hidden = 0
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._said.append(data)

    @property
    def words(self) -> list[str]:
        return "".join(self._said).split()

    def get(self, tag: str, attribute: str) -> list[str | None]:
        return [
            attrs[attribute]
            for name, attrs in self.attributes
            if name == tag and attribute in attrs
        ]


@pytest.fixture
def page() -> type[Page]:
    return Page
