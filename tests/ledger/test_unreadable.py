"""Whatever somebody writes over a decision, a replay names it and goes on."""

import gc
import json
import random
from functools import partial
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from lifecycle.rulebook import ParameterTooEarly
from partners.job.engines import choose_engine
from partners.ledger import Wanted, replay
from partners.ledger.again import Again
from partners.ledger.kept import Unreadable, read_kept
from partners.ledger.replaying import _query
from partners.ledger.rulebooks import KeptRulebooks
from partners.ledger.verifying.verify import _Checking
from partners.store import METADATA, open_store

NATIVE = partial(choose_engine, "native")
KEYS = {"decision": "id", "decision_private": "decision_id", "standing": "decision_id"}
READ = ("decided_at", "facts", "fired", "why", "why_not", "recorded")
COLUMNS = [
    (table, column.name)
    for table, key in KEYS.items()
    for column in METADATA.tables[table].columns
    if column.name not in (key, "id", "partner_id")
]
ODD = (None, True, -1, 2**60, 1.5, "x", "9999-99-99", [], {}, [None], {"x": {}}, "[" * 9)


def again(ledger, **wanted):
    with open_store(ledger.url, read_only=True) as store:
        return replay(store, NATIVE, Wanted(**wanted))


@pytest.mark.parametrize("value", ["CAST(X'ff' AS TEXT)", "X'6E61'", "'no number'", "1.5", "'[1]'"])
def test_values_of_no_type_that_the_library_writes_are_named(copied, value):
    """Each column of another decision: SQLite takes anything anywhere."""
    ledger = copied("sqlite")
    every = again(ledger).on_record
    stands = ledger.rows(
        "SELECT d.id FROM decision AS d JOIN standing AS s ON s.decision_id = d.id "
        "JOIN decision_private AS private ON private.decision_id = d.id"
    )
    over = {}
    for (table, name), row in zip(COLUMNS, stands, strict=False):
        changing = f'UPDATE {table} SET "{name}" = {value} WHERE {KEYS[table]} = :id'
        try:
            ledger.behind(changing, id=row["id"])
        except IntegrityError:
            continue  # What the schema itself refuses.
        over[table, name] = row["id"]
    assert len(over) > 20
    replayed = again(ledger)
    named = {each.decision for each in replayed.findings}
    assert replayed.on_record == every
    assert named >= {number for (_, name), number in over.items() if name in READ}
    assert named <= set(over.values())


def test_rules_that_were_changed_decide_nothing(copied):
    ledger = copied("sqlite")
    every = again(ledger).on_record
    for change in ("'no JSON'", "'[[]]'", "replace(layers, 'prospect', 'Prospect')"):
        ledger.behind(f"UPDATE rulebook SET layers = {change}")
        replayed = again(ledger)
        assert replayed.without_rules + replayed.by_persons == every
        assert not replayed.sound


def test_no_shape_of_json_ends_it(copied):
    chance = random.Random(7)
    with open_store(copied("sqlite").url, read_only=True) as store, store.reading() as connection:
        rules = Again(KeptRulebooks(connection), NATIVE)
        rows = [
            row._mapping
            for row in connection.execute(_query(Wanted()))
            if row.kind == "rules" and "rows" in row.recorded
        ]
        unreadable = 0
        for _ in range(1_500):
            row = dict(chance.choice(rows))
            column = chance.choice(READ[1:])
            row[column] = json.dumps(_odd(json.loads(row[column]), chance))
            try:
                rules.differences(read_kept(SimpleNamespace(**row)))
            except (Unreadable, ParameterTooEarly):
                unreadable += 1
    assert 500 < unreadable < 1_500


def _odd(value, chance):
    """Return JSON with one part of it replaced by what does not belong there."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(ODD)
    parts = list(value) if isinstance(value, dict) else range(len(value))
    at = chance.choice(parts)
    new = dict(value) if isinstance(value, dict) else list(value)
    if chance.random() < 0.15:
        del new[at]
    else:
        new[at] = _odd(new[at], chance)
    return new


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_breaks_off_leaves_no_cursor_open(copied, kind):
    """An open cursor is a ResourceWarning, and so an error here."""
    ledger = copied(kind)
    ledger.behind("UPDATE decision SET chain = 'x' WHERE id IN (5, 9)")
    with open_store(ledger.url, read_only=True) as store, store.reading() as connection:
        run = _Checking(connection, None, None).run()
        next(run)
        run.close()
        if kind == "postgresql":
            assert connection.execute(text("SELECT count(*) FROM pg_cursors")).scalar() == 0

    def fails(*_):
        raise ZeroDivisionError

    with (
        open_store(ledger.url, read_only=True) as store,
        pytest.raises(ZeroDivisionError) as raised,
    ):
        replay(store, fails, Wanted())
    del raised
    gc.collect()
