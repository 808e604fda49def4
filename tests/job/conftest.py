"""The demo's two runs, made once; and a job against a local org of one's own."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crm_sync.sandbox import LocalOrg, Org, load_schema
from crm_sync.sandbox.files import read_body
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.demo.house import EXAMPLE_HOUSE
from partners.demo.running import DemoReport, run_demo
from partners.job.desk import edit_draft
from partners.job.drafts import read_draft
from partners.job.final import final
from partners.job.letters import Letters
from partners.job.releasing import Releasing
from partners.job.report import RunReport
from partners.job.running import Job, load_job
from partners.settings import ProfileSettings, Settings, StoreSettings
from partners.store import Store, draft, open_store

sys.path.insert(0, str(Path(__file__).parent))
from still import NOW, quiet


@dataclass(frozen=True)
class Demo:
    """The demo's report, and the store and org that it left."""

    report: DemoReport
    store: Store
    org: Org


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Both runs of the demo."""
    folder = tmp_path_factory.mktemp("demo") / "output"
    report = run_demo(Settings(), folder, 300, NOW, quiet)
    with (
        open_store(report.store, read_only=True) as store,
        Org(load_schema(metadata_folder()), path=folder / "org.db") as org,
    ):
        yield Demo(report, store, org)


@dataclass
class Workplace:
    """A store, a filled local org, and the job between them."""

    store: Store
    demo: DemoOrg
    job: Job

    def run(self) -> RunReport:
        """Do the whole job once."""
        return self.job.run(self.store, self.demo.session(), NOW, quiet)

    @property
    def org(self) -> Org:
        """The org behind the server."""
        return self.demo.local.org


@pytest.fixture(scope="session")
def loaded() -> Job:
    """The job with everything that it loads."""
    return load_job(Settings(profile=ProfileSettings(name="npsp"), house=EXAMPLE_HOUSE))


@contextmanager
def working(folder: Path, url: str, job: Job, filled: DemoOrg | None = None) -> Iterator[Workplace]:
    """A store and a local org in a folder: filled now, or as they lie there already."""
    settings = job.settings.model_copy(update={"store": StoreSettings(url=url)})
    schema = load_schema(metadata_folder())
    with LocalOrg.start(schema, path=folder / "org.db") as local, open_store(url) as store:
        demo = copy(filled) if filled else DemoOrg(local, NOW.date(), 230)
        demo.local = local
        yield Workplace(store, demo, replace(job, settings=settings))


@dataclass(frozen=True)
class Snapshot:
    """A workplace as a first run left it, to be opened again by as many tests as want it."""

    folder: Path
    demo: DemoOrg
    job: Job

    @classmethod
    def take(cls, folder: Path, job: Job) -> "Snapshot":
        """Fill an org and do the whole job once."""
        with working(folder, f"sqlite:///{folder / 'store.db'}", job) as workplace:
            workplace.run()
            return cls(folder, workplace.demo, workplace.job)

    @contextmanager
    def opened(self, folder: Path) -> Iterator[Workplace]:
        """Open a copy of it in a folder."""
        for file in self.folder.glob("*.db*"):
            shutil.copy(file, folder)
        with working(folder, f"sqlite:///{folder / 'store.db'}", self.job, self.demo) as workplace:
            yield workplace


@pytest.fixture
def workplace(tmp_path: Path, store_url: str, loaded: Job) -> Iterator[Workplace]:
    """A fresh store and a local org with some partners of every story."""
    with working(tmp_path, store_url, loaded) as opened:
        yield opened


@pytest.fixture
def postgres_workplace(tmp_path: Path, postgres_url: str, loaded: Job) -> Iterator[Workplace]:
    """The same with a store in PostgreSQL."""
    with working(tmp_path, postgres_url, loaded) as opened:
        yield opened


@pytest.fixture(scope="session")
def snapshot() -> Callable[[Path, Job], Snapshot]:
    """Return what takes a snapshot in a folder."""
    return Snapshot.take


@pytest.fixture(scope="session")
def after_a_run(tmp_path_factory: pytest.TempPathFactory, loaded: Job) -> Snapshot:
    """What a first run leaves."""
    return Snapshot.take(tmp_path_factory.mktemp("after_a_run"), loaded)


@pytest.fixture
def ran(tmp_path: Path, after_a_run: Snapshot) -> Iterator[Workplace]:
    """The workplace after its first run."""
    with after_a_run.opened(tmp_path) as opened:
        yield opened


# --- letters on a desk ---------------------------------------------------------------------------

_THANKS = """\
stage: any
rules:
- id: AN01
  name: thank
  cite: [C1]
  because: A gift has arrived.
  for_each: gift
  when: row.status == "received" and row.acknowledged_at is None and row.date >= today - 30
  then: {draft: gift_thanks}
- id: AN02
  name: silent
  cite: [C1]
  because: The contact asked for no e-mail.
  when: contact.email_opt_out
  then: {suppress: drafts}
- id: AN03
  name: just_written
  cite: [C1]
  because: Something was sent only days ago.
  when: draft.last_released_date > today - 3
  then: {suppress: drafts}
"""
Row = dict[str, Any]


@pytest.fixture(scope="session")
def ruled_by(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Rulebook]:
    """Return a function from rule files (stage=text) that cite C1 to a rulebook."""

    def build(**stages: str) -> Rulebook:
        rules = tmp_path_factory.mktemp("rules")
        (rules / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
        for stage, text in stages.items():
            (rules / f"{stage}.yaml").write_text(text)
        return load_rulebook(rules)

    return build


@pytest.fixture(scope="session")
def after_thanks(
    tmp_path_factory: pytest.TempPathFactory, loaded: Job, ruled_by: Callable[..., Rulebook]
) -> Snapshot:
    """What a first run leaves whose only letters are thanks."""
    job = replace(loaded, rulebook=ruled_by(any=_THANKS))
    return Snapshot.take(tmp_path_factory.mktemp("after_thanks"), job)


@pytest.fixture
def thanked(tmp_path: Path, after_thanks: Snapshot) -> Iterator[Workplace]:
    """The workplace after a run whose only letters are thanks."""
    with after_thanks.opened(tmp_path) as opened:
        yield opened


@pytest.fixture
def drafts(thanked: Workplace) -> Callable[[], list[Row]]:
    """Return a function that reads all letters, whole, by their ids."""

    def read() -> list[Row]:
        with thanked.store.reading() as connection:
            rows = connection.execute(select(draft).order_by(draft.c.id))
            return [dict(row._mapping) for row in rows]

    return read


@pytest.fixture
def letter(drafts: Callable[[], list[Row]]) -> Row:
    """A letter of thanks to a person."""
    return next(
        row
        for row in drafts()
        if row["status"] == "drafted" and row["language"] == "en" and row["partner_id"][:3] == "003"
    )


@pytest.fixture
def desk(thanked: Workplace) -> Callable[..., Releasing]:
    """Return who releases some days from now."""

    def at(days: int = 0) -> Releasing:
        job = thanked.job
        letters = Letters(job.library, EXAMPLE_HOUSE, job.rulebook, "en")
        return Releasing(thanked.store, letters, "native", NOW + timedelta(days=days))

    return at


@pytest.fixture
def edit(thanked: Workplace, letter: Row) -> Callable[..., Row]:
    """Return a function that edits the letter."""

    def edit(change: Callable[[str], str], source: str | None = None) -> Row:
        row = read_draft(thanked.store, letter["id"])
        return edit_draft(
            thanked.store,
            thanked.job.library,
            letter["id"],
            change(str(final(row).words)),
            by="Ana",
            source=source,
            now=NOW,
        )

    return edit


@pytest.fixture
def the_file(thanked: Workplace) -> Callable[..., str]:
    """Return a function that reads the page of a letter in the CRM, which has some versions."""

    def read(letter_id: str, versions: int = 1) -> str:
        found = thanked.org.query(
            "SELECT Id, ContentDocumentId, IsLatest FROM ContentVersion "
            f"WHERE Lifecycle_Key__c LIKE '{letter_id}%' AND PathOnClient LIKE '%.html'"
        )
        assert len(found) == versions
        assert len({row["ContentDocumentId"] for row in found}) == 1
        (latest,) = (row["Id"] for row in found if row["IsLatest"])
        with thanked.org.storage.reading() as connection:
            return read_body(connection, latest).decode()

    return read
