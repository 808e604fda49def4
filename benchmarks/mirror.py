"""An org into the mirror over HTTP: all accounts, 1 % of them changed, and nothing changed.

Beside it the same rows by a bare bulk download, by simple-salesforce's own iterator, and by
tap-salesforce and airbyte-source-salesforce, which are installed in environments of their own. The
org runs in a process of its own, and so does each sync: its memory is told apart.
"""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks._figures import Figure, only_warnings, report, say, stopwatch
from benchmarks._peers.replicators import REPLICATORS
from benchmarks.local_org import _partners, _served
from crm_sync.mirror import sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, Session, connect
from crm_sync.salesforce.bulk import begin_job, fetch_page, job_state
from crm_sync.sandbox import OrgSettings
from partners.store import open_store

_SIZE = 200_000
_ALONE = "--alone"
_SETTLING_S = 65  # what was written in the last minute is read again


def measure(size: int) -> Iterator[Figure]:
    """Yield every figure for so many accounts."""
    with TemporaryDirectory(prefix="mirror-") as folder:
        path, store = Path(folder) / "org.db", f"sqlite:///{folder}/store.db"
        sizes = ["--accounts", str(size), "--opportunities", "0"]
        subprocess.run([*_partners("fill"), "--data", path, *sizes], check=True)
        with _served(path) as (url, _):
            time.sleep(_SETTLING_S)
            whole = _alone(url, store)
            yield Figure("mirror_rows_per_s", size / whole["seconds"], "rows/s")
            yield Figure("mirror_rss_mb", whole["rss_mb"], "MB", "300 MB", 300 / whole["rss_mb"])
            yield from _again(url, store, whole["seconds"])
            yield from _others(url, whole["seconds"], size)
            yield from _replicators(url, whole["seconds"], size, Path(folder))


def _again(url: str, store: str, whole_s: float) -> Iterator[Figure]:
    nothing = _alone(url, store)
    yield Figure("nothing_changed_s", nothing["seconds"], "s")
    yield Figure("calls_when_nothing_changed", nothing["calls"], "calls", "6", 6 / nothing["calls"])
    _change_some(_session(url))
    some = _alone(url, store)
    allowed = whole_s * 0.02 + 3
    yield Figure(
        "one_percent_s", some["seconds"], "s", f"{allowed:.1f} s", allowed / some["seconds"]
    )


def _others(url: str, whole_s: float, size: int) -> Iterator[Figure]:
    ways: dict[str, Callable[[Session], int]] = {
        "bare_download": _download,
        "query_all_iter": _iterate,
    }
    for name, way in ways.items():
        with stopwatch() as watch:
            read = way(_session(url))
        say(f"{name}: {read:,} rows in {watch.seconds:.1f} s")
        ratio = watch.seconds / whole_s
        yield Figure(f"{name}_over_mirror", ratio, "", f"{size / watch.seconds:,.0f} rows/s", ratio)


def _replicators(url: str, whole_s: float, size: int, folder: Path) -> Iterator[Figure]:
    fields = _fields(_session(url))
    for each in REPLICATORS:
        seconds = each.seconds(url, "Account", fields, folder)
        if seconds is not None:
            ratio, rate = seconds / whole_s, f"{size / seconds:,.0f} rows/s"
            yield Figure(f"{each.name}_over_mirror", ratio, "", rate, ratio)


def _fields(session: Session) -> list[str]:
    there = session.describe("Account").fields
    return [name for name in load_profile("standard").objects["Account"] if name in there]


def _soql(session: Session) -> str:
    return f"SELECT {', '.join(_fields(session))} FROM Account"


def _download(session: Session) -> int:
    """Read a bulk job's pages and throw them away."""
    job, read, locator = begin_job(session, _soql(session), include_deleted=True), 0, None
    while not job_state(session, job).done:
        time.sleep(0.1)
    while True:
        page = fetch_page(session, job, locator, 50_000)
        read, locator = read + page.rows, page.following
        if locator is None:
            return read


def _iterate(session: Session) -> int:
    return sum(1 for _ in session._salesforce.query_all_iter(_soql(session)))


def _change_some(session: Session) -> None:
    ids = [row["Id"] for page in session.pages("SELECT Id FROM Account") for row in page][::100]
    session.update("Account", [{"id": each, "Phone": "+41 22 000 00 00"} for each in ids])


def _session(url: str) -> Session:
    access = OrgSettings()
    given = {
        "login_url": url,
        "auth": "client_credentials",
        "consumer_key": access.client_id,
        "consumer_secret": access.client_secret,
        "reserve_percent": 0,
    }
    return connect(CrmSettings.model_validate(given))


def _alone(url: str, store: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.mirror", _ALONE, url, store]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    say(re.sub(r'[{}"]', "", json.dumps(told)))
    return told


def sync_alone(url: str, store: str) -> dict[str, Any]:
    """Sync the accounts; return seconds, API calls, rows read and the most memory held in MB."""
    session = _session(url)
    with open_store(store) as opened, stopwatch() as watch:
        profile, now = load_profile("standard"), datetime.now(UTC)
        done = sync(session, opened.engine, profile, now=now, objects=["Account"])
    account = done.objects["Account"]
    if account.org_rows != account.here_rows:
        raise SystemExit(f"the org has {account.org_rows} rows and the mirror {account.here_rows}")
    return {
        "seconds": watch.seconds,
        "calls": account.calls,
        "rows": account.read,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    if sys.argv[1:2] == [_ALONE]:
        only_warnings()
        print(json.dumps(sync_alone(sys.argv[2], sys.argv[3])))
    else:
        report("mirror", measure, _SIZE)
