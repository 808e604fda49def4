"""The whole job: mirror, decide, draft, write back. Killed anywhere, it loses nothing."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

import structlog
from sqlalchemy import insert, update

from crm_sync.mirror import SyncReport, store_rates, sync
from crm_sync.profiles import Profile, load_profile
from crm_sync.salesforce import Session
from lifecycle.drafting import Library, load_templates
from lifecycle.facts import fact_specs, row_specs
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle import Problem, Problems
from partner_lifecycle.views import ColumnType
from partners.job.baseline import take_over
from partners.job.deciding import DecideAll
from partners.job.delivering import Delivered, deliver_all
from partners.job.engines import choose_engine
from partners.job.letters import Letters
from partners.job.merges import follow_merges
from partners.job.rates import read_rates
from partners.job.recording import Recorder
from partners.job.report import DecidedReport, RunReport
from partners.settings import Settings
from partners.store import Store, run

__all__ = ["Job", "Showing", "check_purposes", "load_job", "load_rules", "template_fields"]

_log = structlog.get_logger()
Showing = Callable[[str], AbstractContextManager[Callable[[int, int | None], None]]]
"""Shows the progress of a step: given its name, a context with what moves the bar."""


@dataclass(frozen=True)
class Job:
    """What a run needs besides the store and the CRM: rules, templates, profile, settings."""

    settings: Settings
    rulebook: Rulebook
    library: Library
    profile: Profile

    def sync(
        self, store: Store, session: Session, now: datetime, showing: Showing, *, full: bool = False
    ) -> SyncReport:
        """Bring the mirror up to date with the CRM."""
        with store.transaction() as connection:
            store_rates(connection, read_rates(self.settings.rules_folders[0]))
        with showing("Mirroring") as bar:
            report = sync(
                session,
                store.engine,
                self.profile,
                now=now,
                full=full,
                progress=lambda _name, done, total: bar(done, total),
            )
        with store.transaction() as connection:
            follow_merges(connection)
        return report

    def decide(
        self, store: Store, now: datetime, showing: Showing, allowed: Collection[str] = ()
    ) -> DecidedReport:
        """Decide everybody, draw up letters, queue what is to be written.

        `allowed` are rules that may act more often than their `max_actions`.
        """
        engine = choose_engine(self.settings.engine, self.rulebook, self.rulebook.on(now.date()))
        letters = Letters(self.library, self.settings.house, self.rulebook, self.settings.language)
        with _recorded(store, self.rulebook.digest, engine.name, now) as run_id:
            recorder = Recorder(self.rulebook, run_id, engine.name, now)
            with showing("Deciding") as bar:
                tally = DecideAll(store, letters, engine, recorder, allowed)(bar)
        return DecidedReport.of(engine.name, tally)

    def deliver(self, store: Store, session: Session, now: datetime, showing: Showing) -> Delivered:
        """Write to the CRM what waits in the outbox."""
        with showing("Writing back") as bar:
            return deliver_all(store, session, now, bar)

    def take_over(self, store: Store, now: datetime) -> int:
        """Adopt where everybody stands in the CRM; return how many partners were new."""
        engine = choose_engine(self.settings.engine, self.rulebook, self.rulebook.on(now.date()))
        with _recorded(store, self.rulebook.digest, engine.name, now) as run_id:
            recorder = Recorder(self.rulebook, run_id, engine.name, now, by="baseline")
            return take_over(store, self.rulebook, engine, recorder, now)

    def run(
        self,
        store: Store,
        session: Session,
        now: datetime,
        showing: Showing,
        allowed: Collection[str] = (),
    ) -> RunReport:
        """Do all of it once; raise CrmError or StoreError when one is out of reach."""
        mirrored = self.sync(store, session, now, showing)
        decided = self.decide(store, now, showing, allowed)
        return RunReport.of(mirrored, decided, self.deliver(store, session, now, showing))


def load_job(settings: Settings) -> Job:
    """Load rules, templates and profile; raise Problems with every mistake in the first of them."""
    rulebook = load_rules(settings)
    library = load_templates(settings.templates_folder, template_fields())
    check_purposes(rulebook, library)
    profile = load_profile(settings.profile.name, namespaced=settings.profile.namespaced)
    return Job(settings, rulebook, library, profile)


def load_rules(settings: Settings) -> Rulebook:
    """Load the rules that the settings name; raise RulebookError with every mistake in them."""
    return load_rulebook(settings.rules_folders[0])


def check_purposes(rulebook: Rulebook, library: Library) -> None:
    """Raise Problems for every rule that asks for a draft which no template is written for."""
    problems = [
        Problem(
            rule.file,
            rule.line,
            1,
            f"{rule.id} asks for the draft {rule.then.draft}, which has no template",
            _instead(rule.then.draft, library),
        )
        for rule in rulebook.rules
        if rule.then.draft and rule.then.draft not in library.purposes
    ]
    if problems:
        raise Problems("rules ask for drafts that nobody has written", problems)


def _instead(purpose: str, library: Library) -> str:
    close = get_close_matches(purpose, library.purposes, n=1)
    folder = f"templates/emails/{purpose}/any.en.md"
    return f"did you mean {close[0]}? Else write {folder}" if close else f"write {folder}"


def template_fields() -> dict[str, ColumnType]:
    """Return every name that a template may use, with its type."""
    facts = {name: spec.column_type for name, spec in fact_specs().items()}
    rows = {name: spec.column_type for name, spec in row_specs("gift").items()}
    return {**facts, **rows}


@contextmanager
def _recorded(store: Store, digest: str, engine: str, now: datetime) -> Iterator[int]:
    """Note that a run began, and how it ended."""
    begun = {"started_at": now, "status": "running", "rulebook_hash": digest, "engine": engine}
    with store.transaction() as connection:
        run_id = connection.execute(insert(run).values(begun).returning(run.c.id)).scalar_one()
    status = "failed"
    try:
        yield run_id
        status = "done"
    finally:
        with store.transaction() as connection:
            ended = update(run).where(run.c.id == run_id).values(status=status, ended_at=now)
            connection.execute(ended)
