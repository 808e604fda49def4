"""Days played on a real store by the real job, with views that are plain tables."""

from collections import Counter
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, time
from types import SimpleNamespace

from sqlalchemy import event as listening
from sqlalchemy import select, text

from crm_sync.profiles import load_profile
from lifecycle.drafting import Draft, DraftRefused
from partner_lifecycle.views import VIEWS
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.running import Job
from partners.settings import Settings
from partners.store import draft, episode, outbox, read_aliases, standing

__all__ = ["Killed", "Player", "new_world"]

_SQL = {"integer": "INTEGER", "cents": "INTEGER", "boolean": "INTEGER", "share": "REAL"}
_INSTANTS = ("at", "bounced_at", "crm_stage_at")


class Killed(BaseException):
    """The job was killed here."""


class PlainLibrary:
    """Letters in one line, that need a name: what a library of templates does, without words."""

    def find(self, purpose, audience, language):
        return SimpleNamespace(digest="plain")

    def draft(self, purpose, *, audience, language, values, house):
        if values.get("contact.name") is None:
            raise DraftRefused("There is no name.", "contact.name")
        word = f"{purpose} for {audience}: {values['contact.name']}"
        fields = frozenset({"contact.name"})
        return Draft(purpose, audience, language, "info", False, word, word, word, (), fields)


def new_world():
    """Return a world in which nothing has happened."""
    return {name: {} for name in (*VIEWS, "screening_hit")}


class Player:
    """A store, the job on it, and what reaches them from outside."""

    def __init__(self, store, rulebook):
        self.store = store
        settings = Settings(house=EXAMPLE_HOUSE, engine="native")
        self.job = Job(settings, rulebook, PlainLibrary(), load_profile("npsp"))

    def lay_out(self):
        """Make the views, as tables."""
        with self.store.transaction() as connection:
            for view in VIEWS.values():
                columns = [f'"{c.name}" {_SQL.get(c.type, "TEXT")}' for c in view.columns.values()]
                connection.execute(text(f'CREATE TABLE "{view.name}" ({", ".join(columns)})'))

    def rename(self, rulebook):
        """Go on with a rulebook in which some rules have new ids."""
        self.job = replace(self.job, rulebook=rulebook)

    def show(self, world, view):
        """Make a view show what it shows in the world."""
        with self.store.transaction() as connection:
            connection.execute(text(f'DELETE FROM "{view}"'))
            for row in world[view].values():
                row = {**row, **_more(view)}
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join(f":{name}" for name in row)
                values = {name: _stored(name, value) for name, value in row.items()}
                connection.execute(text(f'INSERT INTO "{view}" ({names}) VALUES ({marks})'), values)

    def merge(self, old, new):
        """Let the store know of a merge, as the step after the pull does."""
        with self.store.transaction() as connection:
            statement = text("INSERT INTO partner_alias (old_id, id) VALUES (:old, :new)")
            connection.execute(statement, {"old": old, "new": new})

    def run(self, day, allowed=(), *, kill_at=0):
        """Decide everybody on a day; a killed job is started again."""
        try:
            with self._killing(kill_at):
                return self._decide(day, allowed)
        except Killed:
            return self._decide(day, allowed)

    def die(self):
        """Let the job be killed here and now."""
        raise Killed

    def take_over(self, day):
        """Run `partners baseline`."""
        return self.job.take_over(self.store, _at(day))

    def _decide(self, day, allowed):
        return self.job.decide(
            self.store, _at(day), lambda _: nullcontext(lambda *_: None), allowed
        )

    @contextmanager
    def _killing(self, kill_at):
        """Raise where the database is asked for the `kill_at`th time."""
        asked = iter(range(1, 1 << 30))

        def maybe(*_):
            if next(asked) == kill_at:
                self.die()

        listening.listen(self.store.engine, "before_cursor_execute", maybe)
        try:
            yield
        finally:
            listening.remove(self.store.engine, "before_cursor_execute", maybe)

    def deliver(self, world):
        """Let the CRM take what waits for it, and the mirror show it."""
        with self.store.transaction() as connection:
            waiting = connection.execute(select(outbox).where(outbox.c.state == "pending")).all()
            for row in waiting:
                stage = row.fields.get("Lifecycle_Stage__c")
                if stage and row.record_id in world["partner"]:
                    world["partner"][row.record_id]["crm_stage"] = stage
                    seen = standing.update().where(standing.c.partner_id == row.record_id)
                    connection.execute(seen.values(crm_stage_seen=stage))
            done = outbox.update().where(outbox.c.state == "pending")
            connection.execute(done.values(state="delivered", crm_id="in the CRM"))
        self.show(world, "partner")

    def release(self, key, day):
        """Let a person release a letter."""
        with self.store.transaction() as connection:
            rows = connection.execute(select(draft).where(draft.c.status == "drafted")).all()
            found = next(row for row in rows if self._key(connection, row) == key)
            statement = draft.update().where(draft.c.id == found.id)
            connection.execute(statement.values(status="released", changed_at=_at(day)))

    # --- what the store says ---

    def stands(self):
        """Return where each partner stands: stage, since, visit, suspended, set from where."""
        with self.store.reading() as connection:
            gone = self._gone(connection)
            return {
                row.partner_id: (row.stage, row.since, row.visit, row.suspended, row.set_from)
                for row in connection.execute(select(standing))
                if row.partner_id not in gone
            }

    def done(self):
        """Return how often each rule acted, by rule, subject and anchor."""
        with self.store.reading() as connection:
            rows = connection.execute(select(episode)).all()
        return Counter((row.rule_id, row.subject, row.anchor) for row in rows)

    def tasks(self):
        """Return the tasks by partner, subject and day."""
        with self.store.reading() as connection:
            made = (outbox.c.object == "Task") & (outbox.c.operation == "create")
            rows = connection.execute(select(outbox).where(made)).all()
        named = ((row.partner_id, row.fields) for row in rows)
        return Counter((who, each["Subject"], each["ActivityDate"]) for who, each in named)

    def letters(self):
        """Return the letters by rule, subject, anchor, number: status, to whom, with what words."""
        with self.store.reading() as connection:
            rows = connection.execute(select(draft)).all()
            return Counter((self._key(connection, row), *_said(row)) for row in rows)

    def _key(self, connection, row):
        gone = self._gone(connection)
        subject = "/".join(gone.get(part, part) for part in row.occasion["subject"].split("/"))
        rule = self.job.rulebook.renamed.get(row.rule_id, row.rule_id)
        return rule, subject, row.occasion["anchor"], row.occasion["n"]

    def _gone(self, connection):
        return read_aliases(connection)


def _at(day):
    return datetime.combine(day, time(9), UTC)


def _said(row):
    """Return how a letter stands; and if it may go or went out, to whom and with what words."""
    if row.status not in ("drafted", "released"):
        return (row.status,)
    return row.status, row.contact_id, row.text.partition(" for ")[2]


def _more(view):
    if view == "partner":
        return {"name": "Somebody", "crm_object": "Account"}
    if view == "screening_hit":
        return {"list_name": "UN", "entry": "x"}
    return {}


def _stored(name, value):
    if name in (*_INSTANTS, "opened_at") and value is not None:
        return f"{value.isoformat()}T12:00:00.000Z"
    return value.isoformat() if hasattr(value, "isoformat") else value
