"""Read a folder of CSV files: one for each object, its API names in the first line."""

import csv
from collections.abc import Mapping
from pathlib import Path

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.loading.table import Table

__all__ = ["read_csv_folder"]

_KEYS = ("_id", "id")


def read_csv_folder(folder: Path) -> list[Table]:
    """Return a table for each file; the column `_id` or `Id` holds the local id, if there is one.

    Raises SandboxError for an empty folder, and with the line for a row that does not fit.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise SandboxError(
            "The folder holds no CSV file.",
            where=str(folder),
            remedy="Put one file for each object into it, e.g. Account.csv and Contact.csv.",
        )
    return [_table(path) for path in paths]


def _table(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        try:
            rows = [_row(path, reader.line_num, each) for each in reader]
        except (csv.Error, UnicodeDecodeError) as error:
            raise SandboxError(
                f"The file cannot be read as CSV in UTF-8: {error}.",
                where=f"{path}:{reader.line_num}",
            ) from error
    columns = list(reader.fieldnames or ())
    named = {each.lower(): each for each in columns}
    key = next((named[name] for name in _KEYS if name in named), None)
    numbered = [
        (str(number if key is None else each[key]), each)
        for number, each in enumerate(rows, start=1)
    ]
    return Table(path.stem, [each for each in columns if each != key], numbered)


def _row(path: Path, line: int, row: Mapping[str, str]) -> Mapping[str, str]:
    if None in row or None in row.values():
        raise SandboxError(
            "The row does not have as many cells as the first line has names.",
            where=f"{path}:{line}",
            remedy="Add or remove cells; put text with commas or line breaks into quotes.",
        )
    return row
