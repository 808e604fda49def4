"""Whatever is changed behind the ledger's back is found, and named."""

import pytest
from sqlalchemy.exc import IntegrityError

from partners.ledger import verify
from partners.store import METADATA, open_store

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]
BOTH_IN_TURN = ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]
"""For what is tried on every column: the same again on the other database takes minutes."""
KEYS = {"decision": "id", "decision_private": "decision_id", "ledger_head": "partition"}
KEYS |= {"seal": "id", "rulebook": "digest", "standing": "partner_id", "episode": "id"}
NOT_DECIDED = {
    ("standing", name) for name in ("suspended_why", "reason", "next_step", "missing", "review_on")
} | {("standing", "crm_stage_seen"), ("standing", "letters_told"), ("episode", "id")}
"""Texts for staff, a day that moves by itself, what the CRM had or was told, and a mere number: no
decision says what they must be."""
COLUMNS = [
    (table, column.name)
    for table in KEYS
    for column in METADATA.tables[table].columns
    if (table, column.name) not in NOT_DECIDED
]
OTHER = {"kind": "person"}
OTHER |= dict.fromkeys(("stage_from", "stage_to", "stage", "set_from"), "closed")


def check(ledger, root=None):
    with open_store(ledger.url, read_only=True) as store:
        return verify(store, None, root)


def other(table, column, value):
    """Return another value that the column may hold."""
    if column in OTHER:
        return OTHER[column] if value != OTHER[column] else "active"
    if column in ("suspended", "held"):
        return 1 - value
    if (table, column) == ("decision", "partition"):
        return (value + 1) % 16
    return value + 100_000 if isinstance(value, int) else f"{value or ''}x"


def about(row, findings):
    """Return whether some finding names the row, or the one behind it in the chain."""
    told = {row.get("id"), row.get("decision_id"), row.get("partner_id")}
    return any({each.decision, each.partner} & told - {None} for each in findings)


@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_touched_is_as_it_was(copied, kind):
    verified = check(copied(kind))
    assert verified.findings == []
    assert (verified.seals, verified.since_seal, verified.erased) == (4, 0, 0)
    assert verified.decisions > 60


@pytest.mark.parametrize("kind", BOTH_IN_TURN)
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_is_found_and_named(copied, kind, table, column):
    ledger = copied(kind)
    for row in ledger.some(table, f'"{KEYS[table]}"', (table, column)):
        value = row[column]
        changing = f'UPDATE {table} SET "{column}" = :value WHERE "{KEYS[table]}" = :key'
        ledger.behind(changing, key=row[KEYS[table]], value=other(table, column, value))
        verified = check(ledger)
        assert verified.found
        if table in ("decision", "decision_private", "standing"):
            assert about(row, verified.findings), verified.findings
        else:
            assert any(each.table in (table, "decision") for each in verified.findings)
        key = other(table, column, value) if column == KEYS[table] else row[KEYS[table]]
        ledger.behind(changing, key=key, value=value)
    assert check(ledger).findings == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", [name for name in KEYS if name != "rulebook"])
def test_a_row_that_is_gone_is_missed(copied, kind, table):
    ledger = copied(kind)
    for row in ledger.some(table, f'"{KEYS[table]}"', table):
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join(f":{name}" for name in row)
        ledger.behind(f'DELETE FROM {table} WHERE "{KEYS[table]}" = :key', key=row[KEYS[table]])
        verified = check(ledger)
        assert verified.found
        if table in ("decision_private", "standing"):
            assert about(row, verified.findings)
        ledger.behind(f"INSERT INTO {table} ({names}) VALUES ({marks})", **row)
    assert check(ledger).findings == []


@pytest.mark.parametrize("kind", KINDS)
def test_rules_that_decided_are_missed(copied, kind):
    ledger = copied(kind)
    ledger.behind("DELETE FROM rulebook")
    (finding,) = check(ledger).findings
    assert (finding.table, finding.what[-10:]) == ("rulebook", "d are gone")


def _chain_of(ledger, partition):
    query = 'SELECT * FROM decision WHERE "partition" = :partition ORDER BY id'
    return ledger.rows(query, partition=partition)


def _longest(ledger):
    query = 'SELECT "partition" AS p FROM decision GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1'
    return _chain_of(ledger, ledger.rows(query)[0]["p"])


def _insert(ledger, row):
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f":{name}" for name in row)
    ledger.behind(f"INSERT INTO decision ({names}) VALUES ({marks})", **row)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("at", [0, 1])
def test_decisions_that_are_gone_are_counted(copied, kind, many, at):
    ledger = copied(kind)
    chain = _longest(ledger)
    for row in chain[at : at + many]:
        ledger.behind("DELETE FROM decision WHERE id = :id", id=row["id"])
    found = [each for each in check(ledger).findings if each.table == "decision"]
    (gone,) = found
    assert gone.decision == chain[at + many]["id"]
    assert gone.what.startswith("1 decision is gone" if many == 1 else "2 decisions are gone")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("helped", [False, True])
def test_the_end_of_a_chain_is_missed(copied, kind, helped):
    ledger = copied(kind)
    *_, before, last = _longest(ledger)
    ledger.behind("DELETE FROM decision WHERE id = :id", id=last["id"])
    if helped:
        ledger.behind(
            "UPDATE ledger_head SET place = :place, chain = :chain, decision_id = :id "
            'WHERE "partition" = :partition',
            **{name: before[name] for name in ("place", "chain", "id", "partition")},
        )
    tables = {each.table for each in check(ledger).findings}
    assert {"seal"} <= tables if helped else {"decision", "seal"} <= tables


@pytest.mark.parametrize("kind", KINDS)
def test_an_end_of_a_chain_that_there_is_not_is_found(copied, kind):
    ledger = copied(kind)
    ledger.behind("INSERT INTO ledger_head VALUES (99, 0, '', NULL)")
    (finding,) = check(ledger).findings
    assert str(finding) == "ledger_head: the end of a chain 99, which there is not"


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_that_were_added_are_named(copied, kind):
    ledger = copied(kind)
    chain = _longest(ledger)
    copy = dict(chain[-1]) | {"id": chain[-1]["id"] + 1_000}
    _insert(ledger, copy)
    named = [each for each in check(ledger).findings if each.decision == copy["id"]]
    assert any("inserted" in each.what for each in named)


@pytest.mark.parametrize("kind", KINDS)
def test_decisions_that_changed_places_are_named(copied, kind):
    ledger = copied(kind)
    first, second, *_ = _longest(ledger)[1:]
    for old, new in ((first["id"], -1), (second["id"], first["id"]), (-1, second["id"])):
        ledger.behind("UPDATE decision SET id = :new WHERE id = :old", old=old, new=new)
    named = {each.decision for each in check(ledger).findings if each.table == "decision"}
    assert {first["id"], second["id"]} <= named


@pytest.mark.parametrize("kind", KINDS)
def test_private_rows_that_changed_places_are_named(copied, kind):
    ledger = copied(kind)
    first, second = ledger.rows("SELECT * FROM decision_private ORDER BY decision_id LIMIT 2")
    for row, into in ((first, second), (second, first)):
        ledger.behind(
            "UPDATE decision_private SET recorded = :recorded WHERE decision_id = :id",
            recorded=row["recorded"],
            id=into["decision_id"],
        )
    found = {(each.table, each.decision) for each in check(ledger).findings}
    assert found == {("decision_private", each["decision_id"]) for each in (first, second)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("decision", ["decision_id", "NULL", "1000000"])
def test_episodes_that_no_decision_began_are_found(copied, kind, decision):
    ledger = copied(kind)
    ledger.behind(
        "INSERT INTO episode (id, rule_id, partner_id, subject, anchor, n, decision_id, at) "
        f"SELECT id + 100000, rule_id, partner_id, subject, 'x', n, {decision}, at "
        "FROM episode ORDER BY id LIMIT 1"
    )
    (finding,) = check(ledger).findings
    assert finding.table == "episode"


@pytest.mark.parametrize("kind", KINDS)
def test_standings_that_no_decision_made_are_found(copied, kind):
    ledger = copied(kind)
    names = ", ".join(column.name for column in list(METADATA.tables["standing"].columns)[1:])
    ledger.behind(
        f"INSERT INTO standing (partner_id, {names}) "
        f"SELECT 'invented', {names} FROM standing LIMIT 1"
    )
    (finding,) = check(ledger).findings
    assert finding.table == "standing"


@pytest.mark.parametrize("value", ["CAST(X'ff' AS TEXT)", "X'6E61'", "'no number'", "1.5"])
@pytest.mark.parametrize("table", KEYS)
def test_values_of_no_type_that_the_library_writes_are_found(copied, table, value):
    """SQLite takes anything anywhere; a look through the ledger must not stumble over it."""
    ledger = copied("sqlite")
    row = ledger.some(table, f'"{KEYS[table]}"', table)[1]
    for name in row:
        if name == KEYS[table] or (table, name) in NOT_DECIDED:
            continue
        changing = f'UPDATE {table} SET "{name}" = {{}} WHERE "{KEYS[table]}" = :key'
        try:
            ledger.behind(changing.format(value), key=row[KEYS[table]])
        except IntegrityError:
            continue  # What the schema itself refuses.
        assert check(ledger).found, name
        ledger.behind(changing.format(":value"), key=row[KEYS[table]], value=row[name])
    assert check(ledger).findings == []
