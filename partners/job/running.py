"""The whole job: mirror, decide, draft, write back. Killed anywhere, it loses nothing."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy import insert, update

from crm_sync.mirror import SyncReport, Way, sync
from crm_sync.profiles import Profile
from crm_sync.salesforce import Session
from lifecycle.authoring import check_purposes, template_fields
from lifecycle.drafting import Library, load_templates
from lifecycle.rulebook import Rulebook
from partners.job.baseline import take_over
from partners.job.deciding import DecideAll
from partners.job.delivering import Delivered, check_age, deliver_all
from partners.job.email_drafts import ask_org, forms_shown
from partners.job.engines import choose_engine
from partners.job.letters import Letters
from partners.job.lookback import look_back
from partners.job.merges import follow_merges
from partners.job.metadata import Locked, check_metadata
from partners.job.rates import exchange_rates
from partners.job.recording import Recorder
from partners.job.rehearsing import Change, would_write
from partners.job.report import DecidedReport, RunReport
from partners.job.sent import look_at_sent
from partners.job.waiting_letters import tell_waiting_letters
from partners.job.writeback import written
from partners.ledger import BASELINE, keep_rulebook, key_of, latest_root, seal_ledger
from partners.letterhead import letterhead
from partners.profile import profile_of
from partners.rulebook import load_rules
from partners.settings import Settings
from partners.store import Store, rehearsal, run

__all__ = ["Job", "Showing", "load_job", "load_library"]

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
        self,
        store: Store,
        session: Session,
        now: datetime,
        showing: Showing,
        *,
        objects: Collection[str] | None = None,
        full: bool = False,
        since: datetime | None = None,
    ) -> SyncReport:
        """Bring the mirror up to date with the CRM: all of it, or some objects."""
        mirror = self.settings.mirror
        with showing("Mirroring") as bar:
            report = sync(
                session,
                store.engine,
                self.profile,
                now=now,
                objects=objects,
                full=full,
                since=since,
                way=self.way,
                compare_every=timedelta(days=mirror.compare_days),
                refresh_every=timedelta(hours=mirror.refresh_hours),
                progress=lambda _name, done, total: bar(done, total),
                rates=exchange_rates(self.rulebook),
            )
        with store.transaction() as connection:
            follow_merges(connection)
        return report

    @property
    def way(self) -> Way | None:
        """Return the only way in which the mirror may read; None: the cheaper one."""
        chosen = self.settings.mirror.way
        return None if chosen == "auto" else Way(chosen)

    def decide(
        self, store: Store, now: datetime, showing: Showing, allowed: Collection[str] = ()
    ) -> DecidedReport:
        """Decide everybody, draw up letters, queue what is to be written.

        `allowed` are rules that may act more often than their `max_actions`. Raises SettingsError
        when nobody is named to write letters.
        """
        engine = choose_engine(self.settings.engine, self.rulebook, self.rulebook.on(now.date()))
        house = letterhead(self.settings)
        appears = self.profile.appears
        forms = forms_shown(store, appears)
        letters = Letters(self.library, house, self.rulebook, self.settings.language, forms)
        with self._recorded(store, engine.name, now) as recorder, showing("Deciding") as bar:
            tally = DecideAll(store, letters, engine, recorder, allowed, appears)(bar)
        with store.reading() as connection:
            return DecidedReport.of(engine.name, tally, latest_root(connection))

    def deliver(
        self,
        store: Store,
        session: Session,
        now: datetime,
        showing: Showing,
        locked: Locked | None = None,
    ) -> Delivered:
        """Write to the CRM what waits in the outbox; raise MirrorTooOld if that is stale.

        `locked` are fields that our user may not write: they are kept back.
        """
        most = timedelta(hours=self.settings.outbox.mirror_hours)
        check_age(store, self.profile, now, most)
        with showing("Writing back") as bar:
            return deliver_all(store, session, now, bar, locked)

    def take_over(self, store: Store, now: datetime) -> int:
        """Adopt where everybody stands in the CRM; return how many partners were new."""
        engine = choose_engine(self.settings.engine, self.rulebook, self.rulebook.on(now.date()))
        with self._recorded(store, engine.name, now) as recorder:
            adopting = replace(recorder, by=BASELINE)
            return take_over(store, self.rulebook, engine, adopting, now)

    def run(
        self,
        store: Store,
        session: Session,
        now: datetime,
        showing: Showing,
        allowed: Collection[str] = (),
    ) -> RunReport:
        """Do all of it once; raise CrmError or StoreError when one is out of reach."""
        begun = monotonic()
        locked = check_metadata(session, written(self.profile.appears))
        mirrored = self.sync(store, session, now, showing)
        self._look(store, session, now)
        decided = self.decide(store, now, showing, allowed)
        later = now + timedelta(seconds=monotonic() - begun)
        self._tell_letters(store, later)
        delivered = self.deliver(store, session, later, showing, locked)
        return RunReport.of(mirrored, decided, delivered)

    def rehearse(
        self, session: Session, now: datetime, showing: Showing, allowed: Collection[str] = ()
    ) -> list[Change]:
        """Return what a run would write: all of it on a copy of the store, the CRM only read."""
        check_metadata(session, written(self.profile.appears))
        with rehearsal(self.settings.store.url) as copy:
            self.sync(copy, session, now, showing)
            self._look(copy, session, now)
            self.decide(copy, now, showing, allowed)
            self._tell_letters(copy, now)
            return would_write(copy, session)

    def _tell_letters(self, store: Store, now: datetime) -> None:
        if "drafts" in self.profile.appears.partner:
            with store.transaction() as connection:
                tell_waiting_letters(connection, now)

    def _look(self, store: Store, session: Session, now: datetime) -> None:
        """See what became of what we wrote, and what the org takes."""
        look_back(store, session)
        look_at_sent(store, session)
        ask_org(store, session, self.profile.appears, now)

    @contextmanager
    def _recorded(self, store: Store, engine: str, now: datetime) -> Iterator[Recorder]:
        """Note that a run began, and how it ended; when it is done, seal what it decided."""
        digest, key = self.rulebook.digest, key_of(self.settings.audit.key)
        begun = {"started_at": now, "status": "running", "rulebook_hash": digest, "engine": engine}
        with store.transaction() as connection:
            run_id = connection.execute(insert(run).values(begun).returning(run.c.id)).scalar_one()
            keep_rulebook(connection, self.rulebook)
        status, started = "failed", monotonic()
        try:
            yield Recorder(self.rulebook, run_id, engine, now, key=key)
            status = "done"
        finally:
            with store.transaction() as connection:
                ended = now + timedelta(seconds=monotonic() - started)
                closing = update(run).where(run.c.id == run_id)
                connection.execute(closing.values(status=status, ended_at=ended))
                if status == "done":
                    seal_ledger(connection, run_id, ended, key)


def load_job(settings: Settings) -> Job:
    """Load rules, templates and profile; raise Problems with every mistake in the first of them."""
    rulebook = load_rules(settings)
    library = load_library(settings)
    check_purposes(rulebook, library)
    profile = profile_of(settings)
    return Job(settings, rulebook, library, profile)


def load_library(settings: Settings) -> Library:
    """Load the letters' templates; raise TemplateProblems with every mistake in them."""
    return load_templates(settings.templates_folder, template_fields())
