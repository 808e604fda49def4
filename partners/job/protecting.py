"""What a person did is compared just before we write: their stage stands, their task is theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from crm_sync.outbox import Write
from crm_sync.salesforce import Session
from partners.job.chunks import in_chunks
from partners.job.edits import BEGINNING, Edits, remember_stages
from partners.job.tasks import leave_alone
from partners.job.writeback import STAGE_FIELD
from partners.store import Store, outbox

__all__ = ["Protection", "Withheld"]

_TOUCHED = ("CreatedById", "LastModifiedById")
_THEIRS = {
    "Task": "A person has taken the task up: it is left as it is.",
    "EmailMessage": "A person has worked on the e-mail, or sent it: it is left as it is.",
}
"""What people may take up, and what is said then."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Withheld:
    """A write that is kept back: into which state it goes, and why.

    `interim`: the stage that a person took back; to remember it lets the next run see their move.
    """

    key: str
    state: str
    why: str
    code: str
    remedy: str
    interim: str | None = None


@dataclass
class Protection:
    """Asked before writes go out; remembers in the store what it let through, and what not.

    `rows` are those of the outbox by key, `seen` the stage that each record had when we last looked
    or wrote, `edits` what others did to stages since.
    """

    store: Store
    session: Session
    rows: Mapping[str, Row[Any]]
    seen: Mapping[str, str | None]
    edits: Edits
    now: datetime

    def __call__(self, writes: Sequence[Write]) -> Collection[str]:
        """Return the keys of writes that must not go out. Raises CrmError."""
        compared_at = self.session.server_time or self.now
        kept = [*self._stages(writes), *self._taken_up(writes)]
        keys = {each.key for each in kept}
        with self.store.transaction() as connection:
            for each in kept:
                values = {"state": each.state, "error_code": each.code, "error": each.why}
                this = update(outbox).where(outbox.c.key == each.key)
                connection.execute(this.values(values | {"remedy": each.remedy}))
                if each.interim is not None:
                    remember_stages(connection, {self.rows[each.key].record_id: each.interim})
                if each.state == "closed":
                    leave_alone(connection, each.key, self.now)
            sent = [self.rows[each.key].id for each in writes if each.key not in keys]
            self._mark(connection, sent, compared_at)
        return keys

    def _mark(self, connection: Connection, sent: Sequence[int], compared_at: datetime) -> None:
        values = {"sent_at": self.now, "compared_at": compared_at}
        for some in in_chunks(sent, _AT_ONCE):
            connection.execute(update(outbox).where(outbox.c.id.in_(some)).values(values))

    def _stages(self, writes: Sequence[Write]) -> list[Withheld]:
        ours = {str(each.record_id): each for each in writes if STAGE_FIELD in each.fields}
        if not ours:
            return []
        name = next(iter(ours.values())).object
        found = self.session.retrieve(name, [STAGE_FIELD], ours)
        told = (self._stage(ours[record], row[STAGE_FIELD]) for record, row in found.items())
        return [each for each in told if each is not None]

    def _stage(self, write: Write, stage: str | None) -> Withheld | None:
        record, wanted = str(write.record_id), write.fields[STAGE_FIELD]
        if stage == wanted:
            return None
        if stage != self.seen.get(record):
            return _conflict(write, f"A person has set {stage or 'no stage'} meanwhile.")
        interim = self._taken_back(record, self.rows[write.key].looked_at, stage)
        if interim is None:
            return None
        return _conflict(write, f"A person had set {interim} and took it back.", interim)

    def _taken_back(self, record: str, looked_at: datetime | None, stage: str | None) -> str | None:
        """Return the stage that somebody had set after we last looked, if they took it back."""
        unseen = [
            edit.before
            for edit in self.edits.get(record, ())
            if edit.at > (looked_at or BEGINNING) and edit.before not in (None, stage)
        ]
        return unseen[-1] if unseen else None

    def _taken_up(self, writes: Sequence[Write]) -> list[Withheld]:
        ours = {
            str(each.record_id): each
            for each in writes
            if each.object in _THEIRS and each.operation == "update"
        }
        if not ours:
            return []
        name = next(iter(ours.values())).object
        found = self.session.retrieve(name, _TOUCHED, ours)
        return [
            Withheld(ours[record].key, "closed", _THEIRS[name], "TOUCHED", "nothing")
            for record, row in found.items()
            if row["CreatedById"] != row["LastModifiedById"]
        ]


def _conflict(write: Write, why: str, interim: str | None = None) -> Withheld:
    wanted = write.fields[STAGE_FIELD]
    return Withheld(
        write.key,
        "conflict",
        f"{why} {wanted} was not written over it.",
        "CONFLICT",
        "nothing: the next run takes what the person set as their decision",
        interim,
    )
