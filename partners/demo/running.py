"""The demo: the main job twice on a local org, with people at work in between."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from crm_sync.sandbox import LocalOrg, load_schema
from partner_lifecycle.resources import metadata_folder
from partners.demo.filling import DemoOrg
from partners.demo.house import EXAMPLE_HOUSE
from partners.errors import SettingsError
from partners.folders import writing_to
from partners.job.drafts import export_drafts
from partners.job.report import RunReport
from partners.job.running import Job, Showing, load_job
from partners.settings import ProfileSettings, Settings
from partners.store import open_store

__all__ = ["DemoReport", "run_demo"]

_MARK = ".partners-demo"
_SHOWN = 5


@dataclass(frozen=True)
class DemoReport:
    """Both runs, what people changed between them, and where to look."""

    first: RunReport
    edits: Sequence[Mapping[str, str]]
    second: RunReport
    decided_anew: Sequence[str]
    """Partners decided in the second run, by id: those that people changed, and only those."""
    store: str
    drafts: Sequence[str]

    def as_data(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return asdict(self)

    @property
    def some_drafts(self) -> Sequence[str]:
        """Return a few letters to open, of different purposes."""
        by_purpose = {Path(file).name.split(".", 1)[0]: file for file in self.drafts}
        return list(by_purpose.values())[:_SHOWN]


def run_demo(
    settings: Settings, folder: Path, partners: int, now: datetime, showing: Showing
) -> DemoReport:
    """Run the main job twice on a local org, leaving store, org and drafts in `folder`.

    Raises SettingsError when `folder` holds something that an earlier demo did not leave, or cannot
    be written.
    """
    with writing_to(folder):
        _clear(folder)
    job = load_job(_for_demo(settings, folder))
    with LocalOrg.start(load_schema(metadata_folder()), path=folder / "org.db") as local:
        with showing("Filling a local org") as bar:
            org = DemoOrg(local, now.date(), partners)
            bar(1, 1)
        return _run_twice(job, org, folder, now, showing)


def _run_twice(job: Job, org: DemoOrg, folder: Path, now: datetime, showing: Showing) -> DemoReport:
    url = job.settings.store.url
    with open_store(url) as store:
        first = job.run(store, org.session(), now, showing)
        made = org.change()
        second = job.run(store, org.session(), now, showing)
        files = export_drafts(store, EXAMPLE_HOUSE, folder / "drafts")
    return DemoReport(
        first=first,
        edits=[{"who": edit.who, "what": edit.what, "partner": partner} for edit, partner in made],
        second=second,
        decided_anew=second.decided.changed,
        store=url,
        drafts=[str(file) for file in files if file.suffix == ".html"],
    )


def _for_demo(settings: Settings, folder: Path) -> Settings:
    store = settings.store.model_copy(update={"url": f"sqlite:///{folder / 'partners.db'}"})
    profile = ProfileSettings(name="npsp")
    own = {"store": store, "profile": profile, "crm": None, "house": EXAMPLE_HOUSE}
    return settings.model_copy(update=own)


def _clear(folder: Path) -> None:
    """Make the folder anew; remove only what an earlier demo left."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise SettingsError(
            "The folder for the demo holds something else.",
            where=str(folder),
            remedy="name an empty one with --folder",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
