"""Decide one partner with why and why not, or sweep all of them and find who changed."""

from lifecycle.deciding.cases import case_of, cases, cases_of
from lifecycle.deciding.decide import Case, Decider
from lifecycle.deciding.decision import Decision, Firing, Move, Reason, Seen, WhyNot
from lifecycle.deciding.durable import DurableEngine, durable_available, durable_definition
from lifecycle.deciding.engine import Engine
from lifecycle.deciding.episodes import Episode, Past, new_episodes
from lifecycle.deciding.native import NativeEngine
from lifecycle.deciding.review import review_column
from lifecycle.deciding.summary import Summary, summarise
from lifecycle.deciding.sweep import Sweep, Sweeper, sweep
from lifecycle.deciding.words import shown

__all__ = [
    "Case",
    "Decider",
    "Decision",
    "DurableEngine",
    "Engine",
    "Episode",
    "Firing",
    "Move",
    "NativeEngine",
    "Past",
    "Reason",
    "Seen",
    "Summary",
    "Sweep",
    "Sweeper",
    "WhyNot",
    "case_of",
    "cases",
    "cases_of",
    "durable_available",
    "durable_definition",
    "new_episodes",
    "review_column",
    "shown",
    "summarise",
    "sweep",
]
