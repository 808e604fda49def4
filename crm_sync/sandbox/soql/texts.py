"""What SQLite does not know of texts: case and accents beyond A to Z."""

import sqlite3
import unicodedata

__all__ = ["LOWER", "SORTED", "teach"]

LOWER = "soql_lower"
SORTED = "soql_sorted"

_Stored = str | float | None


def teach(connection: sqlite3.Connection) -> None:
    """Give the connection, once, the functions that the SQL of a statement may call."""
    try:  # SQLite refuses to define them anew while rows are still being read
        connection.execute(f"SELECT {LOWER}('')")
    except sqlite3.OperationalError:
        connection.create_function(LOWER, 1, _lower, deterministic=True)
        connection.create_function(SORTED, 1, _sorted, deterministic=True)


def _lower(value: _Stored) -> _Stored:
    return value.lower() if isinstance(value, str) else value


def _sorted(value: _Stored) -> _Stored:
    """Return what sorts a text without regard to case and accents."""
    if not isinstance(value, str):
        return value
    if value.isascii():
        return value.lower()
    letters = unicodedata.normalize("NFKD", value.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
