"""Sweeps: everybody decided and stored for the first time, and again with one in a hundred changed.

Letters are left out here: `benchmarks.drafts` measures them.
"""

import json
import math
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from benchmarks._figures import Figure, only_warnings, report, say, stopwatch
from benchmarks._population import NOW, TODAY, change_some, fill
from lifecycle.drafting import load_templates
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import rules_folder, templates_folder
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.deciding import DecideAll
from partners.job.engines import choose_engine
from partners.job.letters import Letters
from partners.job.recording import Recorder
from partners.job.running import template_fields
from partners.job.tally import Tally
from partners.store import Store, open_store, run

_SIZE = 1_000_000
_ALONE = "--alone"


def measure(size: int) -> Iterator[Figure]:
    """Yield every figure, each size swept in a process of its own so that memory is told apart."""
    sizes = [max(size // 100, 1_000), max(size // 10, 1_000), size]
    measured = {each: _alone(each) for each in sizes}
    for each, told in measured.items():
        say(f"{each:,}: {json.dumps(told)}")
    told, smaller = measured[size], measured[sizes[1]]
    yield Figure("sweep_first_s", told["first_s"], "s", "45 s", 45 / told["first_s"])
    yield Figure("sweep_again_s", told["again_s"], "s", "15 s", 15 / told["again_s"])
    yield Figure("sweep_rss_mb", told["rss_mb"], "MB", "3 GB", 3000 / told["rss_mb"])
    growths = (math.log10(told[name] / smaller[name]) for name in ("first_s", "again_s"))
    yield Figure("sweep_growth_exponent", max(growths), "", "1 (linear)")


def _alone(size: int) -> dict[str, float]:
    say(f"sweeping {size:,} partners")
    command = [sys.executable, "-m", "benchmarks.sweep", _ALONE, str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def sweep_alone(size: int) -> dict[str, float]:
    """Sweep a new store twice; return seconds, partners changed, and the most memory held in MB."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        # Filled by another process: what filling needs is no memory of the sweep's.
        filling = get_context("spawn").Process(target=_fill, args=(path, size))
        filling.start()
        filling.join()
        with open_store(f"sqlite:///{path}") as store:
            rulebook = _without_letters(load_rulebook(rules_folder()))
            with stopwatch() as first:
                everybody = _decide(store, rulebook)
            with stopwatch() as unchanged:
                nobody = _decide(store, rulebook)
            if len(everybody.changed) != size or nobody.changed:
                raise SystemExit("a second sweep must change nobody, and the first everybody")
            change_some(store)
            with stopwatch() as again:
                some = _decide(store, rulebook)
    return {
        "first_s": first.seconds,
        "unchanged_s": unchanged.seconds,
        "again_s": again.seconds,
        "changed": len(some.changed),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def _fill(path: Path, size: int) -> None:
    fill(path, size).close()


def _decide(store: Store, rulebook: Rulebook) -> Tally:
    engine = choose_engine("auto", rulebook, rulebook.on(TODAY))
    begun = {"started_at": NOW, "status": "running", "engine": engine.name}
    with store.transaction() as connection:
        number = connection.execute(insert(run).values(begun).returning(run.c.id)).scalar_one()
    library = load_templates(templates_folder(), template_fields())
    letters = Letters(library, EXAMPLE_HOUSE, rulebook, "en")
    recorder = Recorder(rulebook, number, engine.name, NOW)
    return DecideAll(store, letters, engine, recorder)(lambda _done, _total: None)


def _without_letters(rulebook: Rulebook) -> Rulebook:
    rules = tuple(
        replace(rule, then=rule.then.model_copy(update={"draft": None})) for rule in rulebook.rules
    )
    return Rulebook(rules, rulebook.parameters, rulebook.clauses, rulebook.digest, rulebook.notes)


if __name__ == "__main__":
    if sys.argv[1:2] == [_ALONE]:
        only_warnings()
        print(json.dumps(sweep_alone(int(sys.argv[2]))))
    else:
        report("sweep", measure, _SIZE)
