"""Logs go to standard error and hold no secrets and no personal data."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from partners.logs import configure_logging


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, _ = handlers, root.setLevel(level)
    structlog.reset_defaults()


def test_events_are_json_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "json")
    structlog.get_logger().info("mirror.page_stored", rows=7)
    structlog.get_logger().debug("mirror.details")
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = map(json.loads, err.splitlines())
    assert (line["event"], line["level"], line["rows"]) == ("mirror.page_stored", "info", 7)


def test_a_library_is_heard_from_warnings_up(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("debug", "json")
    logging.getLogger("urllib3").info("GET /secret")
    logging.getLogger("urllib3").warning("retrying jane@example.org")
    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert line["event"] == "retrying ***"


def test_secrets_and_personal_data_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("info", "console")
    structlog.get_logger().warning(
        "draft.refused",
        partner_id="001A",
        email="jane@example.org",
        access_token="t0p",
        name="Jane",
        reason="no address for jane@example.org",
    )
    err = capsys.readouterr().err
    assert "001A" in err
    for private in ("jane", "Jane", "t0p"):
        assert private not in err


def test_an_error_is_logged_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("error", "json")
    try:
        raise ValueError("jane@example.org")
    except ValueError:
        structlog.get_logger().exception("job.failed")
    err = capsys.readouterr().err
    assert "ValueError" in err
    assert "jane" not in err
