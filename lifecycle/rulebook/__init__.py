"""Rules as data: load them, check them, and know by which ones a decision was made."""

from lifecycle.rulebook.load import RulebookError, load_rulebook
from lifecycle.rulebook.model import ClauseText, Task, Then
from lifecycle.rulebook.parameters import Parameter, ParameterTooEarly
from lifecycle.rulebook.rule import Rule, Rulebook, RuleUnknown
from lifecycle.rulebook.strata import SUSPENDED

__all__ = [
    "SUSPENDED",
    "ClauseText",
    "Parameter",
    "ParameterTooEarly",
    "Rule",
    "RuleUnknown",
    "Rulebook",
    "RulebookError",
    "Task",
    "Then",
    "load_rulebook",
]
