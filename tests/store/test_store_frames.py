"""Frames have the contract's types whatever the rows hold, and merged partners are one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from sqlalchemy import BigInteger, Column, Float, MetaData, Table, Text
from structlog.testing import capture_logs

from partner_lifecycle.views import VIEWS, ColumnType
from partners.errors import StoreError
from partners.store import FRAMES, SCHEMAS, Store, partner_alias, read_frame, standing

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_SQL = {ColumnType.SHARE: Float, ColumnType.INTEGER: BigInteger, ColumnType.CENTS: BigInteger}
_SQL |= {ColumnType.BOOLEAN: BigInteger}
VIEW_TABLES = MetaData()
for _name, _view in VIEWS.items():
    Table(
        _name,
        VIEW_TABLES,
        *(Column(column.name, _SQL.get(column.type, Text)) for column in _view.columns.values()),
    )
_FULL = {
    ColumnType.TEXT: "text",
    ColumnType.INTEGER: 2**40,
    ColumnType.CENTS: 12_345,
    ColumnType.SHARE: 0.25,
    ColumnType.DATE: "2026-02-28",
    ColumnType.INSTANT: "2026-02-28T23:59:59.999Z",
    ColumnType.BOOLEAN: 1,
}


@pytest.fixture
def filled(any_store: Store) -> Iterator[Store]:
    """A store with tables in place of the views."""
    with any_store.transaction() as connection:
        VIEW_TABLES.create_all(connection)
    yield any_store


def put(store: Store, view: str, *rows: dict[str, Any]) -> None:
    every = dict.fromkeys(FRAMES[view])
    with store.transaction() as connection:
        connection.execute(VIEW_TABLES.tables[view].insert(), [every | row for row in rows])


def both_ways(store: Store, view: str, ids: list[str] | None = None) -> list[pl.DataFrame]:
    """The frame read from the store and from a connection."""
    with store.reading() as connection:
        return [read_frame(store, view, ids), read_frame(connection, view, ids)]


@pytest.mark.parametrize("view", sorted(SCHEMAS))
def test_an_empty_frame_has_all_its_types(filled: Store, view: str) -> None:
    for ids in (None, [], ["001A"]):
        for frame in both_ways(filled, view, ids):
            assert frame.is_empty()
            assert frame.schema == SCHEMAS[view]


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_every_type_of_value_arrives(filled: Store, view: str) -> None:
    full = {name: _FULL[kind] for name, kind in FRAMES[view].items()}
    put(filled, view, {}, full)
    for frame in both_ways(filled, view):
        assert frame.schema == SCHEMAS[view]
        empty, read = sorted(frame.rows(named=True), key=str, reverse=True)[::-1], frame.rows()
        assert len(read) == 2
        row = next(row for row in empty if any(value is not None for value in row.values()))
        for name, kind in FRAMES[view].items():
            assert row[name] == _EXPECTED[kind]


_EXPECTED = _FULL | {
    ColumnType.DATE: date(2026, 2, 28),
    ColumnType.INSTANT: datetime(2026, 2, 28, 23, 59, 59, 999_000, tzinfo=UTC),
    ColumnType.BOOLEAN: True,
}


@pytest.mark.slow
def test_types_hold_on_100k_rows_that_begin_with_nulls(store: Store) -> None:
    with store.transaction() as connection:
        VIEW_TABLES.create_all(connection)
    full = {name: _FULL[kind] for name, kind in FRAMES["gift_credit"].items()}
    gift = {name: _FULL[kind] for name, kind in FRAMES["gift"].items()}
    put(store, "gift", *({} for _ in range(2_000)), *(gift for _ in range(98_000)))
    put(store, "gift_credit", *({} for _ in range(2_000)), full, full | {"share": 1})
    frame = read_frame(store, "gift")
    assert frame.schema == SCHEMAS["gift"]
    assert frame.height == 100_000
    assert frame["amount_usd"].sum() == 98_000 * 12_345
    assert frame["date"].null_count() == 2_000
    credit = read_frame(store, "gift_credit")
    assert credit["share"].drop_nulls().to_list() == [0.25, 1.0]


def test_what_is_no_date_becomes_null_and_is_counted(filled: Store) -> None:
    bad = ["2026-02-30", "2026-1-1", "21.11.2026", "2026-01-01T00:00:00Z", ""]
    put(filled, "obligation", {"due_date": "2026-01-01"}, *({"due_date": text} for text in bad))
    put(filled, "touch", {"at": "2026-01-01T00:00:00.000Z"}, {"at": "2026-01-01"}, {"at": "soon"})
    put(filled, "contact", {"deceased": 0}, {"deceased": 7})
    cases = (("obligation", "due_date", 5), ("touch", "at", 2), ("contact", "deceased", 1))
    for view, column, count in cases:
        with capture_logs() as logs:
            frame = read_frame(filled, view)
        assert frame[column].null_count() == count
        assert frame[column].drop_nulls().len() == 1
        assert [(log["view"], log["column"], log["count"]) for log in logs] == [
            (view, column, count)
        ]


def test_a_column_of_another_type_is_an_error_that_names_it(store: Store) -> None:
    with store.transaction() as connection:
        VIEW_TABLES.create_all(connection)
        connection.exec_driver_sql("INSERT INTO gift (id, amount_usd) VALUES ('a', 1.5)")
    for source in both_sources(store):
        with pytest.raises(StoreError, match="'gift' cannot be read"):
            read_frame(source, "gift")
        source.close()


def both_sources(store: Store) -> Iterator[Any]:
    yield store
    yield store.engine.connect()


def test_a_view_that_is_missing_is_an_error_of_the_store(any_store: Store) -> None:
    with pytest.raises(StoreError):
        read_frame(any_store, "partner")
    with pytest.raises(StoreError):
        read_frame(any_store, "partner", ["001A"])


def test_only_the_partners_asked_for_are_read(filled: Store) -> None:
    put(filled, "partner", *({"id": f"P{number}"} for number in range(30)))
    put(filled, "gift", *({"id": f"G{number}", "partner_id": f"P{number}"} for number in range(30)))
    for view, column in (("partner", "id"), ("gift", "partner_id")):
        for frame in both_ways(filled, view, ["P3", "P29", "P77"]):
            assert sorted(frame[column]) == ["P29", "P3"]


def test_many_partners_are_asked_for_in_parts(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partners.store.frames._IDS_AT_ONCE", 7)
    put(filled, "partner", *({"id": f"P{number}"} for number in range(30)))
    wanted = [f"P{number}" for number in range(25)]
    assert sorted(read_frame(filled, "partner", wanted)["id"]) == sorted(wanted)


def test_a_merged_partner_is_read_as_the_one_it_lives_on_as(filled: Store) -> None:
    merges = [{"old_id": "A", "id": "B"}, {"old_id": "B", "id": "C"}]
    with filled.transaction() as connection:
        connection.execute(partner_alias.insert(), merges)
    put(filled, "partner", {"id": "A"}, {"id": "C"}, {"id": "D", "parent_id": "A"})
    put(filled, "gift", {"id": "1", "partner_id": "A"}, {"id": "2", "partner_id": "C"})
    for ids in (None, ["C", "D"], ["A", "D"]):
        for frame in both_ways(filled, "partner", ids):
            assert sorted(frame.select("id", "parent_id").rows()) == [("C", None), ("D", "C")]
        for frame in both_ways(filled, "gift", ids):
            assert sorted(frame.select("id", "partner_id").rows()) == [("1", "C"), ("2", "C")]
    for frame in both_ways(filled, "partner_alias"):
        assert sorted(frame.rows()) == [("A", "C"), ("B", "C")]


def test_of_merged_partners_the_living_ones_standing_counts(filled: Store) -> None:
    with filled.transaction() as connection:
        connection.execute(
            partner_alias.insert(), [{"old_id": "A", "id": "C"}, {"old_id": "B", "id": "D"}]
        )
        rows = [stands("A", "active"), stands("C", "prospect"), stands("B", "renewal")]
        connection.execute(standing.insert(), rows)
    for frame in both_ways(filled, "standing"):
        assert sorted(frame.select("partner_id", "stage").rows()) == [
            ("C", "prospect"),
            ("D", "renewal"),
        ]


def stands(partner_id: str, stage: str) -> dict[str, Any]:
    return {
        "partner_id": partner_id,
        "stage": stage,
        "since": date(2026, 1, 1),
        "visit": 1,
        "suspended": False,
        "outcome_hash": "",
        "updated_at": NOW,
    }


def test_merges_that_run_in_a_circle_end(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(
            partner_alias.insert(), [{"old_id": "A", "id": "B"}, {"old_id": "B", "id": "A"}]
        )
    assert read_frame(store, "partner_alias").height == 2


def test_a_connections_own_changes_are_seen(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(standing.insert(), stands("A", "active"))
        assert read_frame(connection, "standing")["stage"].to_list() == ["active"]
        assert read_frame(store, "standing").is_empty()


def test_a_name_that_is_no_frame_is_a_mistake_of_the_caller(store: Store) -> None:
    with pytest.raises(KeyError):
        read_frame(store, "decision")
