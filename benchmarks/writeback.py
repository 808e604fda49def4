"""Writing back: API calls and time of the outbox, against bare collections calls of the same rows.

The outbox compares stages just before it writes, asks the field history, notes every answer, and
lets the mirror know; a client that posts the same payloads in hundreds does none of that.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from benchmarks._figures import Figure, report, say
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.sandbox import LocalOrg, Org, load_schema
from crm_sync.sandbox.faults import Action, Fault
from partner_lifecycle.resources import metadata_folder
from partners.job.delivering import deliver_all
from partners.store import Store, open_store, outbox, standing

_SIZE = 10_000
_MOST_CALLS, _MOST_RATIO = 60, 1.25
_AT_ONCE = 200
_SLOW = 0.5
"""Seconds that each call takes on top of the 30 ms of the local org: a real one takes a second."""
_STAGES = ("prospect", "diligence")
_NOW = datetime.now(UTC)


def measure(size: int) -> Iterator[Figure]:
    """Yield the figures for so many records: nine in ten stages, one in ten tasks."""
    with TemporaryDirectory(prefix="writeback-") as folder, _org(Path(folder)) as local:
        stages, tasks = size * 9 // 10, size // 10
        ids = _accounts(local.org, stages)
        bare, ours = _session(local), _session(local)
        local.faults.add(Fault(do=Action(slow=_SLOW)))
        with open_store(f"sqlite:///{folder}/store.db") as store:
            payloads = list(_payloads(ids, tasks, "bare", _STAGES[0]))
            seconds = {"bare": 0.0, "outbox": 0.0}
            begun = time.perf_counter()
            _post(bare, payloads)
            seconds["bare"] = time.perf_counter() - begun
            say(f"bare collections: {seconds['bare']:.1f} s, {bare.calls} calls with the login")
            _queue(store, _payloads(ids, tasks, "ours", _STAGES[1]))
            before, begun = ours.calls, time.perf_counter()
            delivered = deliver_all(store, ours, _NOW, lambda *_: None)
            seconds["outbox"] = time.perf_counter() - begun
            calls = ours.calls - before
            if sum(delivered.written.values()) != size:
                raise SystemExit(f"not everything was written: {delivered}")
        yield Figure("records", size / seconds["outbox"], "records/s")
        most = f"{_MOST_CALLS} calls"
        yield Figure("calls", calls, "API calls", most, _MOST_CALLS / calls)
        ratio = seconds["outbox"] / seconds["bare"]
        yield Figure("time", ratio, "x bare collections", f"{_MOST_RATIO} x", _MOST_RATIO / ratio)


@contextmanager
def _org(folder: Path) -> Iterator[LocalOrg]:
    with LocalOrg.start(load_schema(metadata_folder()), path=folder / "org.db") as local:
        yield local


def _session(local: LocalOrg) -> Session:
    given = local.login
    return connect(CrmSettings.model_validate(given))


def _accounts(org: Org, many: int) -> list[str]:
    rows = [{"_id": str(n), "Name": f"Partner {n}"} for n in range(many)]
    return list(org.load({"Account": rows}).values())


def _payloads(
    ids: list[str], tasks: int, key: str, stage: str
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield object and row, as `standing_of` and `task_of` make them."""
    for number, record in enumerate(ids):
        yield (
            "Account",
            {
                "id": record,
                "Lifecycle_Stage__c": stage,
                "Lifecycle_Since__c": "2026-11-22",
                "Lifecycle_Suspended__c": False,
                "Lifecycle_Reason__c": f"A partner like {number} is looked at first.",
                "Lifecycle_Next_Step__c": "Assess it",
                "Lifecycle_Missing__c": None,
            },
        )
    for number in range(tasks):
        yield (
            "Task",
            {
                "Lifecycle_Key__c": f"PL-{key}-{number}",
                "Subject": "Assess the partner",
                "ActivityDate": "2026-12-01",
                "Priority": "Normal",
                "Status": "Not Started",
                "Description": "It stands before due diligence.",
                "WhatId": ids[number],
            },
        )


def _post(session: Session, payloads: list[tuple[str, dict[str, object]]]) -> None:
    for name, write in (("Account", session.update), ("Task", session.insert)):
        rows = [row for each, row in payloads if each == name]
        for start in range(0, len(rows), _AT_ONCE):
            results = write(name, rows[start : start + _AT_ONCE])
            if not all(each.ok for each in results):
                raise SystemExit(f"the org refused rows: {results}")


def _queue(store: Store, payloads: Iterator[tuple[str, dict[str, object]]]) -> None:
    queued, stood = [], []
    for name, row in payloads:
        fields = dict(row)
        record = fields.pop("id", None)
        update = record is not None
        queued.append(
            {
                "key": f"standing/{record}" if update else fields["Lifecycle_Key__c"],
                "partner_id": record,
                "object": name,
                "operation": "update" if update else "create",
                "record_id": record,
                "external_id_field": None if update else "Lifecycle_Key__c",
                "fields": fields,
                "state": "pending",
                "created_at": _NOW,
                "looked_at": _NOW,
            }
        )
        if update:
            stood.append(_standing(str(record)))
    with store.transaction() as connection:
        connection.execute(insert(outbox), queued)
        connection.execute(insert(standing), stood)


def _standing(record: str) -> dict[str, object]:
    return {
        "partner_id": record,
        "stage": _STAGES[1],
        "since": _NOW.date(),
        "visit": 1,
        "suspended": False,
        "held": False,
        "outcome_hash": "x",
        "crm_stage_seen": _STAGES[0],
        "updated_at": _NOW,
    }


if __name__ == "__main__":
    report(__doc__.split("\n", 1)[0], measure, _SIZE)
