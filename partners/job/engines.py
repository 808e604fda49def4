"""Which engine decides here: durable_rules where it can be had, else the native reading."""

from datetime import date
from functools import lru_cache

import structlog

from lifecycle.conditions import Parameters
from lifecycle.deciding import Decider, DurableEngine, Engine, NativeEngine, durable_available
from lifecycle.rulebook import Rulebook
from partners.errors import EngineMissing

__all__ = ["choose_engine", "decider_for", "say_who_stands_in"]

_log = structlog.get_logger()


@lru_cache(maxsize=2)
def decider_for(wanted: str, rulebook: Rulebook, day: date) -> tuple[Decider, str]:
    """Return who decides by a rulebook on a day, with the engine's name; made once for each.

    Raises EngineMissing as `choose_engine` does.
    """
    engine = choose_engine(wanted, rulebook, rulebook.on(day))
    return Decider(rulebook, day, engine), engine.name


def choose_engine(wanted: str, rulebook: Rulebook, parameters: Parameters) -> Engine:
    """Return the engine for `auto`, `durable` or `native`.

    Raises EngineMissing when `durable` was asked for by name and is not installed.
    """
    if wanted == "native":
        return NativeEngine(rulebook.rules, parameters)
    if durable_available():
        return DurableEngine(rulebook.rules, parameters)
    if wanted == "durable":
        raise EngineMissing(
            "The engine durable_rules is not installed here.",
            where="engine",
            remedy="install partner-lifecycle[durable] (Python below 3.13 and a C compiler), "
            'or set engine = "auto"',
        )
    return NativeEngine(rulebook.rules, parameters)


def say_who_stands_in(wanted: str) -> None:
    """Log, for the one who starts a job, that native decides where durable_rules was hoped for."""
    if wanted == "auto" and not durable_available():
        reason = "durable_rules is not installed here; the results are the same"
        _log.warning("engine.native_stands_in", reason=reason)
