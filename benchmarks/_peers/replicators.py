"""Programs that read an org as the mirror does, each in an environment of its own."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._figures import say, stopwatch
from benchmarks._peers import installed
from crm_sync.sandbox import OrgSettings

__all__ = ["REPLICATORS", "Replicator"]

_AIMED = Path(__file__).with_name("aimed.py")
_SINCE = "2000-01-01T00:00:00Z"


@dataclass(frozen=True)
class Replicator:
    """A package, its entry point, what it is asked, how an object is chosen of what it finds."""

    name: str
    package: str
    entry: str
    discover: Sequence[str]
    read: Sequence[str]
    choose: Callable[[str, str], Any]

    def seconds(self, url: str, sobject: str, fields: Sequence[str], folder: Path) -> float | None:
        """Return how long it takes to read an object; None, with the reason told, if it fails."""
        try:
            python = str(installed(self.package))
            config = folder / "config.json"
            config.write_text(json.dumps(_config(sobject)))
            aim = {"SALESFORCE_LOGIN": url, "SALESFORCE_FIELDS": ",".join(fields)}
            ask = _Asked([python, str(_AIMED), self.entry], {**os.environ, **aim}, folder)
            found = ask.output(*self.discover, "--config", str(config))
            (folder / "catalog.json").write_text(json.dumps(self.choose(found, sobject)))
            with stopwatch() as watch:
                rows = ask.records(
                    *self.read, str(folder / "catalog.json"), "--config", str(config)
                )
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout or "no reason given").strip().splitlines()
            say(f"{self.package} is skipped: {said[-1][:300] if said else error}")
            return None
        say(f"{self.package}: {rows:,} rows in {watch.seconds:.1f} s")
        return watch.seconds


@dataclass(frozen=True)
class _Asked:
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path

    def output(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def records(self, *arguments: str) -> int:
        """Return how many records it wrote to its output."""
        command, log = [*self.command, *arguments], self.folder / "log"
        with log.open("wb") as told:
            process = subprocess.Popen(
                command, env=self.environment, stdout=subprocess.PIPE, stderr=told
            )
            assert process.stdout
            rows = sum(b'"RECORD"' in line for line in process.stdout)
        if process.wait() or not rows:
            raise subprocess.CalledProcessError(process.returncode, command, log.read_text())
        return rows


def _config(sobject: str) -> dict[str, Any]:
    access = OrgSettings()
    return {
        "refresh_token": access.refresh_token,
        "client_id": access.client_id,
        "client_secret": access.client_secret,
        "start_date": _SINCE,
        "api_type": "REST",  # tap-salesforce's other way is Bulk 1.0, which the local org refuses
        "is_sandbox": False,
        "auth_type": "Client",
        "streams_criteria": [{"criteria": "exacts", "value": sobject}],
    }


def _of_singer(found: str, sobject: str) -> Any:
    (stream,) = [each for each in json.loads(found)["streams"] if each["stream"] == sobject]
    for each in stream["metadata"]:
        each["metadata"]["selected"] = True
    return {"streams": [stream]}


def _of_airbyte(found: str, sobject: str) -> Any:
    (stream,) = [each for each in _streams(found) if each["name"] == sobject]
    modes = {"sync_mode": "full_refresh", "destination_sync_mode": "overwrite"}
    return {"streams": [{"stream": stream, **modes}]}


def _streams(found: str) -> Iterator[dict[str, Any]]:
    for line in found.splitlines():
        told = json.loads(line)
        if told["type"] == "CATALOG":
            yield from told["catalog"]["streams"]


REPLICATORS = (
    Replicator(
        "tap_salesforce",
        "tap-salesforce",
        "tap_salesforce:main",
        ["--discover"],
        ["--properties"],
        _of_singer,
    ),
    Replicator(
        "airbyte",
        "airbyte-source-salesforce",
        "source_salesforce.run:run",
        ["discover"],
        ["read", "--catalog"],
        _of_airbyte,
    ),
)
