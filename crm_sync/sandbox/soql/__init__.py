"""SOQL: read, checked against the org's objects, run as SQL and shaped as Salesforce does."""

from crm_sync.sandbox.soql.errors import SoqlError
from crm_sync.sandbox.soql.parser import parse
from crm_sync.sandbox.soql.run import Rows, run
from crm_sync.sandbox.soql.tree import Query

__all__ = ["Query", "Rows", "SoqlError", "parse", "run"]
