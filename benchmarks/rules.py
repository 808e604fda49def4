"""Rules: a whole population against other engines, and one partner with why and why not."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks._figures import Figure, report, rss_mb, say, stopwatch
from benchmarks._hundred import FACTS, hundred_rules, rulebook_of
from benchmarks._peers import Answer, ask
from benchmarks._population import NOW, TODAY, fill, partner_id
from crm_sync.sandbox import LocalOrg, load_schema
from lifecycle.conditions import read_columns
from lifecycle.deciding import Case, Decider, Engine, cases
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import metadata_folder, rules_folder
from partners.demo.filling import DemoOrg
from partners.job.collecting import collector_paused
from partners.job.engines import choose_engine
from partners.job.looking import Population
from partners.job.running import load_job
from partners.job.showing import show_partner
from partners.settings import ProfileSettings, Settings
from partners.store import Store, open_store

_SIZE = 1_000_000
_SAMPLE = 2_000
_SHOWN = 100
_DECIDED = 10_000
_DEMO = 1_000
_PEERS = (
    ("durable_over_rules", "durable-rules", "durable_peer.py"),
    ("zen_over_rules", "zen-engine", "zen_peer.py"),
    ("rule_engine_over_rules", "rule-engine", "rule_engine_peer.py"),
)


def measure(size: int) -> Iterator[Figure]:
    """Yield every figure for a store of `size` partners."""
    with TemporaryDirectory() as folder:
        say(f"filling a store with {size:,} partners")
        with fill(Path(folder) / "store.db", size) as store:
            rulebook = load_rulebook(rules_folder())
            everybody = Population.read(store, rulebook, TODAY)
            yield from _against_peers(everybody, rulebook, Path(folder))
            yield from _one_by_one(everybody, rulebook)
            del everybody
            yield _shown(store, rulebook, size)
        yield from _engines(Path(folder) / "demo", rulebook, size)


def _against_peers(everybody: Population, rulebook: Rulebook, folder: Path) -> Iterator[Figure]:
    say("a hundred rules over the whole population")
    facts = pl.concat(
        look.sweep.matrix.select("partner.id", *FACTS) for look in everybody.looks(rulebook)
    )
    rules = hundred_rules()
    (folder / "hundred").mkdir()
    book = rulebook_of(rules, folder / "hundred")
    with stopwatch() as watch:
        parameters = book.on(TODAY)
        holds = facts.select(
            read_columns(rule.when, parameters).alias(rule.id) for rule in book.rules
        )
    ours = watch.seconds / facts.height
    rows = facts.head(_SAMPLE).select(FACTS).to_dicts()
    expected = [
        sorted(name for name, yes in row.items() if yes)
        for row in holds.head(_SAMPLE).iter_rows(named=True)
    ]
    for figure, package, script in _PEERS:
        say(f"the same in {package}, for {len(rows):,} partners")
        answer = ask(package, script, rules, rows)
        if answer is not None:
            _must_agree(package, answer, expected)
            times = answer.seconds_per_row / ours
            yield Figure(figure, times, "times", package, times)


def _must_agree(package: str, answer: Answer, expected: Sequence[Sequence[str]]) -> None:
    if answer.holding != expected:
        raise SystemExit(f"{package} finds other rules than we do: the comparison means nothing")


def _one_by_one(everybody: Population, rulebook: Rulebook) -> Iterator[Figure]:
    say("changed decisions with why")
    seen = next(everybody.looks(rulebook))
    engine = choose_engine("native", rulebook, rulebook.on(TODAY))
    decider = Decider(rulebook, TODAY, engine)
    with collector_paused(), stopwatch() as watch:
        some = [decider.decide(case) for case in islice(cases(seen.sweep, seen.acted), _DECIDED)]
    per_10k = watch.seconds / len(some) * 10_000
    yield Figure("changed_with_why_s_per_10k", per_10k, "s", "1 s", 1 / per_10k)
    live = Decider(rulebook, TODAY, choose_engine("auto", rulebook, rulebook.on(TODAY)))
    few = list(islice(cases(seen.sweep, seen.acted), 1_000))
    ms = statistics.median(_times(live, few)) * 1000
    yield Figure("decide_ms", ms, "ms", "1 ms", 1 / ms)


def _times(decider: Decider, some: Sequence[Case]) -> Iterator[float]:
    for case in some:
        begun = time.perf_counter()
        decider.decide(case)
        yield time.perf_counter() - begun


def _shown(store: Store, rulebook: Rulebook, size: int) -> Figure:
    say("one partner from the store")
    random, times = Random(1), []
    for _ in range(_SHOWN):
        wanted = partner_id(random.randrange(size))
        with stopwatch() as watch:
            show_partner(store, rulebook, wanted, NOW, "auto")
        times.append(watch.seconds * 1000)
    ms = statistics.median(times)
    return Figure("show_ms", ms, "ms", "25 ms", 25 / ms)


def _engines(folder: Path, rulebook: Rulebook, size: int) -> Iterator[Figure]:
    say("the demo's population, engine by engine")
    some = _demo_cases(folder, rulebook)
    parameters = rulebook.on(TODAY)
    native = _rate(rulebook, choose_engine("native", rulebook, parameters), some)
    live = choose_engine("auto", rulebook, parameters)
    if live.name == "durable":
        rate = _rate(rulebook, live, some)
        yield Figure("durable_partners_per_s", rate, "partners/s", "native", rate / native)
        yield Figure("durable_rss_growth_mb", _growth(live, some, size), "MB")
    else:
        say("durable_rules is skipped: it cannot be imported here")
    yield Figure("native_partners_per_s", native, "partners/s")


def _demo_cases(folder: Path, rulebook: Rulebook) -> list[Case]:
    folder.mkdir()
    settings = Settings(profile=ProfileSettings(name="npsp"))
    with (
        LocalOrg.start(load_schema(metadata_folder()), path=folder / "org.db") as local,
        open_store(f"sqlite:///{folder / 'store.db'}") as store,
    ):
        demo = DemoOrg(local, TODAY, _DEMO)
        load_job(settings).sync(store, demo.session(), NOW, _silently)
        seen = next(Population.read(store, rulebook, TODAY).looks(rulebook))
    return list(cases(seen.sweep, seen.acted, everybody=True))


def _rate(rulebook: Rulebook, engine: Engine, some: Sequence[Case]) -> float:
    """Return how many partners per second are decided with why and why not."""
    decider = Decider(rulebook, TODAY, engine)
    for case in some:
        decider.decide(case)
    with stopwatch() as watch:
        for case in islice(cycle(some), _DECIDED):
            decider.decide(case)
    return _DECIDED / watch.seconds


def _growth(engine: Engine, some: Sequence[Case], partners: int) -> float:
    """Return how much memory asking the engine about so many partners leaves behind, in MB."""
    before = rss_mb()
    for case in islice(cycle(some), partners):
        engine.holding(case.facts)
    return rss_mb() - before


@contextmanager
def _silently(_name: str) -> Iterator[Callable[[int, int | None], None]]:
    yield lambda _done, _total: None


if __name__ == "__main__":
    report("rules", measure, _SIZE)
