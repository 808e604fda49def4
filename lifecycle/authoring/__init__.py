"""Tools for those who write rules: check, test, explain, print as a handbook, compare."""

from lifecycle.authoring.case_files import CaseProblems, load_cases
from lifecycle.authoring.case_text import Case, Expected
from lifecycle.authoring.cases import CaseResult, Failure, run_case, run_cases
from lifecycle.authoring.checking import check_rulebook
from lifecycle.authoring.checks.carried import check_carried
from lifecycle.authoring.checks.letters import check_purposes, template_fields
from lifecycle.authoring.checks.unused import list_unused
from lifecycle.authoring.comparing import Compared, Comparing, Difference, Differences, compare
from lifecycle.authoring.findings import Finding
from lifecycle.authoring.handbook import write_handbook
from lifecycle.authoring.indicators import Indicator, load_indicators
from lifecycle.authoring.policy import ClauseRow, clause_table, policy_page
from lifecycle.authoring.readings import READINGS
from lifecycle.authoring.wording import Phrase, Wording, actions, when_once

__all__ = [
    "READINGS",
    "Case",
    "CaseProblems",
    "CaseResult",
    "ClauseRow",
    "Compared",
    "Comparing",
    "Difference",
    "Differences",
    "Expected",
    "Failure",
    "Finding",
    "Indicator",
    "Phrase",
    "Wording",
    "actions",
    "check_carried",
    "check_purposes",
    "check_rulebook",
    "clause_table",
    "compare",
    "list_unused",
    "load_cases",
    "load_indicators",
    "policy_page",
    "run_case",
    "run_cases",
    "template_fields",
    "when_once",
    "write_handbook",
]
