"""An invented store of any size: tables named like the views, filled in seconds.

For each partner it has three gifts, one contact and one row in the other views. Values come from
hashes of row numbers, so that the same size always gives the same rows.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from sqlalchemy import text

from partner_lifecycle.views import VIEWS, Column, ColumnType
from partners.store import Store, open_store

__all__ = ["NOW", "TODAY", "change_some", "fill", "partner_id"]

NOW = datetime(2026, 6, 15, 6, tzinfo=UTC)
TODAY = NOW.date()
_PER_PARTNER = {
    "contact": 1.0,
    "gift": 3.0,
    "agreement": 0.2,
    "diligence": 0.2,
    "obligation": 0.2,
    "touch": 0.4,
}
_SQL = {ColumnType.INTEGER: "BIGINT", ColumnType.CENTS: "BIGINT", ColumnType.BOOLEAN: "SMALLINT"}
_STAGES = "prospect " * 8 + "diligence agreement renewal " + "active " * 6 + "closed " * 3
_TEXTS: dict[tuple[str, str], Sequence[str | None]] = {
    ("partner", "audience"): ["corporation", "foundation", "hnwi", "public", "public", "public"],
    ("partner", "crm_stage"): _STAGES.split(),
    ("partner", "crm_object"): ["Account"],
    ("partner", "country"): ["Kenya", "France", "Peru", "Japan", "Norway", None],
    ("partner", "sector"): ["Health", "Energy", "Retail", None],
    ("contact", "email"): ["someone@example.org"] * 9 + [None],
    ("gift", "status"): [*["received"] * 18, "pledged", "written_off"],
    ("gift", "currency"): ["USD"],
    ("agreement", "status"): ["draft", "sent", *["signed"] * 4, "ended", "cancelled"],
    ("diligence", "status"): ["open", "waiting", "assessed", *["decided"] * 4],
    ("diligence", "outcome"): ["cleared"] * 8 + ["conditions", "refused"],
    ("touch", "outcome"): ["interested", "neutral", "neutral", "declined", "none", "none"],
}
_RARELY = ("exclusive", "endorses", "email_opt_out", "do_not_contact", "deceased")
_SELDOM_MISSING = ("acknowledged_at", "signed_at", "done_at", "decided_at")
_NEVER = ("crm_stage_by", "crm_stage_at", "bounced_at", "previous_id", "recurring_id")


def partner_id(number: int) -> str:
    """Return the id of the partner with this number."""
    return f"001{number:015}"


def fill(path: Path, partners: int) -> Store:
    """Make a store at `path` with `partners` partners and what hangs on them; return it open."""
    store = open_store(f"sqlite:///{path}")
    with store.transaction() as connection:
        for view in VIEWS:
            connection.execute(text(_table(view)))
    for view, ratio in {"partner": 1.0, **_PER_PARTNER}.items():
        _ingest(path, view, _rows(view, int(partners * ratio), partners))
    with store.transaction() as connection:
        for view in VIEWS:
            # As in a mirror: every row is found by its id, and by whose it is.
            connection.execute(text(f'CREATE INDEX "by_id_{view}" ON "{view}" (id)'))
            if view != "partner":
                connection.execute(text(f'CREATE INDEX "of_{view}" ON "{view}" (partner_id)'))
    return store


def change_some(store: Store) -> int:
    """Let something happen to about one partner in a hundred; return to how many.

    A gift they promised is overdue: it concerns everybody who is not closed.
    """
    pledged = text(
        "INSERT INTO gift (id, partner_id, kind, status, amount, currency, amount_usd, date) "
        "SELECT 'new' || id, id, 'cash', 'pledged', 100000, 'USD', 100000, '2026-01-31' "
        "FROM partner WHERE CAST(substr(id, 4) AS INTEGER) % 85 = 0 AND crm_stage != 'closed'"
    )
    with store.transaction() as connection:
        return connection.execute(pledged).rowcount


def _table(view: str) -> str:
    columns = (f'"{c.name}" {_SQL.get(c.type, "TEXT")}' for c in VIEWS[view].columns.values())
    return f'CREATE TABLE "{view}" ({", ".join(columns)})'


def _ingest(path: Path, view: str, rows: pl.DataFrame) -> None:
    with adbc.connect(f"file:{path}") as connection, connection.cursor() as cursor:
        cursor.adbc_ingest(view, rows, mode="append")
        connection.commit()


def _rows(view: str, height: int, partners: int) -> pl.DataFrame:
    numbers = pl.DataFrame({"n": pl.int_range(height, eager=True)})
    columns = VIEWS[view].columns.values()
    return numbers.select(
        _value(view, column, seed, partners).alias(column.name)
        for seed, column in enumerate(columns, 1)
    )


def _value(view: str, column: Column, seed: int, partners: int) -> pl.Expr:
    chance = pl.col("n").hash(seed * 7919 + len(view))
    if column.name == "id":
        prefix = "001" if view == "partner" else view[:3]
        return pl.concat_str(pl.lit(prefix), pl.col("n").cast(pl.String).str.zfill(15))
    if column.name == "partner_id":
        # Every partner has its contact; gifts and the rest fall where they fall.
        owner = pl.col("n") % partners if view == "contact" else chance % partners
        return pl.concat_str(pl.lit("001"), owner.cast(pl.String).str.zfill(15))
    if column.name == "parent_id":
        above = pl.concat_str(pl.lit("001"), (chance % 1000).cast(pl.String).str.zfill(15))
        return pl.when(chance % 10 == 0).then(above)
    if column.name in _NEVER:
        return pl.lit(None, dtype=pl.String)
    return _of_type(view, column, chance)


def _of_type(view: str, column: Column, chance: pl.Expr) -> pl.Expr:
    match column.type:
        case ColumnType.CENTS | ColumnType.INTEGER:
            return (chance % (9 if column.type is ColumnType.INTEGER else 50_000_000)).cast(
                pl.Int64
            )
        case ColumnType.BOOLEAN:
            often = chance % 20 == 0 if column.name in _RARELY else chance % 20 > 0
            return often.cast(pl.Int64)
        case ColumnType.DATE | ColumnType.INSTANT:
            return _day(column, chance)
    given = _TEXTS.get((view, column.name), column.values or (f"{column.name} of somebody",))
    return pl.lit(pl.Series(given, dtype=pl.String)).gather(chance % len(given))


def _day(column: Column, chance: pl.Expr) -> pl.Expr:
    ahead = 500 if column.name in ("end_date", "due_date", "valid_until", "conditions_due") else 0
    days = (chance % 1000).cast(pl.Int64) - 1000 + ahead
    day = pl.lit(TODAY) + pl.duration(days=days)
    shape = "%Y-%m-%dT00:00:00.000Z" if column.type is ColumnType.INSTANT else "%Y-%m-%d"
    missing = (chance // 1000) % 50 == 0 if column.name in _SELDOM_MISSING else pl.lit(False)
    return pl.when(~missing).then(day.dt.strftime(shape))
