"""Rules as data: load them, check them, and know by which ones a decision was made."""

from lifecycle.rulebook.errors import RulebookError
from lifecycle.rulebook.layer import BASE, Change, RuleLayer
from lifecycle.rulebook.load import load_rulebook
from lifecycle.rulebook.model import ClauseText, Task, Then
from lifecycle.rulebook.overriding import OVERRIDDEN
from lifecycle.rulebook.parameters import Parameter, ParameterTooEarly
from lifecycle.rulebook.relying import digest_with, versions_of
from lifecycle.rulebook.rule import Rule, Rulebook, RuleUnknown
from lifecycle.rulebook.sources import Layer, digest_of, write_layers
from lifecycle.rulebook.strata import OUT_OF_POLICY, SUSPENDED, in_strata

__all__ = [
    "BASE",
    "OUT_OF_POLICY",
    "OVERRIDDEN",
    "SUSPENDED",
    "Change",
    "ClauseText",
    "Layer",
    "Parameter",
    "ParameterTooEarly",
    "Rule",
    "RuleLayer",
    "RuleUnknown",
    "Rulebook",
    "RulebookError",
    "Task",
    "Then",
    "digest_of",
    "digest_with",
    "in_strata",
    "load_rulebook",
    "versions_of",
    "write_layers",
]
