"""A staged page into a mirrored table: only rows that are new or differ are written."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table

from crm_sync.mirror.staging import STAGED

__all__ = ["set_columns", "upsert_staged"]


def upsert_staged(connection: Connection, table: Table, *, where: str = "") -> int:
    """Insert the staged rows, or change those with the same Id; return how many that were.

    The table's columns must be those of the page. `where`: SQL that chooses rows of the page.
    """
    names = list(table.columns.keys())
    others = [name for name in names if name != "Id"]
    listed = _listed(names)
    statement = f'INSERT INTO "{table.name}" ({listed}) SELECT {listed} FROM {STAGED} '
    # SQLite takes the ON of a conflict for the ON of a join where no WHERE comes before.
    statement += f'WHERE {where or "1 = 1"} ON CONFLICT ("Id") DO '
    if others:
        new = ", ".join(f'"{name}" = excluded."{name}"' for name in others)
        differ = _differ(connection, f'"{table.name}"', "excluded", others)
        statement += f"UPDATE SET {new} WHERE {differ}"
    else:
        statement += "NOTHING"
    return connection.exec_driver_sql(statement).rowcount


def set_columns(
    connection: Connection, table: Table, names: Sequence[str], *, stamp: str, mark: str
) -> int:
    """Set columns of rows that are here to what the page says; return how many differed.

    Only rows whose `stamp` lies before `mark`: others may have been read after the page was.
    """
    new = ", ".join(f'"{name}" = page."{name}"' for name in names)
    differ = _differ(connection, f'"{table.name}"', "page", names)
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = (
        f'UPDATE "{table.name}" SET {new} FROM {STAGED} AS page '
        f'WHERE "{table.name}"."Id" = page."Id" AND "{table.name}"."{stamp}" < {sign} AND {differ}'
    )
    return connection.exec_driver_sql(statement, (mark,)).rowcount


def _listed(names: Sequence[str], before: str = "") -> str:
    return ", ".join(f'{before}"{name}"' for name in names)


def _differ(connection: Connection, one: str, other: str, names: Sequence[str]) -> str:
    sign = "IS NOT" if connection.dialect.name == "sqlite" else "IS DISTINCT FROM"
    return f"({_listed(names, f'{one}.')}) {sign} ({_listed(names, f'{other}.')})"
