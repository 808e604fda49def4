"""Load a file into an org, whatever tool wrote it."""

from pathlib import Path

from crm_sync.sandbox.errors import SandboxError
from crm_sync.sandbox.loading.csv_folder import read_csv_folder
from crm_sync.sandbox.loading.mapping import MappedTable, read_mapping
from crm_sync.sandbox.loading.report import LoadReport
from crm_sync.sandbox.loading.snowfakery import read_snowfakery
from crm_sync.sandbox.loading.sql_dump import read_sql
from crm_sync.sandbox.loading.table import Table
from crm_sync.sandbox.loading.translate import Translation
from crm_sync.sandbox.org import Org

__all__ = ["load_file"]


def load_file(org: Org, path: Path, mapping: Path | None = None) -> LoadReport:
    """Load a SQL dump (.sql), snowfakery's JSON (.json) or a folder of CSV files into an org.

    Beside a dump a CumulusCI mapping `<name>_mapping.yml` is used, unless `mapping` names another.
    All is loaded or, when SandboxError is raised, nothing.
    """
    tables, known = _read(path), _mapping(path, mapping)
    try:
        translation = Translation(org, tables, known)
        ids = org.load(translation.records)
    except SandboxError as error:
        place = f"{path}, {error.where}" if error.where else str(path)
        raise SandboxError(error.what, where=place, remedy=error.remedy) from error
    rows = {name: len(records) for name, records in translation.records.items()}
    return LoadReport(rows, translation.skipped, dict(translation.dangling), ids)


def _read(path: Path) -> list[Table]:
    if path.is_dir():
        return read_csv_folder(path)
    readers = {".sql": read_sql, ".json": read_snowfakery}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SandboxError(
            "The local org cannot tell what this file is.",
            where=str(path),
            remedy="Name a SQL dump (.sql), snowfakery's JSON (.json) or a folder of CSV files.",
        )
    try:
        return reader(path, path.read_text("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise SandboxError(f"The file cannot be read: {reason}.", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise SandboxError("The file is not text in UTF-8.", where=str(path)) from error


def _mapping(path: Path, given: Path | None) -> dict[str, MappedTable]:
    beside = path.with_name(f"{path.stem}_mapping.yml")
    chosen = given or (beside if path.suffix.lower() == ".sql" and beside.is_file() else None)
    return read_mapping(chosen) if chosen else {}
