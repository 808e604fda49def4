"""Load files that other tools wrote: SQL dumps, folders of CSV, snowfakery's output."""

from crm_sync.sandbox.loading.load import load_file
from crm_sync.sandbox.loading.report import LoadReport

__all__ = ["LoadReport", "load_file"]
