"""The policy seen from its clauses: what carries each, and the page that says so."""

from lifecycle.authoring.policy.page import policy_page
from lifecycle.authoring.policy.table import ClauseRow, clause_table

__all__ = ["ClauseRow", "clause_table", "policy_page"]
