"""Read snowfakery's JSON: a list of records, each with its `_table` and `id`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.loading.table import Table

__all__ = ["read_snowfakery"]


def read_snowfakery(path: Path, text: str) -> list[Table]:
    """Return the tables of a JSON file; raises SandboxError when it is something else."""
    try:
        records = json.loads(text)
    except json.JSONDecodeError as error:
        raise SandboxError(
            f"The file cannot be read as JSON: {error.msg}.", where=f"{path}:{error.lineno}"
        ) from error
    if not isinstance(records, list):
        raise _wrong(path, "the file must hold a list of records")
    tables: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict) or not {"_table", "id"} <= record.keys():
            raise _wrong(path, f"record {number} needs _table and id")
        values = {name: each for name, each in record.items() if name not in {"_table", "id"}}
        tables.setdefault(str(record["_table"]), []).append((str(record["id"]), values))
    return [Table(name, _columns(rows), rows) for name, rows in tables.items()]


def _columns(rows: list[tuple[str, Mapping[str, Any]]]) -> list[str]:
    return list(dict.fromkeys(name for _, values in rows for name in values))


def _wrong(path: Path, what: str) -> SandboxError:
    return SandboxError(
        f"This is not what snowfakery writes: {what}.",
        where=str(path),
        remedy="Write it with `snowfakery --output-format json`.",
    )
