"""Syncs in processes that are forked from one that has imported everything: cheap to kill.

Run as a program it reads orders from its input, one JSON a line, and answers each with the id of
the process that carries it out and then with how that ended: `exit code` or `-signal`.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import structlog
from sqlalchemy import create_engine

from crm_sync.errors import CrmError
from crm_sync.mirror import Way, bulk_reading, sync
from crm_sync.profiles import load_profile
from crm_sync.salesforce import CrmSettings, connect

REFUSED = 3
_PAGE = 60


class ForkedSyncs:
    """Starts syncs of one org into one database, one at a time, and kills them."""

    def __init__(self, settings: Mapping[str, Any], url: str) -> None:
        self._settings, self._url = settings, url
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        self._parent = subprocess.Popen(
            [sys.executable, __file__],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *, kill_after: float | None = None, **options: Any) -> int:
        """Run a sync; kill it after so many seconds if it still runs. Return how it ended."""
        order = {"settings": self._settings, "url": self._url, "options": options}
        child = int(self._ask(json.dumps(order)))
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)  # its parent has not asked for its end yet
        return int(self._ask("end"))

    def close(self) -> None:
        """End the process that forks."""
        self._parent.communicate()

    def _ask(self, line: str) -> str:
        assert self._parent.stdin
        assert self._parent.stdout
        print(line, file=self._parent.stdin, flush=True)
        return self._parent.stdout.readline()


def _serve() -> None:
    for line in sys.stdin:
        if line.strip() != "end":
            child = os.fork() or _sync(json.loads(line))
            _answer(child)
        else:
            _answer(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _sync(order: Mapping[str, Any]) -> NoReturn:
    """Carry an order out, in small pages and with short waits, and end the process."""
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the answers are the parent's
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    bulk_reading._FIRST_ROWS = bulk_reading.BULK_PAGE_ROWS = _PAGE
    options = dict(order["options"])
    options["way"] = Way(options["way"]) if options["way"] else None
    for name in ("compare_every", "refresh_every"):
        options[name] = timedelta(seconds=options[name])
    ended = 1
    try:
        session = connect(
            CrmSettings.model_validate(order["settings"]),
            sleep=lambda seconds: time.sleep(min(seconds, 0.01)),
        )
        profile = load_profile("standard")
        sync(session, create_engine(order["url"]), profile, now=datetime.now(UTC), **options)
        ended = 0
    except CrmError:
        ended = REFUSED
    finally:
        if ended == 1:
            traceback.print_exc()
        os._exit(ended)


if __name__ == "__main__":
    _serve()
