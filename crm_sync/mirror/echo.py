"""Write through: what reached the CRM stands in the mirror at once, before the next reading."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect

__all__ = ["echo"]


def echo(connection: Connection, name: str, field: str, values: Mapping[str, str]) -> None:
    """Set `field` of an object's mirrored records, by Id, to what was written to the CRM.

    Without it a mirror read before the write would show a value that nobody holds any more. An
    object or field that is not mirrored is left out.
    """
    table = f"crm_{name}"
    inspector = inspect(connection)
    if not values or not inspector.has_table(table):
        return
    if field not in {column["name"] for column in inspector.get_columns(table)}:
        return
    quote = connection.dialect.identifier_preparer.quote
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = f'UPDATE {quote(table)} SET {quote(field)} = {mark} WHERE "Id" = {mark}'
    rows = [(value, record_id) for record_id, value in values.items()]
    connection.exec_driver_sql(statement, rows)
