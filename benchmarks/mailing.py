"""Mailings: a letter for every member of the public, kept in line, released as one text.

Each size runs in a process of its own, so that memory is told apart.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, text

from benchmarks._figures import Figure, only_warnings, report, rss_mb, say, stopwatch
from benchmarks._population import NOW, fill
from lifecycle.authoring import template_fields
from lifecycle.drafting import load_templates
from lifecycle.rulebook import Rulebook, load_rulebook
from partner_lifecycle.resources import templates_folder
from partners.demo.house import EXAMPLE_HOUSE
from partners.job.deciding import DecideAll
from partners.job.engines import choose_engine
from partners.job.letters import Letters
from partners.job.mailing import Mailing
from partners.job.recording import Recorder
from partners.job.texts import list_texts, read_text
from partners.store import Store, open_store, run

_SIZE = 100_000
_ALONE = "--alone"
_RULES = """\
stage: any
rules:
- id: AN01
  name: thank
  cite: [C1]
  because: A gift has arrived.
  for_each: gift
  when: row.status == "received" and row.date >= today - 30
  then: {draft: gift_thanks}
"""
_GIVEN = """\
UPDATE partner SET audience = 'public', crm_stage = 'active', language = 'en', parent_id = NULL;
UPDATE contact SET email = 'person' || id || '@example.org', email_opt_out = 0,
    do_not_contact = 0, deceased = 0, language = 'en', is_primary = 1;
DELETE FROM gift;
INSERT INTO gift (id, partner_id, kind, status, amount, currency, amount_usd, date)
    SELECT 'gift' || id, id, 'cash', 'received', 5000, 'USD', 5000, '2026-06-10' FROM partner
"""
_CORRECTED = (
    "UPDATE contact SET last_name = 'Okonkwo' WHERE CAST(substr(id, 4) AS INTEGER) % 100 = 0"
)


def measure(size: int) -> Iterator[Figure]:
    """Yield seconds of each step, and the most memory held at two sizes."""
    smaller, told = _alone(size // 4), _alone(size)
    yield Figure("drafting_s", told["drafting_s"], "s")
    yield Figure("drafts_stored_per_s", size / told["drafting_s"], "drafts/s")
    yield Figure("nothing_changed_s", told["nothing_changed_s"], "s")
    yield Figure("one_percent_redrawn_s", told["one_percent_redrawn_s"], "s")
    yield Figure("mailing_s", told["mailing_s"], "s")
    yield Figure("letters_released_per_s", told["released"] / told["mailing_s"], "letters/s")
    yield Figure("rss_mb", told["rss_mb"], "MB", f"{smaller['rss_mb']:.0f} MB for a quarter")


def _alone(size: int) -> dict[str, float]:
    say(f"{size:,} members of the public")
    command = [sys.executable, "-m", "benchmarks.mailing", _ALONE, str(size)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    say(json.dumps(told))
    return told


def mail_alone(size: int) -> dict[str, float]:
    """Draft for so many, three times, and release the text that most wait with."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        # Filled by another process: what filling needs is no memory of ours.
        filling = get_context("spawn").Process(target=_fill, args=(folder / "store.db", size))
        filling.start()
        filling.join()
        rulebook = _rulebook(folder / "rules")
        library = load_templates(templates_folder(), template_fields())
        letters = Letters(library, EXAMPLE_HOUSE, rulebook, "en")
        with open_store(f"sqlite:///{folder}/store.db") as store:
            with stopwatch() as first:
                _decide(store, letters)
            with stopwatch() as again:
                _decide(store, letters)
            with store.transaction() as connection:
                connection.execute(text(_CORRECTED))
            with stopwatch() as corrected:
                _decide(store, letters)
            shared = read_text(store, list_texts(store)[0]["id"])
            mailing = Mailing(store, letters, NOW, "Ana", shared)
            with stopwatch() as merging:
                mailed = mailing(folder / "out", lambda _done, _total: None)
            if mailed.released != size:
                raise SystemExit(f"not everybody is in the file: {mailed}")
    return {
        "drafting_s": first.seconds,
        "nothing_changed_s": again.seconds,
        "one_percent_redrawn_s": corrected.seconds,
        "mailing_s": merging.seconds,
        "released": mailed.released,
        "rss_mb": rss_mb(),
    }


def _fill(path: Path, size: int) -> None:
    with fill(path, size) as store, store.transaction() as connection:
        for statement in _GIVEN.split(";\n"):
            connection.execute(text(statement))


def _rulebook(folder: Path) -> Rulebook:
    folder.mkdir()
    (folder / "clauses.yaml").write_text("C1: {gist: g, document: d}\n")
    (folder / "any.yaml").write_text(_RULES)
    return load_rulebook(folder)


def _decide(store: Store, letters: Letters) -> None:
    rulebook = letters.rulebook
    engine = choose_engine("native", rulebook, rulebook.on(NOW.date()))
    begun = {"started_at": NOW, "status": "running", "engine": engine.name}
    with store.transaction() as connection:
        number = connection.execute(insert(run).values(begun).returning(run.c.id)).scalar_one()
    recorder = Recorder(rulebook, number, engine.name, NOW)
    DecideAll(store, letters, engine, recorder)(lambda _done, _total: None)


if __name__ == "__main__":
    if sys.argv[1:2] == [_ALONE]:
        only_warnings()
        print(json.dumps(mail_alone(int(sys.argv[2]))))
    else:
        report("mailing", measure, _SIZE)
