"""The demo's two runs, made once; and a job against a local org of one's own."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crm_sync.sandbox import LocalOrg, Org, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.demo.house import EXAMPLE_HOUSE
from partners.demo.running import DemoReport, run_demo
from partners.job.report import RunReport
from partners.job.running import Job, load_job
from partners.settings import ProfileSettings, Settings, StoreSettings
from partners.store import Store, open_store

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


@pytest.fixture
def workplace(tmp_path: Path, store_url: str, loaded: Job) -> Iterator[Workplace]:
    """A fresh store and a local org with some partners of every story."""
    yield from _workplace(store_url, tmp_path, loaded)


@pytest.fixture
def postgres_workplace(tmp_path: Path, postgres_url: str, loaded: Job) -> Iterator[Workplace]:
    """The same with a store in PostgreSQL."""
    yield from _workplace(postgres_url, tmp_path, loaded)


def _workplace(url: str, tmp_path: Path, loaded: Job) -> Iterator[Workplace]:
    settings = loaded.settings.model_copy(update={"store": StoreSettings(url=url)})
    schema = load_schema(metadata_folder())
    with LocalOrg.start(schema, path=tmp_path / "org.db") as local, open_store(url) as store:
        yield Workplace(store, DemoOrg(local, NOW.date(), 230), replace(loaded, settings=settings))
