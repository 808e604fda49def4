"""Other programs, each in an environment of its own: what they need is none of our business."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks._figures import cache_folder, say

__all__ = ["Answer", "ask", "installed"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """What a peer did: its time for one row, and for each row the rules that hold."""

    seconds_per_row: float
    holding: list[list[str]]


def ask(package: str, script: str, rules: list[Any], rows: list[dict[str, Any]]) -> Answer | None:
    """Let a peer decide rows by rules; None, with the reason told, when it cannot be had."""
    try:
        python = installed(package)
        given = json.dumps({"rules": rules, "rows": rows})
        command = [str(python), str(_HERE / script)]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "no reason given").strip().splitlines()
        say(f"{package} is skipped: {said[-1] if said else error}")
        return None
    answer = json.loads(done.stdout)
    return Answer(answer["seconds"] / len(rows), answer["holding"])


def installed(package: str) -> Path:
    """Return the Python of a package's environment, made once; raises CalledProcessError."""
    name = f"{package}-{sys.version_info.major}.{sys.version_info.minor}"
    folder = cache_folder() / "peers" / name
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists():
        say(f"installing {package}")
        _run(sys.executable, "-m", "venv", "--clear", str(folder))
        _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", package)
        done.touch()
    return python


def _run(*command: str) -> None:
    subprocess.run(command, capture_output=True, text=True, check=True)
