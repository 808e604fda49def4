"""Rules as data: load them, check them, and know by which ones a decision was made."""

from lifecycle.rulebook.load import RulebookError, load_rulebook
from lifecycle.rulebook.model import ClauseText, Task, Then
from lifecycle.rulebook.parameters import Parameter, ParameterTooEarly
from lifecycle.rulebook.rule import Rule, Rulebook, RuleUnknown
from lifecycle.rulebook.sources import Layer, digest_of, write_layers
from lifecycle.rulebook.strata import SUSPENDED

__all__ = [
    "SUSPENDED",
    "ClauseText",
    "Layer",
    "Parameter",
    "ParameterTooEarly",
    "Rule",
    "RuleUnknown",
    "Rulebook",
    "RulebookError",
    "Task",
    "Then",
    "digest_of",
    "load_rulebook",
    "write_layers",
]
