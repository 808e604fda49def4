"""What a command shows: results apart from errors, and words of the CRM never read as markup."""

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from partners.console import failed, print_json, progress, results, table
from partners.errors import SettingsError, StoreError


def test_an_error_says_what_where_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code = failed(StoreError("It is [locked].", where="partners.db", remedy="wait"))
    out, err = capsys.readouterr()
    assert (code, out) == (3, "")
    for part in ("error: It is [locked].", "where: partners.db", "what to do: wait"):
        assert part in err
    assert failed(SettingsError("no")) == 2


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 11, 21, 22, 34, 23, 459_000, timezone(timedelta(hours=2)))
    print_json({"name": "Fundación", "on": date(2026, 1, 2), "at": at, "file": Path("a/b")})
    out = capsys.readouterr().out
    assert "Fundación" in out
    assert json.loads(out) == {
        "name": "Fundación",
        "on": "2026-01-02",
        "at": "2026-11-21T20:34:23.459Z",
        "file": "a/b",
    }


def test_a_table_shows_every_cell_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    results().print(table("Moves", ["partner", "count"], [["[bold]A", 7], [None, 12]]))
    lines = capsys.readouterr().out.splitlines()
    assert any("[bold]A" in line and line.rstrip().endswith(" 7") for line in lines)


def test_progress_is_silent_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("reading", total=2) as advance:
        advance(1)
        advance(2, total=4)
    assert capsys.readouterr() == ("", "")
