"""What is stored together is stored whole, decisions stay, and two SQLite libraries stay apart."""

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from partners.errors import StoreError
from partners.store import (
    Store,
    canonical_json,
    decision,
    instant_text,
    open_store,
    partner_alias,
    read_frame,
    run,
    standing,
)
from partners.store.gate import Gate, gate_for

NOW = datetime(2026, 11, 21, 9, 30, 0, 123_000, tzinfo=UTC)
DECISION: dict[str, Any] = {
    "partner_id": "001A",
    "decided_at": NOW,
    "kind": "rules",
    "by": "rules",
    "stage_from": "prospect",
    "stage_to": "diligence",
    "suspended": False,
    "fired": ["PR03"],
    "why": [{"rule": "PR03"}],
    "why_not": [],
    "facts": {"touch.last_date": date(2026, 11, 1), "gift.total_usd": 5},
    "outcome_hash": "abc",
    "partition": 0,
    "place": 1,
    "sealed": "",
    "chain": "",
}


def test_values_come_back_as_they_were_stored(any_store: Store) -> None:
    with any_store.transaction() as connection:
        connection.execute(decision.insert(), DECISION)
        connection.execute(
            standing.insert(),
            {
                "partner_id": "001A",
                "stage": "active",
                "since": date(2026, 1, 31),
                "visit": 1,
                "suspended": True,
                "outcome_hash": "abc",
                "updated_at": NOW.astimezone(timezone(timedelta(hours=5))),
            },
        )
    with any_store.reading() as connection:
        row = connection.execute(select(decision)).one()
        stands = connection.execute(select(standing)).one()
        raw = connection.execute(text("SELECT since, suspended, updated_at FROM standing")).one()
    assert (row.decided_at, row.suspended, row.why) == (NOW, False, [{"rule": "PR03"}])
    assert row.facts == {"touch.last_date": "2026-11-01", "gift.total_usd": 5}
    assert (stands.since, stands.suspended, stands.updated_at) == (date(2026, 1, 31), True, NOW)
    assert tuple(raw) == ("2026-01-31", 1, "2026-11-21T09:30:00.123Z")


def test_a_decision_can_be_neither_changed_nor_removed(any_store: Store) -> None:
    with any_store.transaction() as connection:
        connection.execute(decision.insert(), DECISION)
    attempts = [update(decision).values(by="me"), delete(decision)]
    if any_store.sqlite_path:
        columns = ", ".join(f'"{column.name}"' for column in decision.columns)
        attempts.append(text(f"INSERT OR REPLACE INTO decision SELECT {columns} FROM decision"))
    else:
        attempts.append(text("TRUNCATE decision CASCADE"))
    for attempt in attempts:
        with pytest.raises(IntegrityError, match="append-only"), any_store.transaction() as again:
            again.execute(attempt)
    with any_store.reading() as connection:
        assert connection.execute(select(decision.c.by)).all() == [("rules",)]


def test_an_unknown_stage_is_refused(any_store: Store) -> None:
    with pytest.raises(IntegrityError), any_store.transaction() as connection:
        connection.execute(decision.insert(), DECISION | {"stage_to": "friend"})


def test_a_transaction_that_fails_stores_nothing(any_store: Store) -> None:
    with pytest.raises(ZeroDivisionError), any_store.transaction() as connection:
        connection.execute(run.insert(), {"started_at": NOW, "status": "running"})
        connection.execute(decision.insert(), DECISION | {"partner_id": 1 // 0})
    with any_store.reading() as connection:
        assert connection.execute(select(run)).all() == []


def test_a_killed_process_stores_nothing(store: Store, store_url: str) -> None:
    script = (
        "import os, sys; from partners.store import open_store, partner_alias\n"
        "with open_store(sys.argv[1]).transaction() as connection:\n"
        "    connection.execute(partner_alias.insert(), {'old_id': 'a', 'id': 'b'})\n"
        "    os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", script, store_url]).returncode == -9
    with store.transaction() as connection:
        assert connection.execute(select(partner_alias)).all() == []


def test_a_reader_sees_one_state_while_another_writes(any_store: Store) -> None:
    with any_store.reading() as reader:
        assert reader.execute(select(partner_alias)).all() == []
        with any_store.transaction() as writer:
            writer.execute(partner_alias.insert(), {"old_id": "a", "id": "b"})
        assert reader.execute(select(partner_alias)).all() == []


def test_a_second_writer_gives_up_with_a_reason(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.store.engines._PATIENCE_SECONDS", 0.1)
    with store.transaction(), pytest.raises(StoreError, match="locked"), store.transaction():
        pytest.fail("two wrote at once")


def test_a_reader_cannot_write(store_url: str) -> None:
    open_store(store_url).close()
    with (
        open_store(store_url, read_only=True) as store,
        pytest.raises(StoreError, match="may only read"),
        store.transaction() as connection,
    ):
        connection.execute(partner_alias.insert(), {"old_id": "a", "id": "b"})


def test_reading_a_frame_does_not_let_go_of_the_write_lock(store: Store) -> None:
    path = store.sqlite_path or ""
    script = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0.1)\n"
        "c.execute('BEGIN IMMEDIATE')"
    )
    with store.transaction() as connection:
        connection.execute(partner_alias.insert(), {"old_id": "a", "id": "b"})
        assert read_frame(store, "standing").is_empty()
        other = subprocess.run([sys.executable, "-c", script, path], capture_output=True)
    assert b"database is locked" in other.stderr


def test_every_connection_that_ends_opens_the_gate_again(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        raise ZeroDivisionError
    with store.left_to_adbc() as free:
        assert free
    with store.reading(), store.left_to_adbc() as free:
        assert not free


def test_a_connection_waits_for_a_reading_to_end() -> None:
    gate, entered = Gate(), threading.Event()
    waiting = threading.Thread(target=lambda: (gate.enter(), entered.set()))
    with gate.reading() as free:
        assert free
        waiting.start()
        assert not entered.wait(0.05)
    assert entered.wait(5)
    waiting.join()


def test_stores_on_one_file_share_a_gate() -> None:
    assert gate_for("/a") is gate_for("/a")
    assert gate_for("/a") is not gate_for("/b")


def test_an_instant_without_a_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        instant_text(NOW.replace(tzinfo=None))
    with pytest.raises(StatementError), store.transaction() as connection:
        connection.execute(run.insert(), {"started_at": NOW.replace(tzinfo=None), "status": "done"})


def test_the_same_value_has_one_json_text() -> None:
    value = {"b": {2, 1}, "a": [None, True, "é", date(2026, 1, 2)]}
    assert canonical_json(value) == '{"a":[null,true,"é","2026-01-02"],"b":[1,2]}'
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
    with pytest.raises(TypeError, match="no place"):
        canonical_json(sqlite3)


def test_transactions_that_read_first_take_turns(store: Store) -> None:
    def add_some(_: int) -> None:
        for _ in range(10):
            with store.engine.begin() as connection:
                count = len(connection.execute(select(partner_alias)).all())
                connection.execute(partner_alias.insert(), {"old_id": str(count), "id": "x"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_some, range(4)))
    with store.reading() as connection:
        assert len(connection.execute(select(partner_alias)).all()) == 40
