"""Take over an org that has long been running: stages adopted, what is past marked as done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import polars as pl

from lifecycle.deciding import Case, Decider, Engine, cases_of, new_episodes, summarise
from lifecycle.rulebook import Rulebook
from partners.job.chunks import in_chunks
from partners.job.episodes import read_past
from partners.job.looking import Look, Population
from partners.job.recording import Outcome, Recorder
from partners.store import Store

__all__ = ["TAKEN_OVER", "take_over"]

_AT_ONCE = 2_000
TAKEN_OVER = "taken over"
"""The outcome of a partner that was taken over: the next run decides it in any case."""


def take_over(
    store: Store, rulebook: Rulebook, engine: Engine, recorder: Recorder, now: datetime
) -> int:
    """Adopt the stage of every partner without a standing; return how many.

    Every rule that holds there counts as having acted, so that the first run draws up no letters
    and sets no tasks for what has long been going on. Nobody is moved and nothing is written back.
    """
    everybody = Population.read(store, rulebook, now.date())
    decider = Decider(rulebook, now.date(), engine, moving=False)
    met = (case for seen in everybody.looks(rulebook) for case in _unknown(seen))
    taken = 0
    for some in in_chunks(met, _AT_ONCE):
        with store.transaction() as connection:
            decisions = [replace(decider.decide(case), why_not=()) for case in some]
            past = read_past(connection, decisions, rulebook.renamed)
            outcomes = [
                Outcome(
                    case=case,
                    decision=each,
                    summary=summarise(each, rulebook),
                    outcome_hash=TAKEN_OVER,
                    episodes=new_episodes(each, past),
                    letters=(),
                )
                for case, each in zip(some, decisions, strict=True)
            ]
            numbers = recorder.decisions(connection, outcomes)
            recorder.standings(connection, outcomes, numbers)
            recorder.episodes(connection, outcomes, numbers)
        taken += len(outcomes)
    return taken


def _unknown(seen: Look) -> Iterator[Case]:
    new = pl.col("outcome_hash").is_null()
    matrix = seen.sweep.matrix.filter(new).with_columns(pl.lit(False).alias("still"))
    return cases_of(matrix, seen.sweep.rows, seen.acted)
