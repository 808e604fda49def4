"""The local org by itself: how fast it is filled and serves bulk results, and in how much memory.

Whoever measures a client against it learns here that it is not the org that is measured.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from benchmarks._figures import Figure, report, say, stopwatch
from crm_sync.sandbox import OrgSettings

_SIZE = 1_000_000
_PER_ACCOUNT = 3
_PAGE = 50_000
_POLL_S = 0.2
_FIELDS = (
    *("Id", "Name", "Type", "Industry", "BillingStreet", "BillingCity", "BillingCountry", "Phone"),
    *("Website", "NumberOfEmployees", "AnnualRevenue", "Description", "OwnerId", "IsDeleted"),
    *("CurrencyIsoCode", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"),
    "SystemModstamp",
)
_ADDRESS = re.compile(r"http://[\d.]+:\d+")


def measure(size: int) -> Iterator[Figure]:
    """Yield every figure for so many accounts and three times as many opportunities."""
    with TemporaryDirectory(prefix="local-org-") as folder:
        path = Path(folder) / "org.db"
        sizes = ["--accounts", str(size), "--opportunities", str(size * _PER_ACCOUNT)]
        with stopwatch() as watch:
            subprocess.run([*_partners("fill"), "--data", path, *sizes], check=True)
        yield Figure("fill", size * (1 + _PER_ACCOUNT) / watch.seconds, "rows/s")
        say(f"filled in {watch.seconds:.1f} s")
        with _served(path) as (url, process):
            yield from _read(url, size)
            yield Figure("serving_peak_mb", _peak_mb(process), "MB")


def _partners(command: str) -> list[str]:
    return [sys.executable, "-m", "partners", "sandbox", command]


@contextmanager
def _served(path: Path) -> Iterator[tuple[str, int]]:
    command = [*_partners("serve"), "--port", "0", "--data", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        found = _ADDRESS.search(server.stdout.readline() if server.stdout else "")
        if found is None:
            raise SystemExit("the local org did not start")
        try:
            yield found[0], server.pid
        finally:
            server.terminate()


def _read(url: str, size: int) -> Iterator[Figure]:
    session = _logged_in(url)
    jobs = f"{url}/services/data/v62.0/jobs/query"
    query = f"SELECT {', '.join(_FIELDS)} FROM Account"
    with stopwatch() as making:
        job = session.post(jobs, json={"operation": "query", "query": query}, timeout=60).json()
        while session.get(f"{jobs}/{job['id']}", timeout=60).json()["state"] != "JobComplete":
            time.sleep(_POLL_S)
    yield Figure("bulk_job", size / making.seconds, "rows/s")
    for encoding in ("identity", "gzip"):
        with stopwatch() as reading:
            read = _download(session, f"{jobs}/{job['id']}/results", encoding)
        rate = size / reading.seconds
        yield Figure(f"bulk_pages_{encoding}", rate, "rows/s", "150,000 rows/s", rate / 150_000)
        say(f"{encoding}: {read / 1e6:.0f} MB in {reading.seconds:.1f} s")
        if encoding == "identity":
            both = size / (making.seconds + reading.seconds)
            yield Figure("bulk_job_and_pages", both, "rows/s", "150,000 rows/s", both / 150_000)


def _logged_in(url: str) -> requests.Session:
    settings, session = OrgSettings(), requests.Session()
    form = {
        "grant_type": "client_credentials",
        "client_id": settings.client_id,
        "client_secret": settings.client_secret,
    }
    answer = session.post(f"{url}/services/oauth2/token", data=form, timeout=60)
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def _download(session: requests.Session, url: str, encoding: str) -> int:
    """Read every page and throw it away; return how many bytes they were, unpacked."""
    locator, size = "", 0
    while locator != "null":
        params = {"maxRecords": str(_PAGE), "locator": locator}
        headers = {"Accept-Encoding": encoding}
        with session.get(url, params=params, headers=headers, stream=True, timeout=60) as page:
            size += sum(len(piece) for piece in page.iter_content(2**18))
            locator = page.headers["Sforce-Locator"]
    return size


def _peak_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 1e3 if found else 0.0


if __name__ == "__main__":
    report("The local org", measure, _SIZE)
